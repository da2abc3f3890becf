// Mean cross-entropy of a softmax over the batch, with its gradient and what WGSL's exp may cost.
import { type Arithmetic, field, type Field, UNIT } from './arithmetic.js';

/** Gradient (p - onehot) / N. */
export function softmaxLoss(arithmetic: Arithmetic, logits: Field, labels: readonly number[]): { loss: number; lossBound: number; correct: number; gradient: Field } {
  const classes = logits.shape[1] as number;
  const gradient = field(logits.shape);
  let [loss, lossBound, correct] = [0, 0, 0];
  labels.forEach((label, n) => {
    const row = logits.v.subarray(n * classes, (n + 1) * classes);
    const brought = Math.max(...logits.e.subarray(n * classes, (n + 1) * classes));
    const top = Math.max(...row);
    const powers = row.map((l) => arithmetic.round(Math.exp(l - top)));
    const total = arithmetic.round(powers.reduce((a, b) => a + b, 0));
    const sharp = relativeError(row, top, brought);
    loss += (Math.log(total) + top - (row[label] as number)) / labels.length;
    lossBound += (2 * brought + sharp + 8 * UNIT * (Math.abs(top) + Math.abs(row[label] as number) + Math.log(total) + 1)) / labels.length;
    correct += row.indexOf(top) === label ? 1 : 0;
    powers.forEach((power, c) => {
      const p = power / total;
      gradient.v[n * classes + c] = arithmetic.round((p - (c === label ? 1 : 0)) / labels.length);
      gradient.e[n * classes + c] = (p * sharp + 4 * UNIT) / labels.length;
    });
  });
  return { loss, lossBound, correct, gradient };
}

/** Of a softmax's share: exp is within 3 + 2|x| units in the last place (WGSL), sum and division a few more, logits bring theirs twice. */
function relativeError(row: Float64Array, top: number, brought: number): number {
  const widest = top - Math.min(...row);
  return 2 * (2 * (3 + 2 * widest) + row.length + 4) * UNIT + 2 * brought * (1 + brought);
}
