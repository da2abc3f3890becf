// The loop of one process: its order, its failures, its interruptions.
import { expect, test } from 'vitest';
import { DeviceLostError, ShapeError, TrialError, type CheckpointStore, type Runner, type StoppingRule, type StoredEvent, type Strategy } from '../../src/core/index.js';
import { createStudy, memoryCheckpoints, memoryJournal, runStudy, type ListedCheckpointStore, type StudyHandle } from '../../src/study/index.js';
import { content } from './fakes/content.js';
import { fakeRunner, GainRule, neverStop, RandomStrategy, scoreOf } from './fakes/fakes.js';

const EPOCHS = 5;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Bench {
  study: StudyHandle;
  store: ListedCheckpointStore;
  events: () => StoredEvent[];
  reopen: () => Promise<StudyHandle>;
}

async function begin(options: { strategy?: () => Strategy; rule?: () => StoppingRule; trials?: number } = {}): Promise<Bench> {
  const journal = memoryJournal();
  const store = memoryCheckpoints();
  const reopen = (): Promise<StudyHandle> =>
    createStudy({
      header: { epochs: EPOCHS },
      strategy: options.strategy?.() ?? new RandomStrategy(options.trials ?? 4, EPOCHS),
      rule: options.rule?.() ?? neverStop,
      journal,
      checkpoints: store,
    });
  return { study: await reopen(), store, events: () => [...journal.read()], reopen };
}

const epochsOf = (events: StoredEvent[]): string[] => events.flatMap((e) => (e.type === 'epoch' ? [`${e.trial}.${e.epoch}`] : []));

test('trials take turns, and a new one joins at the end of the round', async () => {
  const { study, store, events } = await begin({ trials: 3 });
  const result = await runStudy(study, fakeRunner(), store, { parallel: 2 });
  expect(epochsOf(events())).toEqual(['0.1', '1.1', '0.2', '1.2', '0.3', '1.3', '0.4', '1.4', '0.5', '1.5', '2.1', '2.2', '2.3', '2.4', '2.5']);
  expect(result).toMatchObject({ interrupted: false, epochs: 15 });
});

test('which trial is fast does not show in the journal', async () => {
  const slow = await begin({ rule: () => new GainRule(EPOCHS, 2), trials: 8 });
  const even = await begin({ rule: () => new GainRule(EPOCHS, 2), trials: 8 });
  await runStudy(slow.study, fakeRunner({ before: (task) => sleep(task.trial % 3 === 0 ? 6 : 0) }), slow.store, { parallel: 3 });
  await runStudy(even.study, fakeRunner(), even.store, { parallel: 3 });
  expect(content(slow.events())).toEqual(content(even.events()));
});

test('the next epochs of all trials in the round are computed ahead, never more than one each', async () => {
  let running = 0;
  let most = 0;
  const { study, store } = await begin({ trials: 3 });
  const before = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await sleep(2);
    running--;
  };
  await runStudy(study, fakeRunner({ before }), store, { parallel: 3 });
  expect(most).toBe(3);
});

test('at the end only the best trial\'s checkpoint is left', async () => {
  const { study, store } = await begin();
  await runStudy(study, fakeRunner(), store, { parallel: 2 });
  const best = study.state.best?.trial ?? -1;
  expect(await store.list()).toEqual([`${best}-1-${EPOCHS}`]);
  expect(study.state.trials[best]?.checkpoint?.key).toBe(`${best}-1-${EPOCHS}`);
});

test.each([
  [new TrialError('memory', 'too big'), 'memory', 'too big'],
  [new ShapeError('window too wide'), 'invalid', 'window too wide'],
])('%s fails its trial, and the search goes on', async (error, kind, message) => {
  const { study, store, events } = await begin({ trials: 3 });
  const before = (task: { trial: number }, epoch: number): void => {
    if (task.trial === 1 && epoch === 3) throw error;
  };
  await runStudy(study, fakeRunner({ before }), store, { parallel: 2 });
  expect(events().find((e) => e.type === 'fail')).toMatchObject({ trial: 1, kind, message });
  expect(study.state.counts).toMatchObject({ finished: 2, failed: 1 });
  expect((await store.list()).length).toBe(1);
});

test('a NaN score fails its trial as diverged and stores nothing for it', async () => {
  const { study, store } = await begin({ trials: 2 });
  await runStudy(study, fakeRunner({ before: (task, epoch) => (task.trial === 0 && epoch === 2 ? NaN : undefined) }), store, {});
  expect(study.state.trials[0]).toMatchObject({ status: 'failed', failure: { kind: 'diverged' }, curve: { length: 1 } });
  expect(study.state.counts.finished).toBe(1);
});

test('a lost device hands everything back; with a new one the study goes on and comes out the same', async () => {
  const whole = await begin({ rule: () => new GainRule(EPOCHS, 2), trials: 8 });
  await runStudy(whole.study, fakeRunner(), whole.store, { parallel: 3 });
  const { study, store, events } = await begin({ rule: () => new GainRule(EPOCHS, 2), trials: 8 });
  let left = 9;
  const before = (): void => {
    if (left-- === 0) throw new DeviceLostError('the adapter vanished');
  };
  await expect(runStudy(study, fakeRunner({ before }), store, { parallel: 3 })).rejects.toThrow(DeviceLostError);
  expect(events().slice(-3).map((e) => e.type)).toEqual(['release', 'release', 'release']);
  await runStudy(study, fakeRunner(), store, { parallel: 3 });
  expect(content(events())).toEqual(content(whole.events()));
});

test.each([1, 4, 7, 10])('aborted at epoch %i and run again, the study comes out the same', async (at) => {
  const whole = await begin({ rule: () => new GainRule(EPOCHS, 2), trials: 6 });
  await runStudy(whole.study, fakeRunner(), whole.store, { parallel: 2 });
  const { study, store, events, reopen } = await begin({ rule: () => new GainRule(EPOCHS, 2), trials: 6 });
  const stop = new AbortController();
  study.watch(() => {
    if (study.state.totals.epochs === at) stop.abort();
  });
  const result = await runStudy(study, fakeRunner(), store, { parallel: 2, signal: stop.signal });
  expect(result).toMatchObject({ interrupted: true, epochs: at });
  for (const id of study.state.running) expect(study.state.trials[id]?.hold).toBe('released');
  await study.close();
  await runStudy(await reopen(), fakeRunner(), store, { parallel: 2 });
  expect(content(events())).toEqual(content(whole.events()));
});

test('aborted before it begins, it trains nothing', async () => {
  const { study, store, events } = await begin();
  await runStudy(study, fakeRunner(), store, { signal: AbortSignal.abort() });
  expect(events().map((e) => e.type)).toEqual(['study']);
});

test.each([
  ['missing', async (store: ListedCheckpointStore, key: string) => store.delete(key)],
  ['altered', async (store: ListedCheckpointStore, key: string) => void (await store.put(key, new Uint8Array(3)))],
])('a checkpoint that is %s: noted, logged, and the trial starts again at epoch 0, charged again', async (_what, spoil) => {
  const { study, store, events, reopen } = await begin({ trials: 1 });
  const stop = new AbortController();
  study.watch((event) => {
    if (event.type === 'epoch' && event.epoch === 3) stop.abort();
  });
  await runStudy(study, fakeRunner(), store, { signal: stop.signal });
  await spoil(store, '0-1-3');
  const again = await reopen();
  const warnings: string[] = [];
  await runStudy(again, fakeRunner(), store, { log: { info: () => undefined, warn: (m) => warnings.push(m) } });
  expect(warnings.join()).toMatch(/trial 0: .*starts again from epoch 0, and these epochs count again/);
  expect(events().find((e) => e.type === 'note')).toMatchObject({ about: 'checkpoint-lost', data: { trial: 0, epoch: 3 } });
  expect(epochsOf(events())).toEqual(['0.1', '0.2', '0.3', '0.1', '0.2', '0.3', '0.4', '0.5']);
  expect(again.state.totals).toMatchObject({ epochs: 8, repeated: 3 });
  expect(again.state.best?.y).toBe(scoreOf(again.state.trials[0]?.candidate ?? { architecture: null, ap: {}, hp: {} }, EPOCHS));
});

test('a store that cannot write stops the loop, and the study can be resumed', async () => {
  const { study, store } = await begin({ trials: 2 });
  let room = 3;
  const full: CheckpointStore = { ...store, put: (key, bytes) => (room-- > 0 ? store.put(key, bytes) : Promise.reject(new Error('disk full'))) };
  await expect(runStudy(study, fakeRunner(), full, { parallel: 2 })).rejects.toThrow('disk full');
  expect(study.state.totals.epochs).toBe(3);
  await runStudy(study, fakeRunner(), store, { parallel: 2 });
  expect(study.state.counts.finished).toBe(2);
});

test('checkpoints that were put and never reported are collected at the opening', async () => {
  const { study, store, reopen } = await begin({ trials: 2 });
  const stop = new AbortController();
  study.watch(() => study.state.totals.epochs === 3 && stop.abort());
  await runStudy(study, fakeRunner(), store, { signal: stop.signal });
  await study.close();
  await store.put('0-1-4', new Uint8Array(9));
  await reopen();
  expect(await store.list()).toEqual(['0-1-3']);
});

test('a command takes a running trial away: its slot goes to the next', async () => {
  const { study, store, events } = await begin({ trials: 3 });
  const commanded: Promise<void>[] = [];
  study.watch((event) => {
    if (event.type === 'verdict' && event.trial === 0 && event.epoch === 2 && event.by === undefined) {
      commanded.push(study.control({ type: 'cancel', trial: 0 }, 'ann'));
    }
  });
  await runStudy(study, fakeRunner({ before: () => sleep(1) }), store, { parallel: 2 });
  await Promise.all(commanded);
  expect(commanded.length).toBe(1);
  expect(study.state.trials[0]?.status).toBe('cancelled');
  expect(epochsOf(events()).filter((e) => e.startsWith('0.')).length).toBeLessThan(EPOCHS);
  expect(study.state.counts).toMatchObject({ finished: 2, cancelled: 1 });
});

test('a strategy that waits for nothing, and a runner that gives up early, are errors', async () => {
  const waiting: Strategy = { settings: { name: 'idle' }, tell: () => undefined, stakes: () => null, ask: () => Promise.resolve({ action: 'wait' }) };
  const idle = await begin({ strategy: () => waiting });
  await expect(runStudy(idle.study, fakeRunner(), idle.store)).rejects.toThrow(/waits although nothing is being trained/);
  const lazy: Runner = { run: (task, context) => fakeRunner().run({ ...task, until: 2 }, context) };
  const { study, store } = await begin();
  await expect(runStudy(study, lazy, store)).rejects.toThrow(/the runner ended before epoch 5/);
});

test('the runner is told to free what it holds, however its task ends', async () => {
  let held = 0;
  const inner = fakeRunner();
  const runner: Runner = {
    async *run(task, context) {
      held++;
      try {
        yield* inner.run(task, context);
      } finally {
        held--;
      }
    },
  };
  const { study, store } = await begin({ rule: () => new GainRule(EPOCHS, 1), trials: 8 });
  await runStudy(study, runner, store, { parallel: 3 });
  expect(study.state.counts.frozen).toBeGreaterThan(0);
  expect(held).toBe(0);
});

test('seconds: what is not the runner is told apart', async () => {
  const { study, store } = await begin({ trials: 2 });
  const { seconds } = await runStudy(study, fakeRunner({ before: () => sleep(10) }), store);
  expect(seconds.runner).toBeGreaterThan(0.08);
  expect(seconds.orchestration).toBeCloseTo(seconds.study + seconds.store, 10);
  expect(seconds.orchestration).toBeLessThan(0.5 * seconds.runner);
  expect(seconds.wall).toBeGreaterThanOrEqual(seconds.runner + seconds.orchestration - 1e-6);
});
