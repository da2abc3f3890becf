// Which rate and decay each parameter has: the settings' own, or factors and decays of its layer or of biases. As the optimizers
// want it: a row [rate factor, decay] for each 64 values of the flat buffer. Schedules are none of its business.
import { TrialError } from '../core/index.js';
import { FACTOR_BLOCK } from '../ops/index.js';
import type { TrainSettings } from './hyper.js';
import type { ParameterLayout, ParameterSlice } from './parameters.js';

type Factors = readonly [rateFactor: number, decay: number];

/**
 * ceil(length / 64) rows, or null where every parameter has the settings' own.
 * @throws TrialError 'invalid' where a hyper-parameter names a layer that has no parameters
 */
export function layerFactors({ slices, length }: ParameterLayout, settings: TrainSettings): Float32Array<ArrayBuffer> | null {
  requireLayers(slices, settings);
  const factors = slices.map((slice) => factorsOf(slice, settings));
  if (factors.every(([rate, decay]) => rate === 1 && decay === settings.weightDecay)) return null;
  const table = new Float32Array((2 * length) / FACTOR_BLOCK);
  slices.forEach(({ start, size }, i) => {
    for (let row = start / FACTOR_BLOCK; row * FACTOR_BLOCK < start + size; row++) table.set(factors[i] as Factors, 2 * row);
  });
  return table;
}

/** Batch norm's shift counts as a bias, its scale as a weight. */
function factorsOf(slice: ParameterSlice, settings: TrainSettings): Factors {
  const bias = slice.role === 'bias' || slice.role === 'shift';
  const own = (values: Readonly<Record<string, number>>): number | undefined => keysOf(slice).map((key) => values[key]).find((value) => value !== undefined);
  const rate = (own(settings.layerRateFactors) ?? 1) * (bias ? settings.biasRateFactor : 1);
  return [rate, (own(settings.layerDecays) ?? settings.weightDecay) * (bias ? settings.biasDecayFactor : 1)];
}

/** What a layer is called by: its name before its place. */
function keysOf({ layer, stream }: ParameterSlice): string[] {
  return layer === undefined ? [stream] : [layer, stream];
}

function requireLayers(slices: readonly ParameterSlice[], { layerDecays, layerRateFactors }: TrainSettings): void {
  const known = new Set(slices.flatMap(keysOf));
  const unknown = [...Object.keys(layerDecays), ...Object.keys(layerRateFactors)].find((key) => !known.has(key));
  if (unknown === undefined) return;
  throw new TrialError('invalid', `hyper-parameter of layer ${unknown}: expected a layer with parameters among ${[...known].join(', ')}; correct the space or the net`);
}
