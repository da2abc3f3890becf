// The tuner's decisions in a study's journal: written as notes, read back on resume, and told in a line at the end.
import type { Json, StoredEvent } from '../../core/index.js';
import type { Story } from '../../report/index.js';
import { type Decision, parseDecision } from '../../tune/index.js';

export function plainDecision({ family, direction, shapes, from, ranking, seconds, reason }: Decision): Json {
  const choices = ranking.map(({ variant, spec, overrides }) => ({ variant, spec: { ...spec }, overrides: { ...overrides } }));
  return { family, direction, shapes, from, ranking: choices, seconds: Math.round(1000 * seconds) / 1000, ...(reason === undefined ? {} : { reason }) };
}

/** Throws DataError where a note was not written by a tuner. */
export function tuneDecisions(events: Iterable<StoredEvent>): Decision[] {
  const found: Decision[] = [];
  for (const event of events) if (event.type === 'note' && event.about === 'tune') found.push(parseDecision(event.data));
  return found;
}

/** `tuning    34 classes of shapes measured in 12.3 s, 10 known from earlier, 8 as a neighbour, 3 untuned`; nothing where nothing was measured or known. */
export function tuneLine({ notes }: Story): string[] {
  const decisions = notes.flatMap(({ about, data }) => (about === 'tune' ? [parseDecision(data)] : []));
  const count = (from: Decision['from']): number => decisions.filter((each) => each.from === from).length;
  const measured = count('measured');
  const seconds = decisions.reduce((sum, each) => sum + each.seconds, 0);
  const parts = [
    ...(measured > 0 ? [`${measured} ${measured === 1 ? 'class' : 'classes'} of shapes measured in ${seconds.toFixed(1)} s`] : []),
    ...(count('cache') > 0 ? [`${count('cache')} known from earlier`] : []),
    ...(count('neighbour') > 0 ? [`${count('neighbour')} as a neighbour`] : []),
    ...(count('untuned') > 0 ? [`${count('untuned')} untuned`] : []),
  ];
  return decisions.length > count('untuned') ? [`tuning    ${parts.join(', ')}`] : [];
}
