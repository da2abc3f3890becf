// MetaQNN's Q-learning: its contract, the update by hand, what is replayed and repeated, and that it learns where REINFORCE does too.
import { describe, expect, it } from 'vitest';
import { createRng, type Candidate, type StoredEvent } from '../../../src/core/index.js';
import { accuracyReward, qLearningSource, recordedDecisions, reinforceDefaults, reinforceSource, type Source } from '../../../src/search/index.js';
import { QValues } from '../../../src/search/sources/q-values.js';
import { sourceContract } from '../../contracts/source.js';
import { CurveSpace } from '../../predict/synthetic.js';
import { binary, numbered, play, shareOf } from './binary.js';

const reward = accuracyReward(10);
const words = ['64,1', '64,3', '128,5', '256,1'].flatMap((a) => ['64,3', '512,1', '128,3'].flatMap((b) => ['64', '128', '256', '512'].map((c) => `[C(${a},1), C(${b},1), C(${c},3,1), SM(10)]`)));
const recorded = words.map((architecture, i) => ({ architecture, candidate: new CurveSpace().sample(createRng('pool').fork(i)) }));
const overPool = (): Parameters<typeof qLearningSource>[0] => recordedDecisions(recorded, { size: 32 });
const q = (trials = 40, replay = 128): Source => qLearningSource(overPool(), { trials, replay, reward }, createRng(3));
const small = { ...reinforceDefaults, reward };

sourceContract('Q-learning over recorded networks', q);
sourceContract('REINFORCE over recorded networks', () => reinforceSource(overPool(), small, createRng(3)));

describe('Q values', () => {
  it('begin at one half and move backwards along a trajectory', () => {
    const values = new QValues(binary(2));
    const trajectory = values.trajectory(['r', 'l']);
    values.update(trajectory, 0.9);
    // .5 + .01 (.9 - .5), then .5 + .01 (max(.504, .5) - .5).
    expect(values.of(['r'], 'l')).toBeCloseTo(0.504, 15);
    expect(values.of([], 'r')).toBeCloseTo(0.50004, 15);
    values.update(trajectory, 0.1);
    expect(values.of(['r'], 'l')).toBeCloseTo(0.504 + 0.01 * (0.1 - 0.504), 15);
    // The other choice of the next state is the larger one now.
    expect(values.of([], 'r')).toBeCloseTo(0.50004 + 0.01 * (0.5 - 0.50004), 15);
    expect([values.of([], 'l'), values.of(['r'], 'r')]).toEqual([0.5, 0.5]);
  });
});

describe('Q-learning', () => {
  const mean = (some: readonly number[]): number => some.reduce((sum, y) => sum + y, 0) / some.length;
  const learner = (trials: number): Source => qLearningSource(binary(10), { trials, replay: 128, reward }, createRng(5));

  it('proposes better words as epsilon falls', async () => {
    const worths = (await play(learner(300), 300, shareOf)).candidates.map(shareOf);
    expect(Math.abs(mean(worths.slice(0, 166)) - 0.5)).toBeLessThan(0.05);
    expect(mean(worths.slice(-33))).toBeGreaterThan(0.65);
  });

  it('tries every word of a small space once, then has nothing new', async () => {
    const { candidates } = await play(qLearningSource(binary(4), { trials: 8, replay: 16, reward }, createRng(1)), 99, shareOf);
    expect(new Set(candidates.map((candidate) => JSON.stringify(candidate))).size).toBe(16);
    expect(candidates).toHaveLength(16);
  });

  it('takes paths that lead to one candidate as one, and paths to nothing as none', async () => {
    const all = binary(4);
    // l and r in the last place are the same, and a word that begins with l l is nothing.
    const few = { ...all, candidate: (path: readonly string[]) => (path[0] === 'l' && path[1] === 'l' ? null : all.candidate([...path.slice(0, 3), 'r'])) };
    const { candidates } = await play(qLearningSource(few, { trials: 20, replay: 16, reward }, createRng(1)), 20, shareOf);
    expect(candidates).toHaveLength(6);
    expect(new Set(candidates.map((candidate) => JSON.stringify(candidate))).size).toBe(6);
  });

  it('journals the trained networks that it drew again, and only those', async () => {
    const { events } = await play(learner(60), 60, shareOf);
    const records = events.flatMap((event) => (event.type === 'fit' ? [event.record] : []));
    expect(records.length).toBeGreaterThan(0);
    for (const { by, trial, repeats } of records) {
      expect(by).toBe('q-learning');
      expect((repeats as number[]).every((earlier) => earlier < Number(trial))).toBe(true);
    }
  });

  it('learns from what replaces a prediction, and from what people enqueue', async () => {
    const told = async (last: readonly StoredEvent[]): Promise<Candidate | undefined> => {
      const source = qLearningSource(binary(3), { trials: 1, replay: 4000, reward }, createRng(1));
      const start = (trial: number, path: readonly string[]): StoredEvent => numbered({ type: 'start', trial, candidate: binary(3).candidate(path), until: 1 }, trial);
      const value = (trial: number, y: number, predicted: boolean): StoredEvent => numbered({ type: 'value', trial, y, at: 1, predicted }, trial);
      for (const event of [start(0, ['l', 'l', 'l']), value(0, 0.9, true), start(1, ['r', 'r', 'r']), value(1, 0.6, false), ...last, start(2, ['r', 'l', 'l']), value(2, 0.5, false)]) source.tell(event);
      // Trial 9,999 of one lies far behind the schedule: epsilon .1.
      return (await source.next(9999))?.candidate;
    };
    expect((await told([]))?.hp['c0']).toBe(0);
    expect((await told([numbered({ type: 'value', trial: 0, y: 0.1, at: 1, predicted: false }, 9)]))?.hp['c0']).toBe(1);
  });

  it('refuses a replay of nothing', () => {
    expect(() => q(40, 0)).toThrow(/replay to be a whole number from 1/);
  });
});

describe('REINFORCE', () => {
  it('raises what it proposes, and refuses rates that make no sense', async () => {
    const worths = (await play(reinforceSource(binary(10), small, createRng(4)), 100, shareOf)).candidates.map(shareOf);
    // Drawn at random 50 of them average .5 +- .022.
    expect(worths.slice(50).reduce((sum, y) => sum + y, 0) / 50).toBeGreaterThan(0.6);
    expect(() => reinforceSource(binary(2), { ...small, decay: 1 }, createRng(1))).toThrow(/decay from 0 to below 1/);
  });
});
