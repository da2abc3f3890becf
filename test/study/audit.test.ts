import { describe, expect, it } from 'vitest';
import type { Runner, StoppingRule } from '../../src/core/index.js';
import { poolSource, FullStrategy } from '../../src/search/index.js';
import { auditOf, auditSize, auditStudy, createStudy, memoryCheckpoints, memoryJournal, runStudy } from '../../src/study/index.js';

const T = 4;
const TRIALS = 30;
const pool = Array.from({ length: TRIALS }, (_, i) => ({ architecture: null, ap: {}, hp: { i } }));

/** Trial 0 ends at 1; a trial of `winners` ends above it, all others below. */
const runner = (winners: readonly number[]): Runner => ({
  async *run({ candidate, from, until }) {
    const i = candidate.hp['i'] as number;
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= until; epoch++) {
      yield { epoch, value: epoch < T ? 0 : winners.includes(i) ? 2 : i === 0 ? 1 : 0.5, seconds: 1, snapshot: () => Promise.resolve(new Uint8Array([epoch])) };
    }
  },
});

/** Freezes all but trial 0 at epoch 1. */
const rule: StoppingRule = {
  settings: { name: 'all but one' },
  tell: () => undefined,
  judge: (trial) => Promise.resolve({ verdict: trial === 0 ? { action: 'continue' } : { action: 'freeze', reason: 'listed', value: { y: 0, at: 1 } } }),
  review: () => Promise.resolve({ thaw: [] }),
};

async function search(winners: readonly number[] = []) {
  const journal = memoryJournal();
  const open = () => createStudy({ header: { epochs: T, seed: 7 }, strategy: new FullStrategy(poolSource(pool), { trials: TRIALS, epochs: T, nth: 1 }), rule, journal, checkpoints: store });
  const store = memoryCheckpoints();
  const study = await open();
  await runStudy(study, runner(winners), store);
  return { study, store, open };
}

describe('an audit', () => {
  it('trains a share of the frozen to the end and bounds how many beat the winner', async () => {
    const { study, store } = await search();
    const result = await auditStudy(study, 0.2, runner([]), store);
    expect(result).toMatchObject({ frozen: 29, drawn: 6, audited: 6, beat: 0 });
    expect(result?.bound).toBeCloseTo(1 - 0.05 ** (1 / 6), 12);
    expect(study.state.verified.size).toBe(6);
    expect(study.state.counts.frozen).toBe(29);
  });

  it('counts those that beat the winner', async () => {
    const all = Array.from({ length: 29 }, (_, i) => i + 1);
    const { study, store } = await search(all);
    const result = await auditStudy(study, 0.1, runner(all), store);
    expect(result).toMatchObject({ audited: 3, beat: 3, bound: 1 });
  });

  it('goes on after an interruption with the trials that it had drawn, whatever share is asked for', async () => {
    const { study, store, open } = await search();
    const controller = new AbortController();
    await auditStudy(study, 0.5, runner([]), store, { signal: controller.signal, onTrial: (_, done) => done === 4 && controller.abort() });
    const drawn = study.state.audit;
    expect(auditOf(study.state)).toMatchObject({ drawn: 15 });
    const again = await open();
    const result = await auditStudy(again, 0.1, runner([]), store);
    expect(again.state.audit).toEqual(drawn);
    expect(result).toMatchObject({ drawn: 15, audited: 15 });
  });

  it('draws at least one where there is one, and nothing of nothing', () => {
    expect([auditSize(0, 0.1), auditSize(3, 0.1), auditSize(30, 0.1), auditSize(3, 1)]).toEqual([0, 1, 3, 3]);
  });
});
