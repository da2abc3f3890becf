// From how many rows on the GPU is the faster path: both are timed once for a device and a class of models, and the answer is kept as long
// as the device. A straight line a path: the CPU's through the origin, the GPU's through a small and a large batch.
import type { Device } from '../../gpu/index.js';
import type { BulkModel } from './models.js';

export interface Paths {
  readonly cpu: (rows: Float64Array) => Float64Array;
  readonly gpu: (rows: Float64Array) => Promise<Float64Array>;
}

const FEW = 64;
const MANY = 4096;
/** The least of so many runs: what else the machine does only adds. */
const RUNS = 3;

const kept = new WeakMap<Device, Map<string, Promise<number>>>();

/** Rows; Infinity where the CPU is faster however many there are. `seconds` is a clock. */
export function crossoverOf(device: Device, model: BulkModel, paths: Paths, seconds: () => number): Promise<number> {
  const known = kept.get(device) ?? new Map<string, Promise<number>>();
  kept.set(device, known);
  const key = classOf(model);
  const found = known.get(key) ?? measure(model, paths, seconds);
  known.set(key, found);
  return found;
}

/** Form and work a row, to an octave: within one the answer moves by less than the timings do. */
export function classOf(model: BulkModel): string {
  return `${model.form} 2^${Math.round(Math.log2(1 + workOf(model)))}`;
}

function workOf(model: BulkModel): number {
  switch (model.form) {
    case 'linear':
      return model.columns;
    case 'rbf':
      return model.columns * model.coefficients.length;
    case 'trees':
      return model.roots.length * Math.log2(1 + model.feature.length / Math.max(1, model.roots.length));
    case 'perceptron':
      return model.layers.reduce((sum, { weights }) => sum + weights.length, 0);
  }
}

async function measure({ columns, center, inverseScale }: BulkModel, { cpu, gpu }: Paths, seconds: () => number): Promise<number> {
  // Rows spread over the training rows' range, so that trees branch.
  const spread = (at: number): number => (center[at % columns] ?? 0) + (((at * 7919) % 401) / 100 - 2) / (inverseScale[at % columns] || 1);
  const batch = (count: number): Float64Array => Float64Array.from({ length: count * columns }, (_, at) => spread(at));
  const [few, many] = [batch(FEW), batch(MANY)];
  const time = async (run: () => unknown): Promise<number> => {
    let least = Infinity;
    for (let i = 0; i <= RUNS; i++) {
      const begun = seconds();
      await run();
      // The first one compiles and uploads.
      if (i > 0) least = Math.min(least, seconds() - begun);
    }
    return least;
  };
  return crossing({ cpu: (await time(() => cpu(many))) / MANY, few: await time(() => gpu(few)), many: await time(() => gpu(many)) });
}

/** Where c n = a + b n, of seconds a row on the CPU and seconds of two batches on the GPU. */
export function crossing({ cpu, few, many }: { readonly cpu: number; readonly few: number; readonly many: number }): number {
  const slope = Math.max(0, (many - few) / (MANY - FEW));
  const start = Math.max(0, few - slope * FEW);
  return cpu > slope ? Math.ceil(start / (cpu - slope)) : Infinity;
}
