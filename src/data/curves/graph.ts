// The architecture that a set writes as text, as a graph of operations: cells and MetaQNN strings. Other text is left alone: such a set has
// no graphs, and predictors that need them say so.
import { cellGraph, chainGraph, metaqnnWord, parseCell, parseMetaqnn, type OperationGraph } from '../../core/index.js';

/** Null where the text is neither. Throws ShapeError where it begins like one and breaks off. */
export function graphOfText(text: string): OperationGraph | null {
  if (/^\s*\|/.test(text)) return cellGraph(parseCell(text));
  if (!/^\s*\[\s*[A-Z]+\(/.test(text)) return null;
  return chainGraph(parseMetaqnn(text).filter(({ type }) => type !== 'D').map(metaqnnWord));
}
