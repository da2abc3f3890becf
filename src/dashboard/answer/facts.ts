// What never changes in a study, for its page: names, scale, settings in words.
import type { Json, StudyHeader } from '../../core/index.js';
import { scaleOf } from '../../report/index.js';
import type { StudyFacts } from '../wire.js';

/** Points of a curve, at most: a screen shows no more. */
const MOST_POINTS = 240;

export function factsOf(key: string, header: StudyHeader): StudyFacts {
  const { name, negated } = scaleOf(header);
  const { confidence } = header.rule;
  return {
    key, name: header.name, metric: name, negated, epochs: header.epochs, stride: strideOf(header),
    confidence: typeof confidence === 'number' ? confidence : null,
    settings: [
      ...(['space', 'strategy', 'rule', 'data'] as const).map((part): [string, string] => [part, words(header[part])]),
      ['epochs of a full training', String(header.epochs)], ['seed', String(header.seed)], ['foretell', header.version],
      ...Object.entries(header.environment).filter(([fact]) => fact !== 'options' && fact !== 'foretell').map(([fact, value]): [string, string] => [fact, words(value)]),
    ],
  };
}

export function strideOf({ epochs }: Pick<StudyHeader, 'epochs'>): number {
  return Math.max(1, Math.ceil(epochs / MOST_POINTS));
}

export function words(value: Json | undefined): string {
  if (value === undefined || value === null || typeof value !== 'object') return String(value ?? '–');
  if (Array.isArray(value)) return value.map((item) => words(item as Json)).join(', ');
  const { name, ...others } = value as { readonly [key: string]: Json | undefined };
  const rest = Object.entries(others).flatMap(([member, of]) => (of === undefined ? [] : `${member} ${words(of)}`));
  return [...(name === undefined ? [] : [words(name)]), ...rest].join(' · ');
}
