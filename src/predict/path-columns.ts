// Path encoding (White et al. 2021, BANANAS): an indicator a sequence of operations from input to output. A path of one training row alone tells its row and
// no other, a path of all tells nothing: neither is a column. Chains have one path each; only those that repeat count.
import { pathsOf, type OperationGraph } from '../core/index.js';

const known = new WeakMap<OperationGraph, ReadonlySet<string>>();

export function pathColumns(graphs: readonly (OperationGraph | undefined)[]): string[] {
  const counts = new Map<string, number>();
  for (const graph of graphs) for (const path of graph === undefined ? [] : pathSet(graph)) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...counts].flatMap(([path, count]) => (count > 1 && count < graphs.length ? [path] : [])).sort();
}

/** Undefined where there is no graph. */
export function pathIndicator(graph: OperationGraph | undefined, path: string): number | undefined {
  return graph === undefined ? undefined : pathSet(graph).has(path) ? 1 : 0;
}

function pathSet(graph: OperationGraph): ReadonlySet<string> {
  const paths = known.get(graph) ?? new Set(pathsOf(graph));
  known.set(graph, paths);
  return paths;
}
