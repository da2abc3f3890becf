// The default search's own rule and strategy under the study: cut at appends, and taken up with everything rebuilt from the
// journal, it comes out as if it had not been interrupted.
import { expect, test } from 'vitest';
import { createRng, type StoppingRule, type Strategy, type StudyEvent } from '../../src/core/index.js';
import { nativeSolver, SrmPredictor, SrmRule, srmRuleDefaults } from '../../src/predict/index.js';
import { NumberSpace, FullStrategy, sampledSource } from '../../src/search/index.js';
import { createStudy, memoryCheckpoints, memoryJournal, runStudy, type ListedCheckpointStore } from '../../src/study/index.js';
import { content } from './fakes/content.js';
import { fakeRunner } from './fakes/fakes.js';

const EPOCHS = 10;

function parts(): { strategy: Strategy; rule: StoppingRule } {
  const space = new NumberSpace({ quality: { low: 0.2, high: 0.9 }, slow: { low: 1, high: 9 }, noise: { low: 0.02, high: 0.05 } });
  const predictor = new SrmPredictor({ kind: 'svr-rbf', features: ['TS'], scale: 'auto', sigma: 'loo', target: 'level', draws: 6, solver: nativeSolver });
  return {
    strategy: new FullStrategy(sampledSource(space, createRng(3).fork('strategy')), { trials: 80, epochs: EPOCHS, nth: 1 }),
    rule: new SrmRule(predictor, { ...srmRuleDefaults, burnIn: 6, confidence: 0.95 }, createRng(3).fork('rule')),
  };
}

async function drive(journal: ReturnType<typeof memoryJournal>, store: ListedCheckpointStore): Promise<void> {
  const study = await createStudy({ header: { epochs: EPOCHS, seed: 3 }, ...parts(), journal, checkpoints: store, checkpointBytes: 300 });
  await runStudy(study, fakeRunner(), store, { parallel: 3 });
}

class Cut extends Error {}

function cutting(journal: ReturnType<typeof memoryJournal>, limit: number): ReturnType<typeof memoryJournal> {
  let appends = 0;
  const append = (events: readonly StudyEvent[]) => {
    if (events.length > 0 && ++appends > limit) throw new Cut();
    return journal.append(events);
  };
  return { append, read: (after) => journal.read(after), close: () => undefined };
}

test('srm over random search, cut again and again', async () => {
  const whole = memoryJournal();
  await drive(whole, memoryCheckpoints());
  const events = [...whole.read()];
  const types = new Set(events.map((e) => e.type));
  expect([...types]).toEqual(expect.arrayContaining(['fit', 'thaw', 'evict', 'finish', 'end']));
  expect(events.filter((e) => e.type === 'fit').length).toBeGreaterThan(2);
  expect(events.some((e) => e.type === 'verdict' && e.verdict.action === 'freeze')).toBe(true);

  const journal = memoryJournal();
  const store = memoryCheckpoints();
  for (let tries = 0; tries < 400; tries++) {
    const cut = await drive(cutting(journal, 7 + (tries % 5) * 4), store).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Cut) return true;
        throw error;
      },
    );
    if (!cut) break;
  }
  expect(content(journal.read())).toEqual(content(whole.read()));
});
