// An architecture as operations and what flows between them: what predictors read that encode architectures (paths, graph networks).
// Sizes are in an operation's word; weights and shapes are not known here.
import { isLanguageModel, type Network } from '../language-model.js';
import { remembered } from '../remembered.js';
import type { CellLayer, Layer } from './layers.js';

export interface OperationGraph {
  /** One word a node, in topological order; the first is `input`, the last `output`. */
  readonly operations: readonly string[];
  /** Each with from < to. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** Layers one after another; a residual's branches lie side by side between its input and an `add`. */
export function networkGraph(network: Network): OperationGraph {
  if (isLanguageModel(network)) return chainGraph([`embedding ${network.embedding}`, ...Array<string>(network.layers).fill(`lstm ${network.hidden}`), 'dense']);
  const { layers } = network;
  if (layers.every(isPlain)) return chainGraph(layers.map(wordOf));
  const building: Building = { operations: ['input'], edges: [] };
  append(building, [chain(building, 0, layers)], 'output');
  return building;
}

/** Of a graph from `chainGraph`: one way alone leads through it, by all nodes. */
export function isChain({ operations, edges }: OperationGraph): boolean {
  return edges === chains.get(operations.length - 1);
}

/** Every way from input to output as its operations joined by `>`, sorted, without repeats; at most `most`, for graphs with many branches. */
export function pathsOf({ operations, edges }: OperationGraph, most = 4096): readonly string[] {
  const output = operations.length - 1;
  const to: Set<string>[] = operations.map(() => new Set());
  to[0]?.add('');
  for (let node = 1; node <= output; node++) {
    const here = to[node] as Set<string>;
    for (const [from, end] of edges) {
      if (end !== node) continue;
      for (const path of to[from] ?? []) if (here.size < most) here.add(node === output ? path : path === '' ? (operations[node] ?? '') : `${path}>${operations[node]}`);
    }
  }
  return [...(to[output] as Set<string>)].sort();
}

/** Without the nodes that lie on no way from input to output; those two stay. */
export function contracted({ operations, edges }: OperationGraph): OperationGraph {
  const output = operations.length - 1;
  const reached = new Set([0]);
  for (let node = 1; node <= output; node++) if (edges.some(([from, to]) => to === node && reached.has(from))) reached.add(node);
  const useful = new Set([output]);
  for (let node = output - 1; node >= 0; node--) if (edges.some(([from, to]) => from === node && useful.has(to))) useful.add(node);
  const kept = operations.flatMap((_, node) => (node === 0 || node === output || (reached.has(node) && useful.has(node)) ? [node] : []));
  const place = new Map(kept.map((node, i) => [node, i]));
  return {
    operations: kept.map((node) => operations[node] as string),
    edges: edges.flatMap(([from, to]) => (place.has(from) && place.has(to) ? [[place.get(from) as number, place.get(to) as number] as const] : [])),
  };
}

/** One operation after another. */
export function chainGraph(words: readonly string[]): OperationGraph {
  return { operations: ['input', ...words, 'output'], edges: chainEdges(words.length + 1) };
}

const chains = new Map<number, OperationGraph['edges']>();

/** The same list for the same length. */
function chainEdges(count: number): OperationGraph['edges'] {
  const known = chains.get(count) ?? Array.from({ length: count }, (_, i) => [i, i + 1] as const);
  chains.set(count, known);
  return known;
}

interface Building {
  readonly operations: string[];
  readonly edges: (readonly [number, number])[];
}

function append({ operations, edges }: Building, from: readonly number[], word: string): number {
  const at = operations.push(word) - 1;
  for (const node of from) edges.push([node, at]);
  return at;
}

/** Returns the last node. */
function chain(building: Building, from: number, layers: readonly Layer[]): number {
  return layers.reduce((at, layer) => {
    if (isPlain(layer)) return append(building, [at], wordOf(layer));
    if (layer.type === 'cell') return cell(building, at, layer);
    const body = chain(building, at, layer.body);
    return append(building, [...new Set([body, chain(building, at, layer.shortcut)])], 'add');
  }, from);
}

/** A node of several edges is an `add`. */
function cell(building: Building, from: number, { nodes }: CellLayer): number {
  const places = [from];
  for (const edges of nodes) {
    const ends = [...new Set(edges.map((edge) => chain(building, places[edge.from] ?? from, edge.layers)))];
    places.push(edges.length === 1 ? (ends[0] ?? from) : append(building, ends, 'add'));
  }
  return places.at(-1) ?? from;
}

type PlainLayer = Exclude<Layer, { type: 'residual' | 'cell' }>;

function isPlain(layer: Layer): layer is PlainLayer {
  return layer.type !== 'residual' && layer.type !== 'cell';
}

const wordOf = remembered((layer: PlainLayer): string => {
  switch (layer.type) {
    case 'conv':
      return `conv ${layer.kernel.join('x')} ${layer.filters}${layer.stride.some((s) => s > 1) ? ` /${layer.stride.join('x')}` : ''}`;
    case 'pool':
      return `${layer.kind} pool ${layer.size.join('x')}`;
    case 'dense':
      return `dense ${layer.units}`;
    default:
      return layer.type;
  }
});
