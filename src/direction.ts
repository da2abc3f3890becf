// Scores point up inside; a user who minimises reports and reads values in their own direction. Both turns are here.
import type { EpochReport, Predicted, Study, TrialId, Verdict } from './core/index.js';

/** The same door with every score negated on its way in and on its way out. */
export function minimising<S extends Study>(study: S): S {
  const report = async (trial: TrialId, epoch: EpochReport): Promise<Verdict> =>
    turnedBack(await study.report(trial, { ...epoch, value: -epoch.value }));
  return new Proxy(study, {
    get(target, key) {
      if (key === 'report') return report;
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? (member as (...args: unknown[]) => unknown).bind(target) : member;
    },
  });
}

function turnedBack(verdict: Verdict): Verdict {
  if (verdict.action === 'stop') return verdict;
  const seen = {
    ...(verdict.bar === undefined ? {} : { bar: -verdict.bar }),
    ...(verdict.predicted === undefined ? {} : { predicted: predictedBack(verdict.predicted) }),
  };
  if (verdict.action === 'continue') return { ...verdict, ...seen };
  return { ...verdict, ...seen, value: { y: -verdict.value.y, at: verdict.value.at } };
}

/** Quantiles change ends: the probability of a score below q is that of a value above -q. */
function predictedBack(predicted: Predicted): Predicted {
  const quantiles = predicted.quantiles?.map(([p, y]) => [1 - p, -y] as const).reverse();
  return { ...predicted, mean: -predicted.mean, ...(quantiles === undefined ? {} : { quantiles }) };
}
