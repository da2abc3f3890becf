// The bar that trials are measured against, folded from `value` events: the n-th best of the fully trained. Predicted
// values of frozen trials never count. Constant cost an event: only the n best are kept.
import type { StoredEvent, TrialId } from '../../core/index.js';

export class Finals {
  private readonly best: { readonly trial: TrialId; readonly y: number }[] = [];

  /** `horizon`: the epoch at which a value counts; `nth` from 1. */
  constructor(
    private readonly horizon: number,
    private readonly nth: number,
  ) {}

  tell(event: StoredEvent): void {
    if (event.type !== 'value' || event.predicted || event.at !== this.horizon) return;
    const before = this.best.findIndex(({ trial }) => trial === event.trial);
    if (before >= 0) this.best.splice(before, 1);
    const place = this.best.findIndex(({ y }) => y < event.y);
    this.best.splice(place < 0 ? this.best.length : place, 0, { trial: event.trial, y: event.y });
    this.best.length = Math.min(this.best.length, this.nth);
  }

  /** Null while fewer than n trials are fully trained. */
  bar(): number | null {
    return this.best[this.nth - 1]?.y ?? null;
  }
}
