// Made-up decisions for learners: words of l and r, worth the share of r in them; and a game that plays a source against any worth.
import type { Candidate, StoredEvent, StudyEvent } from '../../../src/core/index.js';
import type { Decisions, Source } from '../../../src/search/index.js';

interface Words extends Decisions {
  candidate(path: readonly string[]): Candidate;
}

/** All words of that length. A state is how far a word is and how many r it has. */
export function binary(length: number): Words {
  return {
    actions: (path) => (path.length < length ? ['l', 'r'] : []),
    state: (path) => `${path.length}: ${path.filter((word) => word === 'r').length}`,
    candidate: (path) => ({ architecture: null, ap: {}, hp: Object.fromEntries(path.map((word, i) => [`c${i}`, word === 'r' ? 1 : 0])) }),
    pathOf: ({ hp }) => (Object.keys(hp).length === length ? Object.values(hp).map((value) => (value === 1 ? 'r' : 'l')) : null),
  };
}

export function shareOf(candidate: Candidate): number {
  const values = Object.values(candidate.hp);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One trial after another; what was offered, in order, and every event told. */
export async function play(source: Source, trials: number, worth: (candidate: Candidate) => number): Promise<{ readonly candidates: Candidate[]; readonly events: StoredEvent[] }> {
  const candidates: Candidate[] = [];
  const events: StoredEvent[] = [];
  const tell = (event: StudyEvent): void => {
    events.push(numbered(event, events.length + 1));
    source.tell(events.at(-1) as StoredEvent);
  };
  for (let trial = 0; trial < trials; trial++) {
    const offer = await source.next(trial);
    if (offer === null) break;
    candidates.push(offer.candidate);
    if (offer.record !== undefined) tell({ type: 'fit', record: offer.record });
    tell({ type: 'start', trial, candidate: offer.candidate, until: 1 });
    tell({ type: 'value', trial, y: worth(offer.candidate), at: 1, predicted: false });
  }
  return { candidates, events };
}

export function numbered(event: StudyEvent, seq: number): StoredEvent {
  return { ...event, seq, time: 0 };
}
