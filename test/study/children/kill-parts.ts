// The search that is killed again and again, shared between the test and its child process.
import type { StudyOptions } from '../../../src/study/index.js';
import { GainRule, RandomStrategy } from '../fakes/fakes.js';

const EPOCHS = 12;

export function killParts(): Pick<StudyOptions, 'header' | 'strategy' | 'rule' | 'checkpointBytes'> {
  return {
    header: { epochs: EPOCHS, seed: 3 },
    strategy: new RandomStrategy(60, EPOCHS, 11),
    rule: new GainRule(EPOCHS, 8),
    checkpointBytes: 30_000,
  };
}
