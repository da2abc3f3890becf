// The tuner's decisions in a study's journal: written as notes, read back on resume, and told in a line at the end.
import type { Json, StoredEvent } from '../../core/index.js';
import type { Story } from '../../report/index.js';
import { type Decision, parseDecision } from '../../tune/index.js';

/** Data alone, as a journal and a fleet's messages carry it. */
export function plainDecision({ family, direction, shapes, from, ranking, seconds, reason }: Decision) {
  const choices = ranking.map(({ variant, spec, overrides }) => ({ variant, spec: { ...spec }, overrides: { ...overrides } }));
  return { family, direction, shapes, from, ranking: choices, seconds: Math.round(1000 * seconds) / 1000, ...(reason === undefined ? {} : { reason }) };
}

/** This machine's; a fleet's workers' are of other adapters. Throws DataError where a note was not written by a tuner. */
export function tuneDecisions(events: Iterable<StoredEvent>): Decision[] {
  const found: Decision[] = [];
  for (const event of events) if (event.type === 'note' && event.about === 'tune' && !('adapterClass' in Object(event.data))) found.push(parseDecision(event.data));
  return found;
}

/** `kernels   100 pipelines compiled; classes of shapes: 34 measured in 12.3 s, 10 known from earlier, 8 as a neighbour, 3 untuned`; of a fleet without the pipelines, which each worker has its own of. */
export function kernelLine({ notes }: Story): string[] {
  const compiled = notes.flatMap(({ about, data }) => (about === 'loop' ? pipelinesOf(data) : [])).at(-1);
  const decisions = notes.flatMap(({ about, data }) => (about === 'tune' ? [parseDecision(data)] : []));
  const count = (from: Decision['from']): number => decisions.filter((each) => each.from === from).length;
  const seconds = decisions.reduce((sum, each) => sum + each.seconds, 0);
  const parts = [
    ...(count('measured') > 0 ? [`${count('measured')} measured in ${seconds.toFixed(1)} s`] : []),
    ...(count('cache') > 0 ? [`${count('cache')} known from earlier`] : []),
    ...(count('neighbour') > 0 ? [`${count('neighbour')} as a neighbour`] : []),
    ...(count('untuned') > 0 ? [`${count('untuned')} untuned`] : []),
  ];
  const facts = [...(compiled === undefined ? [] : [`${compiled} pipelines compiled`]), ...(parts.length > 0 ? [`classes of shapes: ${parts.join(', ')}`] : [])];
  return facts.length > 0 ? [`kernels   ${facts.join('; ')}`] : [];
}

function pipelinesOf(data: Json): number[] {
  const count = data !== null && typeof data === 'object' ? (data as { readonly pipelines?: unknown }).pipelines : undefined;
  return typeof count === 'number' ? [count] : [];
}
