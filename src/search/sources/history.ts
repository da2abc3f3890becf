// What a source knows of the trials so far, folded from events: what each was and what it is worth. A trial that broke by its own fault is worth as
// little as the worst; one that broke with the device, or was cancelled, says nothing.
import type { Candidate, StoredEvent, TrialId } from '../../core/index.js';

export interface KnownTrial {
  readonly trial: TrialId;
  readonly candidate: Candidate;
  readonly y: number;
  /** A frozen trial's y^, not a score. */
  readonly predicted: boolean;
}

interface Past {
  readonly trial: TrialId;
  readonly candidate: Candidate;
  readonly curve: number[];
  value: { readonly y: number; readonly at: number; readonly predicted: boolean } | null;
  state: 'open' | 'broken' | 'void';
}

export class History {
  /** By trial, in order. */
  private readonly trials = new Map<TrialId, Past>();

  get size(): number {
    return this.trials.size;
  }

  tell(event: StoredEvent): void {
    if (event.type === 'start') this.trials.set(event.trial, { trial: event.trial, candidate: event.candidate, curve: [], value: null, state: 'open' });
    else if ('trial' in event && typeof event.trial === 'number') this.about(event, this.trials.get(event.trial));
  }

  candidate(trial: TrialId): Candidate | undefined {
    return this.trials.get(trial)?.candidate;
  }

  /** Where it stands: null while nothing is known, or for good where it broke. */
  valueOf(trial: TrialId): number | null {
    const past = this.trials.get(trial);
    return past === undefined || past.state !== 'open' ? null : past.value?.y ?? null;
  }

  /**
   * Scores that can be compared, in order of trial: at the latest epoch for which at least `fewest` trials have one (Falkner et al. 2018, BOHB: strategies that
   * pause trials leave few that were trained to the end).
   */
  known(fewest: number): readonly KnownTrial[] {
    const all = [...this.trials.values()];
    const reached = all.flatMap((past) => (past.state === 'open' && reachOf(past) > 0 ? [reachOf(past)] : [])).sort((a, b) => b - a);
    const at = reached[Math.min(fewest, reached.length) - 1];
    if (at === undefined) return [];
    const scored = all.flatMap((past): KnownTrial[] => {
      const y = past.state === 'open' ? scoreAt(past, at) : undefined;
      return y === undefined ? [] : [{ trial: past.trial, candidate: past.candidate, y, predicted: past.value?.at === at && past.value.predicted }];
    });
    const worst = scored.reduce((least, { y }) => Math.min(least, y), Infinity);
    const broken = all.flatMap(({ state, trial, candidate }) => (state === 'broken' ? [{ trial, candidate, y: worst, predicted: false }] : []));
    return [...scored, ...broken].sort((a, b) => a.trial - b.trial);
  }

  /** Those that nothing is known of yet. */
  open(): readonly Candidate[] {
    return [...this.trials.values()].flatMap((past) => (past.state === 'open' && past.value === null ? [past.candidate] : []));
  }

  private about(event: StoredEvent, past: Past | undefined): void {
    if (past === undefined) return;
    if (event.type === 'epoch') past.curve[event.epoch - 1] = event.value;
    if (event.type === 'value') past.value = { y: event.y, at: event.at, predicted: event.predicted };
    if (event.type === 'fail') past.state = event.kind === 'device' ? 'void' : 'broken';
    if (event.type === 'cancel') past.state = 'void';
  }
}

function reachOf({ value, curve }: Past): number {
  return Math.max(value?.at ?? 0, curve.length);
}

function scoreAt({ value, curve }: Past, epoch: number): number | undefined {
  return value?.at === epoch ? value.y : curve[epoch - 1];
}
