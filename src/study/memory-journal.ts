// A journal that lives as long as the process: for replay, tests, and users who want no file.
import { systemClock, type Clock, type Journal, type StoredEvent, type StudyEvent } from '../core/index.js';

/** `events`: an earlier journal's head to go on from. `close` forgets nothing, so that a study can be taken up again. */
export function memoryJournal(options: { readonly clock?: Clock; readonly events?: Iterable<StoredEvent> } = {}): Journal {
  const clock = options.clock ?? systemClock;
  const stored: StoredEvent[] = [...(options.events ?? [])];
  return {
    append(events) {
      const time = Math.round(clock.now());
      const added = events.map((event: StudyEvent, i): StoredEvent => ({ ...event, seq: stored.length + 1 + i, time }));
      for (const event of added) stored.push(event);
      return added;
    },
    *read(after = 0) {
      for (let i = after; i < stored.length; i++) yield stored[i] as StoredEvent;
    },
    close: () => undefined,
  };
}
