// Ends of axes. Scores of a few broken trials must not press all others flat: of many, the worst hundredth may lie outside.
import type { StudyModel } from '../store/model.js';

/** Quantiles are those of a sample of so many values: sorting all takes longer than a frame. */
const SAMPLE = 4000;
const MANY = 500;

export function scoreDomain(model: StudyModel): readonly [number, number] {
  const curves = model.trials.flatMap((trial) => (trial === undefined ? [] : [model.curveOf(trial.id)]));
  const lasts = model.trials.flatMap(({ last }) => last ?? []);
  return robust((visit) => {
    for (const curve of curves) for (let i = 0; i < curve.length; i++) if (!Number.isNaN(curve[i])) visit(curve[i] as number);
    lasts.forEach(visit);
  }, model.facts?.negated === true);
}

export function domainOf(values: readonly number[], negated: boolean): readonly [number, number] {
  return robust((visit) => values.forEach(visit), negated);
}

function robust(each: (visit: (value: number) => void) => void, negated: boolean): readonly [number, number] {
  let [count, low, high] = [0, Infinity, -Infinity];
  each((value) => {
    count++;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  if (count === 0) return [0, 1];
  const step = Math.ceil(count / SAMPLE);
  const sample: number[] = [];
  let i = 0;
  each((value) => void (i++ % step === 0 && sample.push(value)));
  sample.sort((a, b) => a - b);
  const at = (share: number): number => sample[Math.floor(share * (sample.length - 1))] as number;
  if (count > MANY) [low, high] = negated ? [low, at(0.985)] : [at(0.01), high];
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - room, high + room];
}
