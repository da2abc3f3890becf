// What a journal must show after any number of faults: every trial finished once, with the very curve that an undisturbed training has, and no
// epoch from an attempt that had been given away.
import type { Candidate, StoredEvent } from '../../core/index.js';
import { nameOf } from './late.js';

export interface Findings {
  readonly finished: number;
  /** Trials that are not finished although the search has ended. */
  readonly lost: number;
  /** Epochs of one attempt, or ends of one trial, that were journaled twice. */
  readonly counted_twice: number;
  /** Epochs journaled from an attempt that was not the trial's own at the time. */
  readonly late_counted: number;
  /** Scores that differ in a bit from those of an undisturbed training. */
  readonly wrong_scores: number;
  /** Late reports, as refused by the coordinators: `trial-attempt-epoch`. */
  readonly refused: ReadonlySet<string>;
  readonly attempts: number;
  readonly repeated_epochs: number;
}

/** `scoreOf`: an undisturbed training's. */
export function judgeJournal(events: readonly StoredEvent[], trials: number, scoreOf: (trial: number, candidate: Candidate, epoch: number) => number): Findings {
  const holder = new Map<number, number | null>();
  const candidates = new Map<number, Candidate>();
  const finished = new Map<number, number>();
  const epochs = new Map<string, number>();
  const reached = new Set<string>();
  const refused = new Set<string>();
  let [late, wrong, attempts, repeated] = [0, 0, 0, 0];
  for (const event of events) {
    if (event.type === 'start') candidates.set(event.trial, event.candidate);
    if (event.type === 'open') {
      holder.set(event.trial, event.attempt);
      attempts++;
    }
    if (event.type === 'release') holder.set(event.trial, null);
    if (event.type === 'finish') finished.set(event.trial, (finished.get(event.trial) ?? 0) + 1);
    if (event.type === 'note' && event.about === 'late-report') refused.add(nameOf(event.data as { trial: number; attempt: number; epoch: number }));
    if (event.type !== 'epoch') continue;
    const candidate = candidates.get(event.trial);
    if (holder.get(event.trial) !== event.attempt) late++;
    if (candidate === undefined || event.value !== scoreOf(event.trial, candidate, event.epoch)) wrong++;
    epochs.set(nameOf(event), (epochs.get(nameOf(event)) ?? 0) + 1);
    if (reached.has(`${event.trial}-${event.epoch}`)) repeated++;
    reached.add(`${event.trial}-${event.epoch}`);
  }
  const twice = [...epochs.values(), ...finished.values()].filter((count) => count > 1).length;
  return { finished: finished.size, lost: trials - finished.size, counted_twice: twice, late_counted: late, wrong_scores: wrong, refused, attempts, repeated_epochs: repeated };
}
