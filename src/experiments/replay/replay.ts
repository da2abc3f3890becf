// A study on recorded curves: the same study, strategies and rules as in a real search, with curves instead of training and a clock
// that an epoch moves by a second (or by its own cost). One trial at a time, so that an ordering says all about the order.
import { ManualClock, type StoppingRule, type StoredEvent, type Strategy, type Task, type TrialId } from '../../core/index.js';
import { createStudy, type StudyBudget, type StudyHandle, type StudyState } from '../../study/index.js';
import type { Recording } from './recording.js';

export interface ReplayParts {
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
  /** Share of a full training that all epochs before the last cost together, where it is not (T - 1) / T. */
  readonly reading?: number;
  /** The stage of a learner's search that a trial belongs to. */
  readonly stageOf?: (trial: TrialId) => string;
}

export interface ReplayOptions {
  readonly signal?: AbortSignal;
  readonly budget?: StudyBudget;
  hear?(event: StoredEvent): void;
}

/** The study's state at its end. `signal` is looked at between trials. */
export async function replayStudy(recording: Recording, { strategy, rule, reading }: ReplayParts, options: ReplayOptions = {}): Promise<StudyState> {
  const clock = new ManualClock();
  const { set } = recording;
  const study = await createStudy({ header: { epochs: set.epochs, name: set.name }, strategy, rule, clock, ...(options.budget === undefined ? {} : { budget: options.budget }) });
  if (options.hear !== undefined) study.watch(options.hear);
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const answer = await study.ask();
      if (answer.action === 'wait') throw new RangeError(`${set.name}: the strategy ${strategy.settings.name} waits although nothing is being trained; it must propose something or be done`);
      if (answer.action === 'done') return study.state;
      await train(study, recording, answer.task, (epoch) => clock.advance(secondsOf(epoch, set.epochs, reading)));
    }
  } finally {
    await study.close();
  }
}

async function train(study: StudyHandle, recording: Recording, { trial, attempt, candidate, from, until }: Task, pass: (epoch: number) => void): Promise<void> {
  const curve = recording.curveOf(candidate);
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= until; epoch++) {
    const value = curve[epoch - 1];
    pass(epoch);
    if (value === undefined) {
      await study.fail(trial, attempt, { kind: 'diverged', message: `epoch ${epoch}: the recorded curve ends before it` });
      return;
    }
    // A checkpoint of no bytes: what was seen of a frozen run need not be trained again.
    const verdict = await study.report(trial, { attempt, epoch, value, seconds: 1, checkpoint: { key: String(trial), hash: '' } });
    if (verdict.action !== 'continue') return;
  }
}

/** T seconds a full training. */
function secondsOf(epoch: number, T: number, reading = (T - 1) / T): number {
  if (T === 1) return 1;
  return epoch === T ? T * (1 - reading) : (T * reading) / (T - 1);
}
