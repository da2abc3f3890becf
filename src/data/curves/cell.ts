// NAS-Bench-201's cell strings, `|op~input|+|op~input|op~input|+...`: node k names for each earlier node the operation on that edge.
// Grammar and paths alone; what an operation computes is not known here.
import { DataError } from '../../core/index.js';

/** Operations by node, then by input node. Throws DataError on anything else. */
export function parseCell(text: string, column = 'cell'): readonly (readonly string[])[] {
  const nodes = text.trim().split('+');
  return nodes.map((node, k) => {
    const edges = /^\|(.+)\|$/.exec(node.trim())?.[1]?.split('|') ?? [];
    const operations = edges.map((edge, input) => (edge.endsWith(`~${input}`) ? edge.slice(0, edge.lastIndexOf('~')) : ''));
    if (operations.length === k + 1 && operations.every((op) => op !== '')) return operations;
    throw new DataError(`column ${column}: expected a cell such as |op~0|+|op~0|op~1|, got '${text.length > 60 ? `${text.slice(0, 60)}...` : text}'`);
  });
}

/** Every way from input to output as its operations joined by `>`; an edge `none` carries nothing and ends a way. Sorted, without repeats. */
export function cellPaths(text: string, column = 'cell'): readonly string[] {
  const nodes = parseCell(text, column);
  const to: string[][] = [['']];
  for (const operations of nodes) {
    to.push(operations.flatMap((op, input) => (op === 'none' ? [] : (to[input] ?? []).map((path) => (path === '' ? op : `${path}>${op}`)))));
  }
  return [...new Set(to.at(-1))].sort();
}
