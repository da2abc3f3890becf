// Both ends of an ensemble: rows in each member's order, and the losses of one score a row.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { ensembleBiasGrad, ensembleLoss, ensembleRows } from '../../src/ops/index.js';
import { expectGradient } from './oracle/central-differences.js';
import { type LossOracle, pairsOracle, squaresOracle } from './oracle/graph.js';
import { expectExact, expectWithin, gaussians, integers, testRng, useDevice } from './fixture.js';

const gpu = useDevice();
const ORDERS = [[3, 0, 2, 1], [2, 1, 3, 0]];

describe('ensemble rows', () => {
  it('go into their columns, in an order a member or one for all', async () => {
    const rows = integers(testRng('rows'), 4 * 3);
    for (const orders of [ORDERS, [[1, 3, 0, 2]]]) {
      const z = gpu.tensor([2, 2, 5], new Float32Array(20).fill(9));
      const order = gpu.tensor(orders.length === 1 ? [4] : [2, 4], Uint32Array.from(orders.flat()));
      const dispatches = await ensembleRows(gpu.context(), { order, count: 2 }, { rows: gpu.tensor([4, 3], rows), z }, 2);
      dispatches.forEach(({ params }) => params.set({ start: 3, count: 1 }));
      await gpu.run(dispatches);
      const want = [0, 1].flatMap((e) => {
        const from = (orders[e] ?? orders[0])?.[3] ?? NaN;
        return [9, 9, ...rows.subarray(3 * from, 3 * from + 3), 9, 9, 0, 0, 0];
      });
      expectExact('z', [2, 2, 5], await gpu.read(z), want);
    }
  });

  it('refuse columns that are not there', async () => {
    const tensors = { rows: gpu.tensor([4, 3]), z: gpu.tensor([2, 2, 5]) };
    await expect(ensembleRows(gpu.context(), { order: gpu.tensor([4], new Uint32Array(4)), count: 2 }, tensors, 3)).rejects.toThrow(ShapeError);
  });
});

describe('ensemble bias gradient', () => {
  it.each([['exact', integers], ['rounding', gaussians]] as const)('sums each member\'s rows: %s', async (kind, fill) => {
    const [E, B, K] = [3, 7, 5];
    const dy = fill(testRng(`bias ${kind}`), E * B * K);
    const db = gpu.tensor([E, K]);
    await gpu.run(await ensembleBiasGrad(gpu.context(), { dy: gpu.tensor([E, B, K], dy), db }));
    const sum = (of: (x: number) => number) => Float64Array.from({ length: E * K }, (_, i) => Array.from({ length: B }, (_b, b) => of(dy[(Math.floor(i / K) * B + b) * K + (i % K)] ?? NaN)).reduce((all, x) => all + x, 0));
    const magnitudes = sum(Math.abs);
    expectWithin('db', [E, K], await gpu.read(db), sum((x) => x), (i) => (kind === 'exact' ? 0 : 2 * Math.sqrt(B) * 2 ** -24 * (magnitudes[i] ?? NaN)));
  });
});

describe.each([['squares', squaresOracle], ['pairs', pairsOracle]] as const)('ensemble loss %s', (kind, oracle: (scores: readonly number[], targets: readonly number[]) => LossOracle) => {
  it.each([{ B: 5, count: 5, N: 9 }, { B: 150, count: 131, N: 200 }])('and its gradient, %o', async ({ B, count, N }) => {
    const rng = testRng(`loss ${kind} ${B}`);
    const [scores, targets] = [gaussians(rng, 2 * B).map((value) => value % 30), gaussians(rng, N)];
    targets.fill(0.5, 0, 3);
    const orders = [0, 1].map(() => rng.shuffle(Array.from({ length: N }, (_, i) => i)));
    const tensors = { scores: gpu.tensor([2, B], scores), targets: gpu.tensor([N], targets), dscores: gpu.tensor([2, B]), stats: gpu.tensor([2], [1, 2]) };
    const dispatches = await ensembleLoss(gpu.context(), { order: gpu.tensor([2, N], Uint32Array.from(orders.flat())), count: B }, tensors, kind);
    const start = N - B;
    dispatches.forEach(({ params }) => params.set({ start, count }));
    await gpu.run(dispatches);
    const [gradient, stats] = [await gpu.read(tensors.dscores), await gpu.read(tensors.stats)];
    for (const e of [0, 1]) {
      const at = (i: number): number => orders[e]?.[start + i] ?? -1;
      const s = [...scores.subarray(e * B, e * B + count)];
      const want = oracle(s, s.map((_, i) => targets[at(i)] ?? NaN));
      // Terms: squares 3 roundings and a division; pairs exp (3 + 2 |x| ulp, |x| <= 60, decaying with it), log (3 ulp, 2^-21 near 1), a division; then the sums.
      const terms = kind === 'squares' ? count : count * count;
      const unit = 2 * Math.sqrt(terms) * 2 ** -24 + (kind === 'squares' ? 8 : 132) * 2 ** -23;
      const near = kind === 'pairs' ? 2 ** -21 : 0;
      expectWithin('loss', [1], [stats[e] ?? NaN], [e + 1 + want.loss], () => unit * want.magnitude + near + 2 ** -23 * (e + 1 + want.loss));
      const grad = gradient.subarray(e * B, (e + 1) * B);
      expectWithin('gradient', [B], grad, Float64Array.from({ length: B }, (_, i) => want.gradient[i] ?? 0), (i) => unit * (want.gradientMagnitudes[i] ?? 0));
    }
  });

  it('has an oracle whose gradient is that of differences', () => {
    const rng = testRng('loss oracle');
    const [s, t] = [0, 1].map(() => Array.from({ length: 7 }, () => rng.normal())) as [number[], number[]];
    expectGradient(oracle(s, t).gradient, (at) => oracle([...at], t).loss, s);
  });
});
