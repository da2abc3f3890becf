// The learning rate as a function of the epoch alone, so that a resumed trial needs no history.
import type { TrainSettings } from './hyper.js';

/** Rate of an epoch (from 1): times `rateFactor` after every `rateStep` epochs, constant where `rateStep` is 0. */
export function learningRateAt(settings: Pick<TrainSettings, 'learningRate' | 'rateStep' | 'rateFactor'>, epoch: number): number {
  const { learningRate, rateStep, rateFactor } = settings;
  return rateStep === 0 ? learningRate : learningRate * rateFactor ** Math.floor((epoch - 1) / rateStep);
}
