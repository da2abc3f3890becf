// The proof after the end: every trial that was stopped is trained on to T, outside the search, from its checkpoint. What comes out is
// noted in the journal, a note a trial, so that an interrupted verification goes on where it stopped. It changes no verdict.
import type { CheckpointStore, Json, Log, Runner, Task, TrialId } from '../core/index.js';
import { CheckpointError, messageOf, silentLog, ShapeError, StudyError, TrialError } from '../core/index.js';
import { taskOf } from './asking.js';
import { isCutOff, type StudyState, type TrialState, type Verification } from './state.js';
import type { StudyHandle } from './study.js';
import { possibleEpochs, possibleSeconds, saving, sumOf, type Saving } from './summary.js';

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly log?: Log;
  /** Verify these alone. */
  readonly only?: ReadonlySet<TrialId>;
  /** Called after each trial. */
  readonly onTrial?: (verification: Verification, done: number, of: number) => void;
}

export interface VerifyResult {
  /** Stopped trials, and how many of them are verified; the rest of the result speaks of the verified ones. */
  readonly stopped: number;
  readonly verified: number;
  /** No stopped trial ends above the best that the search found. */
  readonly optimumKept: boolean;
  /** True best minus found best, in units of the score; 0 where the optimum was kept. */
  readonly regret: number;
  readonly trueBest: { readonly trial: TrialId; readonly y: number } | null;
  /** Stopped trials whose true final score is above the bar that they were stopped against (the found best where no bar was said); under the median rule, whose bar is a median, many may be though the optimum was kept. */
  readonly falseStops: readonly TrialId[];
  readonly epochs: Saving;
  /** With the measured seconds of the epochs that the search did not train. */
  readonly seconds: Saving;
}

/** Needs a study that has ended. A trial that fails here counts as one that would not have won. */
export async function verifyStudy(study: StudyHandle, runner: Runner, store: CheckpointStore, options: VerifyOptions = {}): Promise<VerifyResult> {
  const { state } = study;
  if (state.ended === null) throw new StudyError('verify: expected a study that has ended, this one goes on; run it to its end first');
  const stopped = stoppedTrials(state).filter(({ id }) => options.only?.has(id) ?? true);
  for (const trial of stopped) {
    if (state.verified.has(trial.id)) continue;
    const data = await trainOn(taskOver(state, trial), runner, store, options);
    if (data === null) break;
    await study.note('verify', data);
    const found = state.verified.get(trial.id);
    if (found !== undefined) options.onTrial?.(found, stopped.filter(({ id }) => state.verified.has(id)).length, stopped.length);
  }
  return verificationOf(state);
}

/** From the notes alone. */
export function verificationOf(state: StudyState): VerifyResult {
  const stopped = stoppedTrials(state);
  const found = state.best;
  const trueBest = stopped.reduce<VerifyResult['trueBest']>((best, { id }) => {
    const y = state.verified.get(id)?.y ?? null;
    return y !== null && (best === null || y > best.y) ? { trial: id, y } : best;
  }, found);
  const regret = trueBest === null || found === null ? 0 : trueBest.y - found.y;
  return {
    stopped: stopped.length,
    verified: stopped.filter(({ id }) => state.verified.has(id)).length,
    optimumKept: trueBest?.trial === found?.trial,
    regret,
    trueBest,
    falseStops: stopped.filter((trial) => wasFalse(state, trial)).map(({ id }) => id),
    epochs: saving(state.totals.epochs, sumOf(state.trials, (trial) => possibleEpochs(state, trial))),
    seconds: saving(state.totals.seconds, sumOf(state.trials, (trial) => fullSeconds(state, trial))),
  };
}

/** Those that a rule or strategy stopped, and those that a budget cut off. */
export function stoppedTrials(state: StudyState): TrialState[] {
  return state.trials.filter((trial) => trial.status === 'frozen' || trial.status === 'paused' || isCutOff(state, trial));
}

function wasFalse(state: StudyState, trial: TrialState): boolean {
  const y = state.verified.get(trial.id)?.y ?? null;
  const said = trial.verdict?.verdict;
  const bar = (said !== undefined && said.action !== 'stop' ? said.bar : undefined) ?? state.best?.y;
  return y !== null && bar !== undefined && y > bar;
}

/** Epochs 1 to `from` at the search's mean, the others as measured now. */
function fullSeconds(state: StudyState, trial: TrialState): number {
  const measured = state.verified.get(trial.id);
  if (measured === undefined || measured.y === null) return possibleSeconds(state, trial);
  const before = possibleEpochs(state, trial) - measured.epochs;
  return measured.seconds + (trial.charged === 0 ? 0 : (trial.seconds / trial.charged) * before);
}

function taskOver(state: StudyState, trial: TrialState): Task {
  return { ...taskOf(trial), until: possibleEpochs(state, trial) };
}

/** Null where `signal` aborted. */
async function trainOn(task: Task, runner: Runner, store: CheckpointStore, { signal, log = silentLog }: VerifyOptions): Promise<Json | null> {
  const { from, ...fresh } = task;
  const checkpoint = from === undefined ? undefined : await store.get(from).catch((error: unknown) => lost(error, task.trial, log));
  const start: Task = checkpoint === undefined ? fresh : task;
  const curve: number[] = [];
  let seconds = 0;
  try {
    const context = { signal: signal ?? new AbortController().signal, ...(checkpoint === undefined ? {} : { checkpoint }) };
    for await (const epoch of runner.run(start, context)) {
      if (!Number.isFinite(epoch.value)) throw new TrialError('diverged', `epoch ${epoch.epoch}: expected a finite score, got ${epoch.value}`);
      curve.push(epoch.value);
      seconds += epoch.seconds;
    }
  } catch (error) {
    if (!(error instanceof TrialError) && !(error instanceof ShapeError)) throw error;
    return { trial: task.trial, from: start.from?.epoch ?? 0, curve, y: null, epochs: curve.length, seconds, failure: messageOf(error) };
  }
  const epoch = (start.from?.epoch ?? 0) + curve.length;
  if (epoch < task.until) return null;
  return { trial: task.trial, from: epoch - curve.length, curve, y: curve.at(-1) ?? null, epochs: curve.length, seconds };
}

function lost(error: unknown, trial: TrialId, log: Log): undefined {
  if (!(error instanceof CheckpointError)) throw error;
  log.warn(`trial ${trial}: ${error.message}; verified from epoch 0`);
  return undefined;
}
