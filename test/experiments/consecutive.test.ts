// Hyperband again and again on a small set, with a rule that knows the future and without one.
import { describe, expect, it } from 'vitest';
import { createRng, type Candidate, type StoppingRule } from '../../src/core/index.js';
import type { CurveSet } from '../../src/data/index.js';
import { consecutiveRuns, recordingOf, summariseConsecutive } from '../../src/experiments/index.js';
import { NoRule } from '../../src/predict/index.js';
import { BracketStrategy, hyperbandBrackets, poolSource } from '../../src/search/index.js';

const T = 9;
const set: CurveSet = {
  name: 'ranked', epochs: T, notes: [], metric: { name: 'score', direction: 'maximise', transform: 'none', unit: { scale: 1, offset: 0 } },
  rows: Array.from({ length: 30 }, (_, i) => ({ id: String(i), group: String(i), architecture: null, ap: {}, hp: { i }, curve: Array.from({ length: T }, (_unused, e) => i / 30 + e / 1000) })),
};
const brackets = hyperbandBrackets({ epochs: T, eta: 3 });
const each = brackets.reduce((sum, { rungs: [first] }) => sum + (first?.trials ?? 0), 0);

async function play(minModels: number, runs = 6) {
  const rng = createRng(3);
  const recording = recordingOf(set, 0, rng);
  const knowing = (pool: readonly Candidate[]): StoppingRule => ({
    settings: { name: 'knowing' }, tell: () => undefined, review: () => Promise.resolve({ thaw: [] }),
    judge: (trial, { bar, horizon }) => {
      const y = recording.curveOf(pool[trial] as Candidate)[horizon - 1] as number;
      return Promise.resolve({ verdict: bar !== null && y <= bar ? { action: 'freeze', reason: 'known', value: { y, at: horizon } } : { action: 'continue' } });
    },
  });
  return consecutiveRuns({
    recording, runs, each, rungs: [1, 3, 9], minModels, known: 0, rng,
    parts: (pool, pruned) => Promise.resolve({
      strategy: new BracketStrategy({ name: 'hyperband' }, poolSource(pool), Array.from({ length: runs }, () => brackets).flat(), pool.length, pruned ? { kappa: 0.1, minModels, known: 0 } : undefined),
      rule: pruned ? knowing(pool) : new NoRule(),
    }),
  });
}

describe('consecutive runs of Hyperband', () => {
  it('lose nothing and save much by a rule that knows, once it has its models', async () => {
    const outcome = await play(12);
    expect(outcome.active_from).toBeGreaterThan(0);
    expect(outcome.active_from).toBeLessThan(6);
    expect(outcome.difference).toBe(0);
    expect(outcome.saved_after).toBeGreaterThan(1.2);
    expect(outcome.saved_after).toBeGreaterThan(outcome.saved_before);
    expect(outcome.frozen).toBeGreaterThan(0);
  });

  it('are Hyperband itself while no regression is trusted', async () => {
    const outcome = await play(1e6);
    expect([outcome.saved, outcome.saved_before, outcome.frozen, outcome.active_from, outcome.difference]).toEqual([1, 1, 0, 6, 0]);
    expect(summariseConsecutive([outcome, outcome])).toMatchObject({ repeats: 2, saved: [1, 1, 1], frozen: 0 });
  });
});
