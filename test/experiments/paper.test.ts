import { describe, expect, it } from 'vitest';
import { createRng, UsageError } from '../../src/core/index.js';
import { isPossible, PAPER_SETS, paperPlan, runPaper, type PaperContext, type PaperResult, type ReplaySummary } from '../../src/experiments/index.js';
import { depthOf, divideByDepth } from '../../src/experiments/paper/depth.js';
import { nativeSolver, SrmPredictor } from '../../src/predict/index.js';
import { madeSet } from './made-set.js';

const MODELS = ['svr-rbf', 'svr-linear', 'ols', 'last', 'lce'];
const sets = new Map(PAPER_SETS.slice(0, 1).map((name) => [name as string, madeSet(130, 8, { name, noise: 0.01 })]));

function context(change: Partial<PaperContext> = {}): PaperContext {
  return {
    sets, seed: 1, now: () => 0, signal: new AbortController().signal,
    predictor: ({ model, draws }, features) => new SrmPredictor({ kind: model === 'ols' ? 'ols' : 'last', features, scale: 'raw', sigma: 'loo', draws, solver: nativeSolver }),
    replay: () => Promise.resolve({ speedup_mean: 2 } as ReplaySummary),
    ...change,
  };
}

describe('the paper\'s plan', () => {
  it('has each measurement once under a key of its own, in full and quick', () => {
    for (const quick of [true, false]) {
      const keys = paperPlan(quick, MODELS).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
    expect(paperPlan(true, MODELS).length).toBeLessThan(paperPlan(false, MODELS).length);
  });

  it('asks for the paper\'s size in full, and only for the models that there are', () => {
    const plan = paperPlan(false, MODELS);
    const rbf = plan.find((task) => task.kind === 'evaluate' && task.model === 'svr-rbf');
    expect(rbf).toMatchObject({ train: 100, repeats: 10, draws: 1000 });
    expect(new Set(plan.flatMap((task) => (task.kind === 'evaluate' ? [task.model] : [])))).toEqual(new Set(MODELS));
    expect(plan.filter((task) => task.kind === 'evaluate' && task.model === 'lce').every((task) => task.kind === 'evaluate' && task.most === 100 && task.repeats === 1)).toBe(true);
  });
});

describe('running the paper', () => {
  const plan = paperPlan(true, ['ols', 'last']).filter(({ set }) => set === 'metaqnn_cifar10');

  it('measures what is missing, in order, and leaves out sets that are not there', async () => {
    const all: PaperResult[] = [];
    for await (const result of runPaper(paperPlan(true, ['ols', 'last']), new Set([plan[0]?.key ?? '']), context())) all.push(result);
    expect(all.map(({ key }) => key)).toEqual(plan.slice(1).map(({ key }) => key));
    const ols = all.find(({ task }) => task.kind === 'evaluate' && task.model === 'ols' && task.features === 'TS+AP+HP');
    expect((ols?.result as { r2_mean: number }).r2_mean).toBeGreaterThan(0.9);
  });

  it('stops between measurements when asked to', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const run = async () => {
      for await (const { key } of runPaper(plan, new Set(), context({ signal: controller.signal }))) {
        seen.push(key);
        controller.abort();
      }
    };
    await expect(run()).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });

  it('knows what a set has nothing to see of', () => {
    const [task] = paperPlan(true, ['ols']);
    const bare = madeSet(5, 3);
    const set = { ...bare, rows: bare.rows.map((row) => ({ ...row, ap: {} })) };
    if (task?.kind !== 'evaluate') throw new Error('expected an evaluation first');
    expect([isPossible({ ...task, features: 'AP' }, set), isPossible({ ...task, features: 'AP' }, bare), isPossible({ ...task, features: 'TS+AP' }, set)]).toEqual([false, true, true]);
  });
});

describe('dividing by depth', () => {
  it('trains below and tests above, nets of that depth on neither side', () => {
    const made = madeSet(60, 4);
    const set = { ...made, rows: made.rows.map((row, i) => ({ ...row, ap: { num_blocks: 1 + (i % 17) } })) };
    const { train, test } = divideByDepth(set, 32, 100, createRng(1));
    expect(depthOf(4)).toBe(32);
    expect(train.every(({ ap }) => (ap['num_blocks'] ?? 0) < 4)).toBe(true);
    expect(test.every(({ ap }) => (ap['num_blocks'] ?? 0) > 4)).toBe(true);
    expect(() => divideByDepth(made, 32, 100, createRng(1))).toThrow(UsageError);
  });
});
