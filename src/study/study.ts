// A study: the one door (core's contract `Study`) over journal, strategy and rule. Calls are served one at a time. It trains
// nothing and looks into no checkpoint.
import type { Candidate, CheckpointStore, Clock, Command, EpochReport, FailureKind, Journal, Json, Log, StoppingRule, Strategy, Study, StudyEvent, TrialId, Worker } from '../core/index.js';
import { silentLog, StudyError } from '../core/index.js';
import { Dispatcher } from './asking.js';
import { commandEvents } from './commands.js';
import { trialOf, type Desk, type StudyBudget } from './desk.js';
import { completeHeader, expectSameHeader, type HeaderInput } from './header.js';
import { openJournal } from './journal.js';
import { Judge } from './judging.js';
import { Ledger, type EventListener, type InterruptListener } from './ledger.js';
import { memoryJournal } from './memory-journal.js';
import { expectCurrent, Reporter } from './reporting.js';
import { collectOrphans } from './retention.js';
import { isWorking, runningTrials, type StudyState } from './state.js';

/** 2 GiB for the checkpoints of stopped trials. */
const CHECKPOINT_BYTES = 2 * 1024 ** 3;

export interface StudyOptions {
  /** T in `epochs`; the rest has defaults, strategy and rule describe themselves. */
  readonly header: HeaderInput;
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
  /** A journal, or the path of a study file; left out, the study lives in memory. The study closes it. */
  readonly journal?: Journal | string;
  /** Where the caller puts checkpoints: the study deletes there what is no longer needed. */
  readonly checkpoints?: CheckpointStore;
  /** Disk budget for the checkpoints of stopped trials; beyond it the least promising lose theirs. */
  readonly checkpointBytes?: number;
  readonly budget?: StudyBudget;
  /** For a caller who alone trains: attempts that the journal holds open are handed back at the opening (see `takeOver`). */
  readonly takeOver?: boolean;
  /** Known configurations, tried before the strategy's own. Journaled together with the beginning of a study; one that is taken up has them already. */
  readonly enqueue?: readonly Candidate[];
  readonly clock?: Clock;
  readonly log?: Log;
}

export interface StudyHandle extends Study {
  /** Read it between calls; it changes in place. */
  readonly state: StudyState;
  /** Called with each event after it was journaled, folded and told; returns the function that stops it. */
  watch(listener: EventListener): () => void;
}

/**
 * Begins a study, or takes it up where its journal ends: all events are told again to strategy and rule, an epoch without a
 * verdict is judged first. Throws StudyError where the journal belongs to other settings, JournalError where it cannot be used.
 */
export async function createStudy(options: StudyOptions): Promise<StudyHandle> {
  const { strategy, rule, clock, log = silentLog, checkpoints = null } = options;
  const header = completeHeader(options.header, strategy, rule);
  const journal = journalOf(options.journal, clock);
  try {
    const ledger = new Ledger({ journal, strategy, rule, log, checkpoints, checkpointBytes: options.checkpointBytes ?? CHECKPOINT_BYTES });
    if (ledger.state.header === null) ledger.append([{ type: 'study', header }, ...(options.enqueue ?? []).map(enqueued)]);
    else expectSameHeader(ledger.state.header, header);
    if (checkpoints !== null) await collectOrphans(checkpoints, ledger.keys(), log);
    const study = new OpenStudy({ ledger, strategy, rule, budget: options.budget ?? {}, epochs: header.epochs }, journal);
    await study.settle();
    if (options.takeOver === true) await takeOver(study);
    return study;
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** Attempts that the journal holds open belong to a process that is gone, where whoever opened it alone trains: only one writes a study. */
export async function takeOver(study: StudyHandle): Promise<void> {
  for (const { id, attempt } of runningTrials(study.state).filter(isWorking)) await study.release(id, attempt);
}

function enqueued(candidate: Candidate): StudyEvent {
  return { type: 'control', command: { type: 'enqueue', candidate }, by: 'enqueue' };
}

function journalOf(journal: Journal | string | undefined, clock: Clock | undefined): Journal {
  const options = clock === undefined ? {} : { clock };
  if (journal === undefined) return memoryJournal(options);
  return typeof journal === 'string' ? openJournal(journal, options) : journal;
}

class OpenStudy implements StudyHandle {
  readonly state: StudyState;
  private readonly judge: Judge;
  private readonly dispatcher: Dispatcher;
  private readonly reporter: Reporter;
  private tail: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly desk: Desk,
    private readonly journal: Journal,
  ) {
    this.state = desk.ledger.state;
    this.judge = new Judge(desk);
    this.dispatcher = new Dispatcher(desk, this.judge);
    this.reporter = new Reporter(desk, this.judge, journal);
  }

  settle(): Promise<void> {
    return this.serve(async () => {
      this.desk.ledger.evict();
      await this.judge.settle();
    });
  }

  ask(by?: Worker): ReturnType<Study['ask']> {
    return this.serve(() => this.dispatcher.ask(by));
  }

  report(trial: TrialId, report: EpochReport): ReturnType<Study['report']> {
    return this.serve(() => this.reporter.report(trial, report));
  }

  release(trial: TrialId, attempt: number): Promise<void> {
    return this.serve(() => {
      expectCurrent(trialOf(this.state, trial), attempt, this.state);
      // Frozen, cancelled or ended meanwhile: there is nothing to hand back.
      if (isWorking(trialOf(this.state, trial))) this.desk.ledger.append([{ type: 'release', trial, attempt }]);
    });
  }

  fail(trial: TrialId, attempt: number, failure: { readonly kind: FailureKind; readonly message: string }): Promise<void> {
    return this.serve(async () => {
      expectCurrent(trialOf(this.state, trial), attempt, this.state);
      if (isWorking(trialOf(this.state, trial))) this.desk.ledger.append([{ type: 'fail', trial, attempt, ...failure }]);
      await this.judge.settle();
    });
  }

  note(about: string, data: Json): Promise<void> {
    return this.serve(() => this.desk.ledger.append([{ type: 'note', about, data }]));
  }

  control(command: Command, by: string, id?: string): Promise<void> {
    return this.serve(() => this.desk.ledger.interrupt(commandEvents(this.state, command, by, id)));
  }

  interrupts(listener: InterruptListener): () => void {
    this.desk.ledger.interrupted.add(listener);
    return () => this.desk.ledger.interrupted.delete(listener);
  }

  watch(listener: EventListener): () => void {
    this.desk.ledger.watchers.add(listener);
    return () => this.desk.ledger.watchers.delete(listener);
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    const closing = this.serve(() => this.journal.close());
    this.closed = true;
    return closing;
  }

  /** In the order in which the calls came; an error of one call is its caller's, the next is served all the same. */
  private serve<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new StudyError('the study is closed; open it again with createStudy'));
    const result = this.tail.then(async () => {
      try {
        return await work();
      } finally {
        await this.desk.ledger.sweep();
      }
    });
    this.tail = result.catch(() => undefined);
    return result;
  }
}
