// Predictors that are nets: the contract, what they read, how they go on from an earlier fit, and that they foretell what a graph decides.
import { describe, expect, it } from 'vitest';
import { chainGraph, createRng, UsageError, type OperationGraph } from '../../src/core/index.js';
import { createPredictor, kendallTau, NetPredictor, predictMany, type NetRecipe, type TrainingRow } from '../../src/predict/index.js';
import { normalScores } from '../../src/predict/normal-scores.js';
import { curvePredictorContract, trainingRows } from '../contracts/curve-predictor.js';
import { useDevice } from '../ops/fixture.js';

const gpu = useDevice();
const SMALL: Partial<NetRecipe> = { members: 3, epochs: 8, dense: [8] };

function net(kind: 'mlp' | 'gcn', recipe: Partial<NetRecipe> = {}, features: readonly ('TS' | 'AP' | 'HP')[] = ['TS', 'AP', 'HP']): NetPredictor {
  const small = { ...SMALL, ...(kind === 'gcn' ? { channels: [8, 8] } : {}), ...recipe };
  return new NetPredictor({ kind, features, scale: 'auto', sigma: 'loo', openContext: () => Promise.resolve(gpu.context()), recipe: small });
}

curvePredictorContract('mlp', () => net('mlp'));
curvePredictorContract('gcn', () => net('gcn'));

const OPERATIONS = ['a', 'b', 'c'];

/** Two branches of drawn operations; the score counts `b`s, more before an `a` than after. */
function made(count: number, seed: string): TrainingRow[] {
  return Array.from({ length: count }, (_, trial) => {
    const rng = createRng(seed).fork(trial);
    const words = Array.from({ length: 4 }, () => rng.pick(OPERATIONS));
    const graph: OperationGraph = { operations: ['input', ...words, 'output'], edges: [[0, 1], [1, 2], [2, 5], [0, 3], [3, 4], [4, 5]] };
    const score = [0, 2].reduce((sum, at) => sum + (words[at] === 'b' ? 2 : 0) + (words[at + 1] === 'b' ? 1 : 0) + (words[at] === 'b' && words[at + 1] === 'a' ? 3 : 0), 0);
    return { trial, curve: [rng.next(), score], ap: {}, hp: {}, graph };
  });
}

describe('gcn', () => {
  const request = { rows: made(60, 'made'), horizon: 2, taus: [0], rng: createRng('gcn') };
  const tests = made(80, 'tests');
  const tau = async (recipe: Partial<NetRecipe>): Promise<number> => {
    const fitted = await net('gcn', { epochs: 120, channels: [16, 16], rate: 5e-3, ...recipe }).fit(request);
    const means = (await predictMany(fitted, tests, 0)).map(({ mean }) => mean);
    return kendallTau(tests.map(({ curve }) => curve[1] as number), means);
  };

  it.each(['squares', 'pairs'] as const)('learns what order of operations decides, by %s', async (loss) => {
    expect(await tau({ loss })).toBeGreaterThan(0.8);
  });

  it('needs a graph with every row, and says so', async () => {
    const bare = request.rows.map(({ trial, curve, ap, hp }) => ({ trial, curve, ap, hp }));
    await expect(net('gcn').fit({ ...request, rows: bare })).rejects.toThrow(/expected a graph of operations with every row/);
    const fitted = await net('gcn').fit(request);
    await expect(fitted.predict(bare[0] as TrainingRow, 0)).rejects.toThrow(UsageError);
  });

  it('refuses a space of which it knows no operation', async () => {
    const fitted = await net('gcn').fit(request);
    const strange = Array.from({ length: 70 }, () => ({ curve: [], ap: {}, hp: {}, graph: chainGraph(['x', 'y']) }));
    await expect(predictMany(fitted, strange, 0)).rejects.toThrow(/got none of them \(x, y/);
  });

  it('reads words and sizes of graphs that no training row had', async () => {
    const fitted = await net('gcn').fit(request);
    const strange = { curve: [], ap: {}, hp: {}, graph: chainGraph(['a', 'z', 'b', 'c', 'a', 'b', 'c']) };
    const { mean } = await fitted.predict(strange, 0);
    const together = await predictMany(fitted, [...tests, strange], 0);
    expect(together.at(-1)?.mean).toBeCloseTo(mean, 3);
  });

  it('goes on from an earlier fit, the same again', async () => {
    const recipe = { epochs: 20, rate: 3e-3, channels: [16, 16] };
    const first = await net('gcn', recipe).fit({ ...request, rows: request.rows.slice(0, 40) });
    const again = () => net('gcn', recipe).fit({ ...request, from: first });
    const [warm, same, cold] = [await again(), await again(), await net('gcn', recipe).fit(request)];
    const means = async (fitted: typeof warm) => (await predictMany(fitted, tests, 0)).map(({ mean }) => mean);
    expect(await means(same)).toEqual(await means(warm));
    expect(await means(cold)).not.toEqual(await means(warm));
    const truth = tests.map(({ curve }) => curve[1] as number);
    expect(kendallTau(truth, await means(warm))).toBeGreaterThan(kendallTau(truth, await means(first)));
  });
});

describe('nets', () => {
  it('say which settings are not theirs', () => {
    const settings = { features: ['TS'], scale: 'auto', target: 'auto', draws: 1, solver: {} as never } as const;
    expect(() => createPredictor('mlp', { ...settings, sigma: 'loo' })).toThrow(/expected a device/);
    expect(() => createPredictor('gcn', { ...settings, sigma: 'hetero', openContext: () => Promise.reject(new Error('never')) })).toThrow(/got hetero/);
  });

  it('refuse scores that are not finite', async () => {
    const rows = trainingRows(10, 'broken').map((row, i) => (i === 3 ? { ...row, curve: row.curve.map(() => NaN) } : row));
    await expect(net('mlp').fit({ rows, horizon: 8, taus: [3], rng: createRng(1) })).rejects.toThrow(/finite scores/);
  });
});

describe('normal scores', () => {
  it('are quantiles of the ranks, equals alike', () => {
    // scipy.stats.norm.ppf of 1/6, 1/2, 5/6.
    const { to } = normalScores([5, 1, 3]);
    [0.967421566, -0.967421566, 0].forEach((quantile, i) => expect(to([5, 1, 3][i] as number)).toBeCloseTo(quantile, 9));
  });

  it('rise with scores and lead back', () => {
    const scores = [10, 10, 10, 55, 90, 91, 91.5, 92, 93, 94];
    const { to, from } = normalScores(scores);
    for (const score of [10, 30, 55, 90.4, 94]) expect(from(to(score))).toBeCloseTo(score, 9);
    const values = [9, 10, 55, 90, 94, 94.5, 96].map(to);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(values.length);
    expect(to(91.5) - to(91)).toBeGreaterThan(0.05);
    expect(from(3)).toBeGreaterThan(94);
  });

  it('know no order among equal scores', () => {
    const { to, from } = normalScores([5, 5, 5]);
    expect([to(5), from(-2), from(2)]).toEqual([0, 5, 5]);
    expect(to(4)).toBeLessThan(to(5));
  });
});
