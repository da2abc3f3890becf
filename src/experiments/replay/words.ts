// A recorded architecture as words of which one edit changes one: what tells a source which recorded runs are neighbours.
import { metaqnnWord, parseCell, parseMetaqnn } from '../../core/index.js';
import type { CurveRow } from '../../data/index.js';

/** A cell's operations edge by edge (its graph leaves out those that carry nothing), a chain's layers, else the operations of the graph; none where it has none. */
export function wordsOf({ architecture, graph }: CurveRow): readonly string[] {
  if (graph === undefined || architecture === null) return graph?.operations ?? [];
  return /^\s*\|/.test(architecture) ? parseCell(architecture).flat() : parseMetaqnn(architecture).filter(({ type }) => type !== 'D').map(metaqnnWord);
}
