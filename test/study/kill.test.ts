// kill -9 at random moments, twenty times and more, and SIGTERM: nothing is lost but the running epochs, and the study comes out the same.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { createStudy, foldEvents, memoryCheckpoints, memoryJournal, openJournalForReading, runningTrials, runStudy } from '../../src/study/index.js';
import { compileChildren, type Children } from './children/compile.js';
import { content } from './fakes/content.js';
import { fakeRunner } from './fakes/fakes.js';
import { killParts } from './children/kill-parts.js';
import { temporaryFolder } from './fakes/temporary.js';

let children: Children;
beforeAll(() => {
  children = compileChildren();
});
afterAll(() => children.remove());

async function uninterrupted(): Promise<unknown[]> {
  const journal = memoryJournal();
  const store = memoryCheckpoints();
  const study = await createStudy({ ...killParts(), journal, checkpoints: store });
  await runStudy(study, fakeRunner({ bytes: 3000 }), store, { parallel: 3 });
  return content(journal.read());
}

function eventsOf(path: string): ReturnType<typeof foldEvents> {
  const reader = openJournalForReading(path);
  const state = foldEvents(reader.read());
  reader.close();
  return state;
}

test('twenty kills at random moments change nothing', { timeout: 120_000 }, async () => {
  const path = join(temporaryFolder(), 'killed.study');
  const rng = createRng('kills');
  let epochs = 0;
  for (let kill = 0; kill < 22; kill++) {
    const child = children.start('search', path);
    // Every fifth dies while it opens the study, the others some way into the search.
    if (kill % 5 !== 4) await child.line('epoch');
    await new Promise((resolve) => setTimeout(resolve, rng.uniform(0, kill % 5 === 4 ? 150 : 30)));
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    if (kill === 0 && !readdirSync(join(path, '..')).includes('killed.study')) continue;
    const state = eventsOf(path);
    expect(state.ended, 'the study must outlast the kills').toBeNull();
    expect(state.totals.epochs).toBeGreaterThanOrEqual(epochs);
    epochs = state.totals.epochs;
  }
  expect(epochs, 'each kill but every fifth comes after an epoch of its own run').toBeGreaterThanOrEqual(17);
  const last = children.start('search', path);
  await last.line('done');
  expect(await last.ended).toBe(0);
  const reader = openJournalForReading(path);
  const events = content(reader.read());
  reader.close();
  expect(events).toEqual(await uninterrupted());
  const kept = eventsOf(path).trials.filter((t) => t.status === 'frozen' && t.checkpoint !== null).length;
  expect(readdirSync(`${path}.ckpt`).length).toBe(kept + 1);
});

test('SIGTERM hands everything back and leaves a study that goes on', async () => {
  const path = join(temporaryFolder(), 'stopped.study');
  const child = children.start('search', path);
  await child.line('epoch 9');
  child.process.kill('SIGTERM');
  await child.line('interrupted');
  expect(await child.ended).toBe(0);
  const state = eventsOf(path);
  expect(state.ended).toBeNull();
  expect([...state.running].map((id) => state.trials[id]?.hold)).toEqual(['released', 'released', 'released']);
});

test('who takes over after a kill is handed each trial again that was being trained', async () => {
  const path = join(temporaryFolder(), 'left.study');
  const child = children.start('search', path);
  await child.line('epoch 9');
  child.process.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  const study = await createStudy({ ...killParts(), journal: path, takeOver: true });
  const left = runningTrials(study.state).map(({ id, attempt, hold }) => ({ id, attempt, hold }));
  expect(new Set(left.map(({ hold }) => hold))).toEqual(new Set(['released']));
  for (const { id, attempt } of left) expect(await study.ask()).toMatchObject({ action: 'train', task: { trial: id, attempt: attempt + 1 } });
  await study.close();
});
