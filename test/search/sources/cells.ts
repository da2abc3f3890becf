// A made-up benchmark for sources: cells of five operations in a row with three choices each, worth what their words and neighbours add up to.
import type { Candidate } from '../../../src/core/index.js';
import type { Source } from '../../../src/search/index.js';

const WORDS = ['skip', 'conv', 'pool'] as const;
const WORTH = [0, 1, 0.4];
const LENGTH = 5;

/** 243 cells; the best is conv skip conv skip conv, where a word that repeats costs. */
export function cells(): { readonly pool: readonly Candidate[]; worth(candidate: Candidate): number } {
  const pool = Array.from({ length: WORDS.length ** LENGTH }, (_, i): Candidate => {
    const words = Array.from({ length: LENGTH }, (_word, at) => WORDS[Math.floor(i / WORDS.length ** at) % WORDS.length] as string);
    const operations = ['input', ...words, 'output'];
    return { architecture: null, ap: {}, hp: {}, graph: { operations, edges: operations.slice(1).map((_edge, at) => [at, at + 1] as const) } };
  });
  return { pool, worth };
}

function worth({ graph }: Candidate): number {
  const words = graph?.operations.slice(1, -1) ?? [];
  const own = words.reduce((sum, word) => sum + (WORTH[WORDS.indexOf(word as 'conv')] ?? 0), 0);
  const repeats = words.filter((word, i) => word === words[i - 1]).length;
  return own - 0.7 * repeats;
}

/** One trial after another, each worth what `worthOf` says; the values in order. */
export async function playSource(source: Source, worthOf: (candidate: Candidate) => number, trials: number): Promise<number[]> {
  const values: number[] = [];
  for (let trial = 0, seq = 1; trial < trials; trial++) {
    const offer = await source.next(trial);
    if (offer === null) break;
    if (offer.record !== undefined) source.tell({ type: 'fit', record: offer.record, seq: seq++, time: 0 });
    source.tell({ type: 'start', trial, candidate: offer.candidate, until: 1, seq: seq++, time: 0 });
    const y = worthOf(offer.candidate);
    values.push(y);
    source.tell({ type: 'value', trial, y, at: 1, predicted: false, seq: seq++, time: 0 });
  }
  return values;
}
