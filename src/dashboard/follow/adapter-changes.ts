// Where a curve goes on on another adapter, from a trial's events in order. Only what its points show counts: an adapter that trained no epoch before the
// trial went on elsewhere left no trace, nor did one whose epochs were trained again.
import type { StoredEvent } from '../../core/index.js';
import { adapterChangeOf } from '../../study/index.js';

export interface AdapterChange {
  /** The last one that `from` trained. */
  readonly epoch: number;
  readonly from: string;
  readonly to: string;
}

export function changesAfter(changes: readonly AdapterChange[], event: StoredEvent): readonly AdapterChange[] {
  if (event.type === 'epoch') return changes.some(({ epoch }) => epoch >= event.epoch) ? changes.filter(({ epoch }) => epoch < event.epoch) : changes;
  const noted = adapterChangeOf(event);
  if (noted === null) return changes;
  const { epoch, from, to } = noted;
  const last = changes.at(-1);
  if (last?.epoch !== epoch) return [...changes, { epoch, from, to }];
  return last.from === to ? changes.slice(0, -1) : [...changes.slice(0, -1), { epoch, from: last.from, to }];
}
