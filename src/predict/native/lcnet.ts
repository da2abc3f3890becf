// LC-Net in the addon as checked functions: native/lcnet/lcnet.hpp has the model. Curves are in 0..1 here, columns standardised. It loads nothing: the addon is handed in.
import { NativeError } from '../../core/index.js';
import { watch, type JobHandle } from './jobs.js';
import { refuse, requireFinite } from './refuse.js';
import type { JobOptions } from './types.js';

/** Recorded runs; `curves` one after another, `lengths` a run. */
export interface LcnetRuns {
  readonly columns: number;
  /** Row-major, runs x columns. */
  readonly x: Float64Array;
  readonly curves: Float64Array;
  readonly lengths: Int32Array;
  readonly horizon: number;
}

/** Where a chain stands: the networks' parameters, their momentum, and the mean square of the gradient that scales steps. */
export interface LcnetState {
  readonly parameters: Float64Array;
  readonly momentum: Float64Array;
  readonly square: Float64Array;
}

interface Stepping {
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  readonly decay: number;
  readonly seed: number;
}

export interface LcnetFit extends Stepping {
  readonly runs: LcnetRuns;
  readonly burnIn: number;
}

export interface LcnetContinuation extends Stepping {
  readonly runs: LcnetRuns;
  readonly state: LcnetState;
  /** Of the run to predict. */
  readonly x: Float64Array;
  readonly curve: Float64Array;
  /** Steps before the first network is kept. */
  readonly settle: number;
  readonly keepEvery: number;
}

export interface LcnetPrediction {
  readonly mean: number;
  /** y(horizon) with noise, 20 draws a kept network, ascending. */
  readonly ends: Float64Array;
}

export interface LcnetAddon {
  startLcnet(request: LcnetFit): JobHandle<LcnetState>;
  continueLcnet(request: LcnetContinuation): JobHandle<LcnetPrediction>;
}

export interface LcnetDoor {
  /** Burns a chain in on recorded runs, on one worker thread: about 0.4 ms a step. */
  fitLcnet(request: LcnetFit, options?: JobOptions): Promise<LcnetState>;
  /** Lets the chain go on with the points of one run; several at once run side by side. */
  predictLcnet(request: LcnetContinuation, options?: JobOptions): Promise<LcnetPrediction>;
}

export function lcnetDoor(addon: () => LcnetAddon): LcnetDoor {
  return {
    async fitLcnet(request, options = {}) {
      requireRuns(request.runs);
      options.signal?.throwIfAborted();
      const state = await watch(addon().startLcnet(request), options);
      if (!state.parameters.every(Number.isFinite)) throw new NativeError('lcnet: the chain diverged: expected finite weights; lower the rate');
      return state;
    },
    async predictLcnet(request, options = {}) {
      requireRuns(request.runs);
      if (request.x.length !== request.runs.columns) refuse('lcnet: x', `${request.runs.columns} columns`, request.x.length);
      requireFinite('lcnet: curve', request.curve);
      options.signal?.throwIfAborted();
      const prediction = await watch(addon().continueLcnet(request), options);
      if (!Number.isFinite(prediction.mean) || prediction.ends.length === 0) throw new NativeError('lcnet: the chain diverged: expected a finite prediction; lower the rate');
      return prediction;
    },
  };
}

function requireRuns({ columns, x, curves, lengths, horizon }: LcnetRuns): void {
  const points = lengths.reduce((sum, length) => sum + length, 0);
  if (points === 0 || curves.length !== points) refuse('lcnet: curves', `${points} points, at least one`, curves.length);
  if (columns < 1 || x.length !== lengths.length * columns) refuse('lcnet: x', `${lengths.length} runs of ${columns} columns, at least one`, x.length);
  if (lengths.some((length) => length > horizon)) refuse('lcnet: lengths', `at most ${horizon}`, Math.max(...lengths));
  requireFinite('lcnet: x', x);
  requireFinite('lcnet: curves', curves);
}
