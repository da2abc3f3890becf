// Who trained what: each attempt's worker and adapter, noted in the journal when it is first heard of, so that a coordinator that is
// started again knows whom to tell, and a reader of the journal where a curve comes from.
import type { StoredEvent } from '../core/index.js';
import { ADAPTER_NOTE, type AdapterChange, ATTEMPT_NOTE, attemptOf, type AttemptNote, type StudyHandle } from '../study/index.js';
import type { Sender } from './protocol.js';

export class Attempts {
  /** By trial, its last attempt. */
  private readonly known = new Map<number, AttemptNote>();

  constructor(
    private readonly study: StudyHandle,
    events: Iterable<StoredEvent>,
  ) {
    for (const event of events) {
      const found = attemptOf(event);
      if (found !== null) this.known.set(found.trial, found);
    }
  }

  /** Notes an attempt that is heard of for the first time, and an adapter that is not the one the curve began on. */
  async hear({ trial, attempt, worker, adapterClass, adapter }: Sender): Promise<void> {
    const before = this.known.get(trial);
    if (before?.attempt === attempt) return;
    const now = { trial, attempt, worker, adapterClass, adapter };
    this.known.set(trial, now);
    await this.study.note(ATTEMPT_NOTE, now);
    const from = this.study.state.trials[trial]?.from ?? 0;
    if (before === undefined || from === 0 || before.adapterClass === adapterClass) return;
    await this.study.note(ADAPTER_NOTE, { trial, attempt, epoch: from, from: before.adapter, to: adapter } satisfies AdapterChange);
  }

  workerOf(trial: number, attempt: number): string | undefined {
    const known = this.known.get(trial);
    return known?.attempt === attempt ? known.worker : undefined;
  }

  /** Of a trial that goes on from a checkpoint. */
  classOf(trial: number): string | undefined {
    return this.study.state.trials[trial]?.checkpoint ? this.known.get(trial)?.adapterClass : undefined;
  }
}
