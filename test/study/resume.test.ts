// A study cut off after any append and taken up again makes the same events as one that was never interrupted.
import { expect, test } from 'vitest';
import type { CheckpointStore, StoppingRule, Strategy, StudyEvent } from '../../src/core/index.js';
import { createStudy, memoryCheckpoints, memoryJournal, runStudy, type ListedCheckpointStore } from '../../src/study/index.js';
import { content } from './fakes/content.js';
import { fakeRunner, GainRule, RandomStrategy, RungStrategy } from './fakes/fakes.js';

const EPOCHS = 8;
type Parts = () => { strategy: Strategy; rule: StoppingRule };

/** What a study must contain, so that the property is not proved of one in which nothing happens. */
const ALWAYS = ['start', 'epoch', 'verdict', 'value', 'fit', 'finish', 'evict', 'end'];

const setups = {
  'random search with freezes and thaws': {
    parts: () => ({ strategy: new RandomStrategy(20, EPOCHS, 18), rule: new GainRule(EPOCHS) }),
    required: [...ALWAYS, 'thaw: last look'],
  },
  'a rung that pauses, resumes and freezes': {
    parts: () => ({ strategy: new RungStrategy(8, 2, 3, EPOCHS), rule: new GainRule(EPOCHS, 1) }),
    required: [...ALWAYS, 'pause', 'resume'],
  },
};

class Cut extends Error {}

/** Counts appends, and dies instead of making the one after `limit`. */
function cutting(journal: ReturnType<typeof memoryJournal>, limit: number): typeof journal & { appends: number } {
  const cut = {
    appends: 0,
    append(events: readonly StudyEvent[]) {
      if (events.length > 0 && ++cut.appends > limit) throw new Cut();
      return journal.append(events);
    },
    read: (after?: number) => journal.read(after),
    close: () => undefined,
  };
  return cut;
}

async function drive(parts: Parts, journal: ReturnType<typeof memoryJournal>, store: CheckpointStore, parallel: number): Promise<void> {
  const study = await createStudy({ header: { epochs: EPOCHS, seed: 1 }, ...parts(), journal, checkpoints: store, checkpointBytes: 120 });
  await runStudy(study, fakeRunner(), store, { parallel });
  await study.close();
}

async function uninterrupted(parts: Parts, parallel: number): Promise<{ events: unknown[]; appends: number; stored: readonly string[] }> {
  const journal = cutting(memoryJournal(), Infinity);
  const store: ListedCheckpointStore = memoryCheckpoints();
  await drive(parts, journal, store, parallel);
  return { events: content(journal.read()), appends: journal.appends, stored: await store.list() };
}

async function dies(driving: Promise<void>): Promise<boolean> {
  return driving.then(
    () => false,
    (error: unknown) => {
      if (error instanceof Cut) return true;
      throw error;
    },
  );
}

test.each(Object.entries(setups).flatMap(([name, setup]) => [1, 3].map((parallel) => ({ name, ...setup, parallel }))))(
  '$name, parallel $parallel: a cut at any append changes nothing, nor a second one while trials are handed out again',
  async ({ name, parts, required, parallel }) => {
    const whole = await uninterrupted(parts, parallel);
    const said = (whole.events as { type: string; reason?: string }[]).map((e) => (e.type === 'thaw' ? `thaw: ${e.reason}` : e.type));
    expect([...new Set(said)]).toEqual(expect.arrayContaining(required));
    if (name.startsWith('random') && parallel > 1) expect(said).toContain('thaw: no longer below the bar');
    for (let limit = 1; limit < whole.appends; limit++) {
      const journal = memoryJournal();
      const store = memoryCheckpoints();
      expect(await dies(drive(parts, cutting(journal, limit), store, parallel))).toBe(true);
      await dies(drive(parts, cutting(journal, limit % 8), store, parallel));
      await drive(parts, journal, store, parallel);
      expect(content(journal.read()), `cut after append ${limit}`).toEqual(whole.events);
      expect((await store.list()).length).toBe(whole.stored.length);
    }
  },
);

test('cut again and again, every few appends', async () => {
  const { parts } = setups['random search with freezes and thaws'];
  const whole = await uninterrupted(parts, 3);
  const journal = memoryJournal();
  const store = memoryCheckpoints();
  // Handing back and out again takes six appends with three trials in the round.
  for (let tries = 0; tries < 400 && (await dies(drive(parts, cutting(journal, 7 + (tries % 4)), store, 3))); tries++);
  expect(content(journal.read())).toEqual(whole.events);
});
