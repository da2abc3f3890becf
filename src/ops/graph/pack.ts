// Directed graphs as the kernels read them: nodes V apart, neighbours as lists. Plain numbers in, tensors out; knows no word's meaning.
import { ShapeError } from '../../core/index.js';
import type { Device, Tensor } from '../../gpu/index.js';

export interface GraphNumbers {
  /** A word's number a node; one that is no column of the nodes' matrix makes a row of zeros. */
  readonly words: readonly number[];
  readonly edges: readonly (readonly [from: number, to: number])[];
}

export interface GraphTensors {
  /** Nodes that a graph may have; graphs lie so many apart. */
  readonly nodes: number;
  readonly words: Tensor;
  readonly ends: Tensor;
  readonly links: Tensor;
  readonly sizes: Tensor;
  release(): void;
}

/** What no column is. */
const NO_WORD = 0xffffffff;

/** Throws ShapeError where a graph has more than `nodes` nodes or none, or an edge leaves it. */
export function packGraphs(device: Device, graphs: readonly GraphNumbers[], nodes: number): GraphTensors {
  const words = new Uint32Array(graphs.length * nodes).fill(NO_WORD);
  const ends = new Uint32Array(2 * graphs.length * nodes);
  const links: number[] = [];
  graphs.forEach((graph, g) => {
    requireGraph(graph, nodes);
    words.set(graph.words, g * nodes);
    const lists = listsOf(graph, nodes);
    lists.forEach((list, i) => {
      links.push(...list);
      ends[2 * g * nodes + i] = links.length;
    });
  });
  const tensor = (data: Uint32Array<ArrayBuffer>, label: string): Tensor => device.tensor([data.length], { data, type: 'u32', label });
  const tensors = {
    words: tensor(words, 'graph words'), ends: tensor(ends, 'graph list ends'), links: tensor(Uint32Array.from(links.length > 0 ? links : [0]), 'graph links'),
    sizes: tensor(Uint32Array.from(graphs, (graph) => graph.words.length), 'graph sizes'),
  };
  return { nodes, ...tensors, release: () => Object.values(tensors).forEach((each) => each.release()) };
}

/** Successors and predecessors of each node in turn; none for nodes that the graph does not have. */
function listsOf({ edges }: GraphNumbers, nodes: number): number[][] {
  const lists = Array.from({ length: 2 * nodes }, (): number[] => []);
  for (const [from, to] of edges) {
    lists[2 * from]?.push(to);
    lists[2 * to + 1]?.push(from);
  }
  return lists;
}

function requireGraph({ words, edges }: GraphNumbers, nodes: number): void {
  if (words.length < 1 || words.length > nodes) throw new ShapeError(`graph: expected 1 to ${nodes} nodes, got ${words.length}`);
  const stray = edges.find((edge) => edge.some((node) => !Number.isInteger(node) || node < 0 || node >= words.length));
  if (stray) throw new ShapeError(`graph: expected edges between nodes 0 to ${words.length - 1}, got ${stray.join(' -> ')}`);
}
