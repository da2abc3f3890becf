// Softmax cross-entropy with its gradient, for the classes of image sets and for vocabularies.
import { softmaxCrossEntropyGrad, softmaxFamily } from '../../ops/index.js';
import type { BenchCase } from './case.js';
import { type Expected, type Inputs, kernelCase, need, ofFamily } from './kernel-case.js';

export interface SoftmaxAxes {
  readonly rows: number;
  readonly classes: number;
}

export const SOFTMAX_SHAPES: readonly SoftmaxAxes[] = [
  { rows: 64, classes: 10 },
  { rows: 1024, classes: 100 },
  { rows: 700, classes: 1000 },
  { rows: 700, classes: 10000 },
];

export function softmaxCase({ rows, classes }: SoftmaxAxes): BenchCase {
  const shape = { rows, classes, count: rows };
  return kernelCase({
    name: 'softmax grad_input',
    shape: `${rows}x${classes}`,
    axes: { rows, classes },
    ...ofFamily(softmaxFamily, 'grad_input', shape),
    items: { count: rows, unit: 'rows' },
    tensors: {
      logits: { extents: [rows, classes], fill: 'normal' },
      labels: { extents: [rows], fill: { below: classes } },
      stats: { extents: [4], fill: 'zero' },
      dlogits: { extents: [rows, classes], fill: 'output' },
    },
    output: 'dlogits',
    params: { rows, classes, count: rows },
    dispatches: (context, { logits, labels, stats, dlogits }) =>
      softmaxCrossEntropyGrad(context, { logits: need(logits), labels: need(labels), stats: need(stats), dlogits: need(dlogits) }),
    expected: (inputs, at) => gradientAt(inputs, at, rows, classes),
  });
}

/** WGSL's exp is off by 3 + 2|x| ulp, the sum over the classes by the bound of sums, the division by 2.5 ulp. */
function gradientAt({ logits, labels }: Inputs, at: number, rows: number, classes: number): Expected {
  const row = Math.floor(at / classes);
  const values = Array.from(logits?.subarray(row * classes, (row + 1) * classes) ?? []);
  const most = Math.max(...values);
  const exps = values.map((value) => Math.exp(value - most));
  const share = (exps[at % classes] ?? NaN) / exps.reduce((sum, value) => sum + value, 0);
  const spread = most - Math.min(...values);
  const relative = 2 * (4 + 2 * spread) * 2 ** -23 + 2 * Math.sqrt(classes) * 2 ** -24 + 5 * 2 ** -23;
  const value = share - (labels?.[row] === at % classes ? 1 : 0);
  return { value: value / rows, allowed: (share * relative + 3 * 2 ** -24 * Math.abs(value)) / rows + 2 ** -126 };
}
