// What SRMs ask of the addon; `nativeSolver` binds it, tests give fakes. It holds no code.
import type { JobOptions, NativeModel, RefitRequest, SrmSet, TuneRequest } from '../native/types.js';

export interface SrmSolver {
  /** Promises: its fits are bit for bit those of `refit` with the draws that it chose. */
  tune(request: TuneRequest, options?: JobOptions): Promise<SrmSet>;
  refit(request: RefitRequest, options?: JobOptions): Promise<SrmSet>;
  predict(model: NativeModel, row: Float64Array): number;
}
