// What trials are worth to a learner: best epochs, predictions that are replaced, failures, scores that are no accuracies.
import { describe, expect, it } from 'vitest';
import type { StoredEvent, StudyEvent } from '../../../src/core/index.js';
import { EPSILON_SCHEDULE, epsilonAt } from '../../../src/search/index.js';
import { accuracyReward, Rewards } from '../../../src/search/sources/rewards.js';

const told = (rewards: Rewards, events: readonly StudyEvent[]): (number | null)[] => events.map((event, i) => rewards.tell({ ...event, seq: i + 1, time: 0 } as StoredEvent));
const epoch = (trial: number, at: number, value: number): StudyEvent => ({ type: 'epoch', trial, attempt: 1, epoch: at, value, seconds: 1 });
const value = (trial: number, y: number, predicted = false): StudyEvent => ({ type: 'value', trial, y, at: 2, predicted });

describe('rewards', () => {
  it('are the best validation accuracy, a prediction as it stands, and what replaces it', () => {
    const rewards = new Rewards(accuracyReward(10));
    expect(told(rewards, [epoch(0, 1, 0.8), epoch(0, 2, 0.7), value(0, 0.7), epoch(1, 1, 0.4), value(1, 0.3, true)])).toEqual([null, null, 0, null, 1]);
    expect([rewards.of(0), rewards.of(1), rewards.of(2)]).toEqual([0.8, 0.3, null]);
    told(rewards, [epoch(1, 2, 0.9), value(1, 0.9)]);
    expect(rewards.of(1)).toBe(0.9);
  });

  it('are chance of a network that fails to train, and nothing of one that is too big', () => {
    const rewards = new Rewards(accuracyReward(10));
    const fail = (trial: number, kind: 'diverged' | 'memory' | 'device'): StudyEvent => ({ type: 'fail', trial, attempt: 1, kind, message: '' });
    expect(told(rewards, [fail(0, 'diverged'), fail(1, 'memory'), fail(2, 'device')])).toEqual([0, null, null]);
    expect([rewards.of(0), rewards.of(1), rewards.of(2)]).toEqual([0.1, null, null]);
  });

  it('of other scores are standardised by what was seen: the average is one half, a failure the least', () => {
    const rewards = new Rewards({ kind: 'standardised' });
    told(rewards, [value(0, -5), value(1, -4), value(2, -3, true), { type: 'fail', trial: 3, attempt: 1, kind: 'diverged', message: '' }]);
    expect(rewards.of(1)).toBeCloseTo(0.5, 12);
    // One standard deviation of -5, -4, -3 is sqrt(2 / 3).
    expect(rewards.of(2)).toBeCloseTo(1 / (1 + Math.exp(-Math.sqrt(1.5))), 12);
    expect(rewards.of(3)).toBe(0);
    told(rewards, [value(2, -4)]);
    expect((rewards.of(2) ?? 0) > 0.5).toBe(true);
    expect(rewards.of(2)).toBe(rewards.of(1));
  });
});

describe('the schedule of epsilon', () => {
  it('is the paper\'s for 2,700 networks, and goes in proportion for others', () => {
    const counts = (trials: number): number[] => EPSILON_SCHEDULE.map(([epsilon]) => Array.from({ length: trials }, (_, trial) => epsilonAt(trial, trials)).filter((at) => at === epsilon).length);
    expect(counts(2700)).toEqual([1500, 100, 100, 100, 150, 150, 150, 150, 150, 150]);
    expect(counts(54)).toEqual([30, 2, 2, 2, 3, 3, 3, 3, 3, 3]);
    expect([epsilonAt(0, 1), epsilonAt(9, 5)]).toEqual([1, 0.1]);
  });
});
