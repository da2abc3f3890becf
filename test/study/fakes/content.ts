// What of a journal must be the same however often the study was interrupted: everything but who holds what, what names an attempt,
// and when it was.
import type { StoredEvent } from '../../../src/core/index.js';

export function content(events: Iterable<StoredEvent>): unknown[] {
  return [...events]
    .filter((e) => e.type !== 'open' && e.type !== 'release')
    .map(({ seq: _seq, time: _time, ...event }) => {
      if (event.type !== 'epoch') return event;
      const { checkpoint, ...rest } = event;
      return { ...rest, attempt: 0, hash: checkpoint?.hash };
    });
}
