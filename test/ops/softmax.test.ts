// Softmax cross-entropy: loss, counts and gradient against f64, with logits that would overflow.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import type { Choice } from '../../src/tune/index.js';
import { lossStats, statsTensor } from '../../src/ops/metrics.js';
import { softmaxCrossEntropy, softmaxCrossEntropyGrad, softmaxFamily } from '../../src/ops/softmax/softmax.js';
import { expectGradient, normals } from './oracle/central-differences.js';
import { expectWithin, gaussians, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';
import { softmaxOracle } from './oracle/softmax.js';

const gpu = useDevice();

interface Case {
  readonly variant: string;
  readonly choice?: Choice;
  readonly rows: number;
  readonly classes: number;
  readonly count: number;
}

const EXTENTS = [
  { rows: 1, classes: 1, count: 1 },
  { rows: 5, classes: 3, count: 5 },
  { rows: 64, classes: 10, count: 64 },
  { rows: 64, classes: 10, count: 17 },
  { rows: 200, classes: 31, count: 199 },
  { rows: 1000, classes: 10, count: 1000 },
];
const CASES: readonly Case[] = [
  ...EXTENTS.flatMap((extents) => ['narrow', 'wide'].map((variant) => ({ ...extents, variant }))),
  { variant: 'wide', rows: 9, classes: 1500, count: 7 },
  { variant: 'wide', rows: 3, classes: 10000, count: 3 },
  ...[{ rows: 1, classes: 4, count: 1 }, { rows: 9, classes: 1500, count: 7 }, { rows: 3, classes: 10000, count: 3 }, { rows: 300, classes: 44, count: 299 }].flatMap((extents) =>
    [8, 64, 256].flatMap((WORKGROUP) => [0, 1].map((POWERS) => {
      const choice = { variant: 'quads', spec: {}, overrides: { WORKGROUP, POWERS } };
      return { ...extents, variant: `quads ${WORKGROUP} ${POWERS}`, choice };
    }))),
];

function inputs({ rows, classes }: { rows: number; classes: number }, fill = gaussians): { logits: Float32Array<ArrayBuffer>; labels: Uint32Array<ArrayBuffer> } {
  const rng = testRng(`softmax ${rows} ${classes}`);
  return { logits: fill(rng, rows * classes), labels: Uint32Array.from({ length: rows }, () => rng.int(classes)) };
}

async function train(test: Case, logits: Float32Array<ArrayBuffer>, labels: Uint32Array<ArrayBuffer>, times = 1): Promise<{ stats: Float32Array; gradient: Float32Array }> {
  const { variant, choice, rows, classes, count } = test;
  const stats = statsTensor(gpu.device);
  const dlogits = gpu.tensor([rows, classes]);
  const tensors = { logits: gpu.tensor([rows, classes], logits), labels: gpu.tensor([rows], labels), stats, dlogits };
  await gpu.run(await softmaxCrossEntropyGrad(gpu.context(choice ?? variant), tensors, count), times);
  const read = { stats: await gpu.read(stats), gradient: await gpu.read(dlogits) };
  stats.release();
  return read;
}

describe('softmax cross-entropy', () => {
  it.each(CASES)('$variant: loss, accuracy and gradient of $count of $rows rows, $classes classes', async (test) => {
    const { logits, labels } = inputs(test);
    const want = softmaxOracle(logits, labels, test.classes, test.count);
    const { stats, gradient } = await train(test, logits, labels);
    expectWithin('gradient', [test.rows, test.classes], gradient, want.gradient, (i) => want.gradientError[i] ?? 0);
    expectWithin('loss', [1], stats.slice(0, 1), [want.loss], () => want.lossError);
    expect([...stats.slice(1)]).toEqual([want.correct, test.count, 0]);
  });

  it.each(CASES)('$variant: evaluates $rows x $classes as it trains, without a gradient', async (test) => {
    const { logits, labels } = inputs(test);
    const { stats: trained } = await train(test, logits, labels);
    const stats = statsTensor(gpu.device);
    const tensors = { logits: gpu.tensor([test.rows, test.classes], logits), labels: gpu.tensor([test.rows], labels), stats };
    await gpu.run(await softmaxCrossEntropy(gpu.context(test.choice ?? test.variant), tensors, test.count));
    expect(await gpu.read(stats)).toEqual(trained);
    stats.release();
  });

  it.each(CASES)('$variant: adds up three batches of $count rows the same way each time', async (test) => {
    const { logits, labels } = inputs(test);
    const want = softmaxOracle(logits, labels, test.classes, test.count);
    const first = await train(test, logits, labels, 3);
    expect(await train(test, logits, labels, 3)).toEqual(first);
    expectWithin('loss of three', [1], first.stats.slice(0, 1), [3 * want.loss], () => 3 * want.lossError + 6 * 2 ** -24 * want.loss);
    expect([...first.stats.slice(1)]).toEqual([3 * want.correct, 3 * test.count, 0]);
  });

  it.each(softmaxFamily.variants.map(({ name }) => name))('%s: gives ties to the first and stays finite for huge logits', async (variant) => {
    const logits = [1, 1, 0, -9, 3e38, -3e38, 0, -9, -5, 7, 7, -9];
    const { stats, gradient } = await train({ variant, rows: 3, classes: 4, count: 3 }, new Float32Array(logits), new Uint32Array([0, 0, 1]));
    expect([...gradient].every(Number.isFinite)).toBe(true);
    expect([...stats.slice(1)]).toEqual([3, 3, 0]);
  });

  it.each([NaN, Infinity, -Infinity].flatMap((value) => softmaxFamily.variants.map(({ name }) => ({ value, variant: name }))))(
    '$variant: a logit of $value shows in the loss and is counted',
    async ({ value, variant }) => {
      const logits = new Float32Array(40).map((_, i) => i % 7);
      logits[13] = value;
      const { stats } = await train({ variant, rows: 2, classes: 20, count: 2 }, logits, new Uint32Array([0, 1]));
      expect(stats[0]).toBeNaN();
      expect(stats[3]).toBe(1);
      expect(lossStats(stats)).toMatchObject({ loss: NaN, rows: 2, broken: 1 });
    },
  );

  it.each(['wide', 'quads'])('%s: gives ties to the first class, whichever threads hold them', async (variant) => {
    const [places, classes] = [[[8, 70], [3, 67, 9], [64, 99], [40, 41]], 100];
    const rows = places.map((row) => Float32Array.from({ length: classes }, (_, c) => (row.includes(c) ? 5 : -(c % 7))));
    const logits = Float32Array.from(rows.flatMap((row) => [...row]));
    const labels = Uint32Array.from(places, (row) => Math.min(...row));
    const { stats } = await train({ variant, rows: 4, classes, count: 4 }, logits, labels);
    expect([...stats.slice(1)]).toEqual([4, 4, 0]);
  });

  it.each(['wide', 'quads'])('%s: gives the same in a folded grid', async (variant) => {
    const test = { rows: 7, classes: 40 };
    const { logits, labels } = inputs(test);
    const stats = statsTensor(gpu.device);
    const [plain, other] = [gpu.tensor([7, 40]), gpu.tensor([7, 40])];
    const tensors = { logits: gpu.tensor([7, 40], logits), labels: gpu.tensor([7], labels), stats };
    const [rows, ...rest] = await softmaxCrossEntropyGrad(gpu.context(variant), { ...tensors, dlogits: other });
    await gpu.run([...(await softmaxCrossEntropyGrad(gpu.context(variant), { ...tensors, dlogits: plain })), ...folded(rows ? [rows] : []), ...rest]);
    expect(await gpu.read(other)).toEqual(await gpu.read(plain));
    stats.release();
  });

  it('reads stats as means and refuses none', () => {
    expect(lossStats([6, 3, 4, 0])).toEqual({ loss: 1.5, accuracy: 0.75, rows: 4, broken: 0 });
    expect(() => lossStats([0, 0, 0, 0])).toThrow(ShapeError);
  });

  it('refuses a count beyond the rows', async () => {
    const stats = statsTensor(gpu.device);
    const tensors = { logits: gpu.tensor([4, 3]), labels: gpu.tensor([4], new Uint32Array(4)), stats };
    await expect(softmaxCrossEntropy(gpu.context(), tensors, 5)).rejects.toThrow(/from 1 to 4/);
    stats.release();
  });
});

describe('softmax oracle', () => {
  it('has the gradient of its mean loss', () => {
    const { logits, labels } = inputs({ rows: 5, classes: 4 }, normals);
    expectGradient(softmaxOracle(logits, labels, 4, 5).gradient, (z) => softmaxOracle(z, labels, 4, 5).loss / 5, logits);
  });
});
