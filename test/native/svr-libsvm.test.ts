// nu-SVR against libsvm at tolerance 1e-9: our dual objective, the constraints, the predictions.

import { describe, expect, it } from 'vitest';
import { fitSvr, predictRows, type SvrFit } from '../../src/predict/native.js';
import { libsvm, objectiveOf, type Problem } from './libsvm.js';
import { problems, rows } from './problems.js';

function fit(problem: Problem) {
  const columns = problem.x[0]?.length ?? 0;
  const { kernel, c, nu, gamma } = problem;
  const features = { values: Float64Array.from(problem.x.flat()), columns };
  return fitSvr({ features, target: Float64Array.from(problem.y), kernel, draw: { c, nu, gamma }, tolerance: 1e-9 });
}

/** How far an optimal bias may lie from the middle that both solvers report: 0 as soon as each group has a free alpha, because that pins its level. */
function biasFreedom(problem: Problem, ours: SvrFit): number {
  const f = predictRows(ours.model, Float64Array.from(problem.x.flat()));
  const width = (alpha: Float64Array, sign: number): number => {
    const level = (keep: (a: number) => boolean): number[] => problem.y.flatMap((y, i) => (keep(alpha[i] ?? NaN) ? [sign * ((f[i] ?? NaN) - y)] : []));
    if (level((a) => a > 0 && a < problem.c).length > 0) return 0;
    return Math.min(...level((a) => a === 0)) - Math.max(...level((a) => a === problem.c));
  };
  return (width(ours.alpha, 1) + width(ours.alphaStar, -1)) / 4;
}

const sum = (values: Float64Array): number => values.reduce((s, v) => s + v, 0);

describe.each(problems)('$name', (problem) => {
  const ours = fit(problem);
  const probes = [...problem.x, ...rows(10, problem.x[0]?.length ?? 0)];
  const theirs = libsvm(problem, probes);

  it('reaches an objective at most theirs + 1e-6 relative, and says which', () => {
    const beta = Array.from(ours.alpha, (a, i) => a - (ours.alphaStar[i] ?? 0));
    const bar = objectiveOf(problem, theirs.beta);
    const reached = objectiveOf(problem, beta);
    expect(ours.converged).toBe(true);
    expect(reached).toBeLessThanOrEqual(bar + 1e-6 * Math.abs(bar) + 1e-12);
    expect(Math.abs(ours.objective - reached)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(reached)));
  });

  it('keeps to the box and to both sums', () => {
    const half = (problem.c * problem.nu * problem.y.length) / 2;
    for (const group of [ours.alpha, ours.alphaStar]) {
      expect(Math.min(...group)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...group)).toBeLessThanOrEqual(problem.c);
      expect(Math.abs(sum(group) - half)).toBeLessThanOrEqual(1e-9 * half);
    }
  });

  it('predicts within 1e-3 of theirs, as far as the bias is determined', () => {
    const allowed = 1e-3 + biasFreedom(problem, ours);
    const predictions = predictRows(ours.model, Float64Array.from(probes.flat()));
    theirs.predictions.forEach((p, i) => expect(Math.abs((predictions[i] ?? NaN) - p), `probe ${String(i)}`).toBeLessThanOrEqual(allowed));
  });
});
