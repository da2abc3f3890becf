// The suite that every Study must pass, whoever stands behind the door. `open` begins a study of T = 6 over the given strategy and rule;
// called again it takes the same study up.
import { describe, expect, test } from 'vitest';
import { StaleAttemptError, StudyError, type StoredEvent, type StoppingRule, type Strategy, type Study, type Task, type Verdict } from '../../src/core/index.js';
import { candidateOf, neverStop, RandomStrategy, RungStrategy } from '../study/fakes/fakes.js';

export interface StudyPlace {
  open(strategy: Strategy, rule: StoppingRule): Promise<Study>;
  events(): Iterable<StoredEvent>;
}

const EPOCHS = 6;

export function studyContract(name: string, place: () => StudyPlace): void {
  const begin = async (rule: StoppingRule = neverStop, strategy: Strategy = new RandomStrategy(3, EPOCHS)) => {
    const at = place();
    const study = await at.open(strategy, rule);
    return { study, at, types: () => [...at.events()].map((e) => e.type) };
  };

  describe(`${name} keeps the study's contract`, () => {
    test('hands out trials 0, 1, 2 from scratch up to T, then waits, then is done', async () => {
      const { study, types } = await begin();
      for (const id of [0, 1, 2]) {
        const task = await taskFrom(study);
        expect(task).toMatchObject({ trial: id, attempt: 1, until: EPOCHS });
        expect(task.from).toBeUndefined();
      }
      expect(await study.ask()).toEqual({ action: 'wait' });
      for (const id of [0, 1, 2]) expect(await trainTo(study, id, 1, 1, EPOCHS)).toEqual({ action: 'stop', reason: 'finished' });
      expect(await study.ask()).toEqual({ action: 'done' });
      expect(await study.ask()).toEqual({ action: 'done' });
      expect(types().filter((t) => t === 'end').length).toBe(1);
    });

    test('a fully trained trial gets its measured value at T', async () => {
      const { study, at } = await begin();
      await study.ask();
      await trainTo(study, 0, 1, 1, EPOCHS);
      const tail = [...at.events()].slice(-3).map(({ seq: _s, time: _t, ...e }) => e);
      expect(tail.slice(1)).toEqual([
        { type: 'finish', trial: 0 },
        { type: 'value', trial: 0, y: EPOCHS / 10, at: EPOCHS, predicted: false },
      ]);
    });

    test('a repeated report gets the same verdict and is charged once', async () => {
      const { study, types } = await begin(freezingAt(3));
      await study.ask();
      await trainTo(study, 0, 1, 1, 2);
      const verdict = await study.report(0, report(1, 3));
      const count = types().length;
      expect(verdict).toMatchObject({ action: 'freeze', reason: 'epoch 3' });
      expect(await study.report(0, report(1, 3))).toEqual(verdict);
      expect(await study.report(0, report(1, 1))).toMatchObject({ action: 'continue' });
      expect(types().length).toBe(count);
    });

    test('the journal holds epoch, then verdict, then the frozen value; the trial does not come back by itself', async () => {
      const { study, at } = await begin(freezingAt(2), new RandomStrategy(1, EPOCHS));
      await study.ask();
      await trainTo(study, 0, 1, 1, 2);
      expect([...at.events()].slice(-3)).toMatchObject([
        { type: 'epoch', epoch: 2 },
        { type: 'verdict', epoch: 2, verdict: { action: 'freeze' } },
        { type: 'value', y: 0.33, at: EPOCHS, predicted: true },
      ]);
      expect(await study.ask()).toEqual({ action: 'done' });
    });

    test('an epoch past a freeze is charged and not judged', async () => {
      const { study, at } = await begin(freezingAt(2));
      await study.ask();
      await trainTo(study, 0, 1, 1, 2);
      expect(await study.report(0, report(1, 3))).toMatchObject({ action: 'freeze', reason: 'epoch 2' });
      expect([...at.events()].at(-1)).toMatchObject({ type: 'epoch', epoch: 3 });
    });

    test('released: the next ask gives attempt + 1 from the last checkpoint, before anything new', async () => {
      const { study } = await begin();
      await study.ask();
      await study.report(0, { ...report(1, 1), checkpoint: { key: '0-1-1', hash: 'ab' } });
      await study.release(0, 1);
      const task = await taskFrom(study);
      expect(task).toMatchObject({ trial: 0, attempt: 2, from: { epoch: 1, key: '0-1-1', hash: 'ab' } });
      expect(await study.report(0, report(2, 2))).toMatchObject({ action: 'continue' });
    });

    test('a stale attempt is refused and never counted', async () => {
      const { study, types } = await begin();
      await study.ask();
      await study.release(0, 1);
      const count = types().length;
      await expect(study.report(0, report(1, 1))).rejects.toThrow(StaleAttemptError);
      await study.ask();
      await expect(study.report(0, report(1, 1))).rejects.toThrow(/expected attempt 2, got 1/);
      await expect(study.release(0, 1)).rejects.toThrow(StaleAttemptError);
      await expect(study.fail(0, 1, { kind: 'memory', message: 'x' })).rejects.toThrow(StaleAttemptError);
      expect(types().length).toBe(count + 1);
    });

    test('epochs out of order and unknown trials are refused', async () => {
      const { study } = await begin();
      await study.ask();
      await expect(study.report(0, report(1, 2))).rejects.toThrow(/expected epoch 1, got 2/);
      await expect(study.report(7, report(1, 1))).rejects.toThrow(StudyError);
      await trainTo(study, 0, 1, 1, EPOCHS);
      await expect(study.report(0, report(1, EPOCHS + 1))).rejects.toThrow(StudyError);
    });

    test('without a checkpoint a released trial starts again; epochs judged before are charged and not judged again', async () => {
      const rule = counting();
      const { study, at } = await begin(rule);
      await study.ask();
      await trainTo(study, 0, 1, 1, 3);
      await study.release(0, 1);
      expect((await taskFrom(study)).from).toBeUndefined();
      await trainTo(study, 0, 2, 1, 4);
      expect(rule.judged).toEqual([1, 2, 3, 4]);
      expect([...at.events()].filter((e) => e.type === 'epoch').length).toBe(7);
    });

    test('a score that is not finite fails the trial as diverged, and the search goes on', async () => {
      const { study, at } = await begin();
      await study.ask();
      expect(await study.report(0, { ...report(1, 1), value: NaN })).toEqual({ action: 'stop', reason: 'failed' });
      expect([...at.events()].at(-1)).toMatchObject({ type: 'fail', trial: 0, kind: 'diverged' });
      expect(await taskFrom(study)).toMatchObject({ trial: 1 });
    });

    test('fail: journaled with its kind; the trial is over', async () => {
      const { study, at } = await begin();
      await study.ask();
      await study.fail(0, 1, { kind: 'memory', message: 'too big' });
      expect([...at.events()].at(-1)).toMatchObject({ type: 'fail', kind: 'memory', message: 'too big' });
      expect(await taskFrom(study)).toMatchObject({ trial: 1 });
    });

    test('a trial that reaches until < T pauses, and only the strategy moves it', async () => {
      const { study } = await begin(neverStop, new RungStrategy(2, 2, 1, EPOCHS));
      await study.ask();
      await study.ask();
      expect(await study.ask()).toEqual({ action: 'wait' });
      expect(await trainTo(study, 0, 1, 1, 2)).toEqual({ action: 'stop', reason: 'paused' });
      expect(await study.ask()).toEqual({ action: 'wait' });
      await study.report(1, { ...report(1, 1), value: 0.9, checkpoint: { key: 'a', hash: 'b' } });
      await study.report(1, { ...report(1, 2), value: 0.95, checkpoint: { key: 'c', hash: 'd' } });
      expect(await taskFrom(study)).toMatchObject({ trial: 1, attempt: 2, until: EPOCHS, from: { epoch: 2, key: 'c' } });
    });

    test('commands: freeze and thaw a running trial', async () => {
      const { study, at } = await begin();
      const heard: [number, number][] = [];
      const unlisten = study.interrupts((trial, attempt) => heard.push([trial, attempt]));
      await study.ask();
      await expect(study.control({ type: 'freeze', trial: 0 }, 'ann')).rejects.toThrow(/cancel it instead/);
      await trainTo(study, 0, 1, 1, 2);
      await study.control({ type: 'freeze', trial: 0 }, 'ann');
      expect(heard).toEqual([[0, 1]]);
      expect([...at.events()].slice(-3)).toMatchObject([
        { type: 'control', by: 'ann' },
        { type: 'verdict', by: 'ann', verdict: { action: 'freeze' } },
        { type: 'value', y: 0.2, at: 2, predicted: false },
      ]);
      await study.control({ type: 'thaw', trial: 0 }, 'bob');
      expect([...at.events()].at(-1)).toMatchObject({ type: 'thaw', by: 'bob' });
      expect(await taskFrom(study)).toMatchObject({ trial: 0, attempt: 2 });
      unlisten();
      await study.control({ type: 'cancel', trial: 0 }, 'ann');
      expect(heard.length).toBe(1);
      expect(await study.report(0, report(2, 1))).toEqual({ action: 'stop', reason: 'cancelled' });
    });

    test('commands: an enqueued candidate comes before the strategy\'s own; end releases and ends', async () => {
      const { study, types } = await begin();
      await study.control({ type: 'enqueue', candidate: candidateOf(0.77) }, 'ann');
      expect(await taskFrom(study)).toMatchObject({ trial: 0, candidate: candidateOf(0.77), until: EPOCHS });
      expect((await taskFrom(study)).candidate).not.toEqual(candidateOf(0.77));
      await study.control({ type: 'end' }, 'ann');
      expect(types().slice(-4)).toEqual(['control', 'release', 'release', 'end']);
      expect(await study.ask()).toEqual({ action: 'done' });
      expect(await study.report(0, report(1, 1))).toEqual({ action: 'stop', reason: 'ended' });
      await expect(study.control({ type: 'end' }, 'ann')).rejects.toThrow(/has ended/);
    });

    test('commands that the state does not allow are refused and leave no event', async () => {
      const { study, types } = await begin();
      await study.ask();
      const count = types().length;
      await expect(study.control({ type: 'thaw', trial: 0 }, 'ann')).rejects.toThrow(/expected trial 0 to be frozen, it is running/);
      await expect(study.control({ type: 'cancel', trial: 5 }, 'ann')).rejects.toThrow(StudyError);
      expect(types().length).toBe(count);
    });

    test('calls made at once are served one at a time, in order', async () => {
      const { study, types } = await begin();
      const answers = await Promise.all([study.ask(), study.report(0, report(1, 1)), study.ask(), study.report(0, report(1, 2)), study.note('n', 1)]);
      expect(answers[1]).toEqual({ action: 'continue' });
      expect(types()).toEqual(['study', 'start', 'open', 'epoch', 'verdict', 'start', 'open', 'epoch', 'verdict', 'note']);
    });

    test('after a restart attempts stay open until released', async () => {
      const { study, at } = await begin();
      await study.ask();
      await trainTo(study, 0, 1, 1, 2);
      await study.close();
      const again = await at.open(new RandomStrategy(3, EPOCHS), neverStop);
      expect(await again.report(0, report(1, 3))).toMatchObject({ action: 'continue' });
      expect(await taskFrom(again)).toMatchObject({ trial: 1 });
      await again.release(0, 1);
      expect(await taskFrom(again)).toMatchObject({ trial: 0, attempt: 2 });
      await again.close();
    });

    test('after close everything is refused', async () => {
      const { study } = await begin();
      await study.close();
      await study.close();
      await expect(study.ask()).rejects.toThrow(/closed/);
    });
  });
}

function report(attempt: number, epoch: number): { attempt: number; epoch: number; value: number; seconds: number } {
  return { attempt, epoch, value: epoch / 10, seconds: 1 };
}

async function taskFrom(study: Study): Promise<Task> {
  const answer = await study.ask({ worker: 'me' });
  if (answer.action !== 'train') throw new Error(`expected a task, got ${answer.action}`);
  return answer.task;
}

async function trainTo(study: Study, trial: number, attempt: number, first: number, last: number): Promise<Verdict | undefined> {
  let verdict: Verdict | undefined;
  for (let epoch = first; epoch <= last; epoch++) verdict = await study.report(trial, report(attempt, epoch));
  return verdict;
}

function freezingAt(epoch: number): StoppingRule {
  const rule = counting();
  return {
    ...rule,
    judge: async (trial, stakes) => {
      await rule.judge(trial, stakes);
      if (rule.judged.at(-1) !== epoch) return { verdict: { action: 'continue' } };
      return { verdict: { action: 'freeze', reason: `epoch ${epoch}`, value: { y: 0.33, at: stakes.horizon } } };
    },
  };
}

/** Notes which epochs it was asked about. */
function counting(): StoppingRule & { judged: number[] } {
  let last = 0;
  const judged: number[] = [];
  return {
    ...neverStop,
    judged,
    tell: (event) => {
      if (event.type === 'epoch') last = event.epoch;
    },
    judge: () => {
      judged.push(last);
      return Promise.resolve({ verdict: { action: 'continue' } });
    },
  };
}
