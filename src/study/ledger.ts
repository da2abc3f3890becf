// The one place where an event becomes a fact: written to the journal first, then folded, then told to strategy and rule. It also
// notes which checkpoints no state needs any more; `sweep` deletes those, always after the events that made them useless.
import type { CheckpointStore, Journal, Log, StoppingRule, StoredEvent, Strategy, StudyEvent, TrialId } from '../core/index.js';
import { messageOf } from '../core/index.js';
import { createFold } from './fold.js';
import { evictions, keptKey } from './retention.js';
import { isWorking, type StudyState } from './state.js';

export interface LedgerParts {
  readonly journal: Journal;
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
  readonly log: Log;
  readonly checkpoints: CheckpointStore | null;
  /** Disk budget for the checkpoints of stopped trials, in bytes. */
  readonly checkpointBytes: number;
}

export type InterruptListener = (trial: TrialId, attempt: number) => void;
export type EventListener = (event: StoredEvent, state: StudyState) => void;

export class Ledger {
  readonly state: StudyState;
  private readonly fold = createFold();
  /** By trial: the key of the checkpoint that is in the store. */
  private readonly held = new Map<TrialId, string>();
  private readonly dropped: string[] = [];
  readonly interrupted = new Set<InterruptListener>();
  readonly watchers = new Set<EventListener>();

  constructor(private readonly parts: LedgerParts) {
    this.state = this.fold.state;
    for (const event of parts.journal.read()) this.learn(event);
    // What earlier runs deleted is gone or an orphan; the collection at the opening sees to both.
    this.dropped.length = 0;
  }

  /** A watcher that throws (a full disk under `--json FILE`) is heard last: what is journaled is folded first, all of it. */
  append(events: readonly StudyEvent[]): void {
    const faults: unknown[] = [];
    for (const event of this.parts.journal.append(events)) {
      this.learn(event);
      this.show(event, faults);
    }
    this.evict();
    if (faults.length > 0) throw faults[0];
  }

  /** Appends events that take trials from whoever is training them, and says so to the listeners. */
  interrupt(events: readonly StudyEvent[]): void {
    const ids = new Set(events.flatMap((event) => ('trial' in event ? [event.trial] : [])));
    const working = [...ids].map((id) => this.state.trials[id]).filter((trial) => trial !== undefined && isWorking(trial));
    const attempts = working.flatMap((trial) => (trial === undefined ? [] : [{ id: trial.id, attempt: trial.attempt }]));
    try {
      this.append(events);
    } finally {
      for (const { id, attempt } of attempts) {
        const trial = this.state.trials[id];
        if (trial === undefined || !isWorking(trial)) this.interrupted.forEach((listen) => listen(id, attempt));
      }
    }
  }

  /** Also called at the opening: a kill may have come between an append and its evictions. */
  evict(): void {
    const evicted = evictions(this.state, this.parts.checkpointBytes);
    if (evicted.length > 0) this.append(evicted.map((trial) => ({ type: 'evict', trial })));
  }

  /** Keys of all checkpoints that the state needs. */
  keys(): ReadonlySet<string> {
    return new Set(this.held.values());
  }

  /** A file that cannot be deleted costs space, not truth: it is logged, and collected at the next opening. */
  async sweep(): Promise<void> {
    const { checkpoints, log } = this.parts;
    for (const key of this.dropped.splice(0)) {
      await checkpoints?.delete(key).catch((error: unknown) => log.warn(`checkpoint ${key} could not be deleted: ${messageOf(error)}`));
    }
  }

  private learn(event: StoredEvent): void {
    const bestBefore = this.state.best?.trial;
    this.fold.apply(event);
    if ('trial' in event) this.retain(event.trial);
    if (bestBefore !== undefined && bestBefore !== this.state.best?.trial) this.retain(bestBefore);
    this.parts.strategy.tell(event);
    this.parts.rule.tell(event);
  }

  private show(event: StoredEvent, faults: unknown[]): void {
    for (const watch of this.watchers) {
      try {
        watch(event, this.state);
      } catch (error) {
        faults.push(error);
      }
    }
  }

  private retain(id: TrialId): void {
    const before = this.held.get(id);
    const now = keptKey(this.state, id);
    if (before === now) return;
    if (before !== undefined) this.dropped.push(before);
    if (now === undefined) this.held.delete(id);
    else this.held.set(id, now);
  }
}
