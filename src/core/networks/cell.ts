// NAS-Bench-201's cell strings, `|op~input|+|op~input|op~input|+...`: node k names for each earlier node the operation on that edge (Dong
// and Yang 2020). Grammar and the graph it stands for; what an operation computes is not known here.
import { contracted, type OperationGraph } from '../architecture/operation-graph.js';
import { ShapeError } from '../errors.js';

export const CELL_OPERATIONS = ['none', 'skip_connect', 'nor_conv_1x1', 'nor_conv_3x3', 'avg_pool_3x3'] as const;

/** Operations by node (the first after the input), then by the node they read from. */
export type Cell = readonly (readonly string[])[];

/** Throws ShapeError on anything else. */
export function parseCell(text: string): Cell {
  return text.trim().split('+').map((node, k) => {
    const edges = /^\|(.+)\|$/.exec(node.trim())?.[1]?.split('|') ?? [];
    const operations = edges.map((edge, input) => (edge.endsWith(`~${input}`) ? edge.slice(0, edge.lastIndexOf('~')) : ''));
    if (operations.length === k + 1 && operations.every((op) => op !== '')) return operations;
    throw new ShapeError(`cell: expected |op~0|+|op~0|op~1| and so on, got '${text.length > 60 ? `${text.slice(0, 60)}...` : text}'`);
  });
}

export function printCell(cell: Cell): string {
  return cell.map((operations) => `|${operations.map((op, input) => `${op}~${input}`).join('|')}|`).join('+');
}

/** Operations as nodes; an edge `none` carries nothing, and what lies on no way from input to output is left out. */
export function cellGraph(cell: Cell): OperationGraph {
  const operations = ['input'];
  const edges: (readonly [number, number])[] = [];
  /** Of each of the cell's nodes: the operations that end in it. */
  const into: number[][] = [[0]];
  for (const node of cell) {
    const ends: number[] = [];
    for (const [input, operation] of node.entries()) {
      if (operation === 'none') continue;
      const at = operations.push(operation) - 1;
      for (const from of into[input] ?? []) edges.push([from, at]);
      ends.push(at);
    }
    into.push(ends);
  }
  const output = operations.push('output') - 1;
  for (const from of into.at(-1) ?? []) edges.push([from, output]);
  return contracted({ operations, edges });
}
