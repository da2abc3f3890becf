// NAS-Bench-201's network around a cell (Dong and Yang 2020, figure 1): a stem, three stages of the same cell, channels doubled and extents halved by a
// residual block between them, batch norm, global average, dense. Which cells are good is not known here.
// Edges `none`, and what lies on no way from input to output, are left out: the benchmark trains and counts them.
import type { Architecture, CellEdge, CellLayer, ImageShape, Layer } from '../architecture/layers.js';
import { ShapeError } from '../errors.js';
import type { Cell } from './cell.js';

export interface CellNetworkOptions {
  readonly input: ImageShape;
  readonly classes: number;
  readonly cell: Cell;
  /** Of the first stage. Default 16. */
  readonly channels?: number;
  /** A stage. Default 5. */
  readonly cells?: number;
}

/** Throws ShapeError where nothing gets through the cell, or an operation is not known. */
export function cellNetwork({ input, classes, cell, channels = 16, cells = 5 }: CellNetworkOptions): Architecture {
  const layers: Layer[] = normed(channels, 3, 1);
  for (let stage = 0; stage < 3; stage++) {
    const width = channels * 2 ** stage;
    if (stage > 0) layers.push(reduction(width));
    for (let i = 0; i < cells; i++) layers.push(cellLayer(cell, width));
  }
  layers.push({ type: 'batch-norm', activation: 'relu' }, { type: 'global-pool' }, { type: 'dense', units: classes, activation: 'none' });
  return { input, layers };
}

/**
 * The cell with the same network that says nothing else: `none` on edges that lie on no way from input to output, nodes without any last but for the
 * output. Null where there is no way.
 */
export function usefulCell(cell: Cell): Cell | null {
  const useful = usefulNodes(cell);
  if (useful === null) return null;
  // Where each node goes, the input first.
  const places = [0, ...useful.slice(0, -1).map((_, i) => i + 1), cell.length];
  const nodes = [0, ...useful];
  return cell.map((node, k) => node.map((_, from) => {
    const [end, start] = [nodes[places.indexOf(k + 1)], nodes[places.indexOf(from)]];
    return end === undefined || start === undefined ? 'none' : (cell[end - 1]?.[start] ?? 'none');
  }));
}

/** The cell of a network that `cellNetwork` built, as `usefulCell` has it; null where it holds none. */
export function cellOfNetwork({ layers }: Architecture, nodes = 3): Cell | null {
  const found = layers.find((layer) => layer.type === 'cell');
  if (found === undefined || found.nodes.length > nodes) return null;
  const place = (node: number): number => (node === found.nodes.length ? nodes : node);
  return Array.from({ length: nodes }, (_, k) => Array.from({ length: k + 1 }, (__, from) => {
    const edge = found.nodes.flatMap((edges, n) => (place(n + 1) === k + 1 ? edges : [])).find((other) => place(other.from) === from);
    return edge === undefined ? 'none' : nameOf(edge.layers);
  }));
}

/** From the first after the input, those on a way to the output, which is the last of them; null where there is no way. */
function usefulNodes(cell: Cell): readonly number[] | null {
  const reached = [true];
  for (const node of cell) reached.push(node.some((op, from) => op !== 'none' && reached[from] === true));
  const used = reached.map((_, node) => node === cell.length);
  for (let node = cell.length; node > 0; node--) {
    if (used[node]) cell[node - 1]?.forEach((op, from) => (used[from] ||= op !== 'none'));
  }
  return reached[cell.length] === true ? cell.flatMap((_, k) => (reached[k + 1] === true && used[k + 1] === true ? [k + 1] : [])) : null;
}

function cellLayer(cell: Cell, channels: number): CellLayer {
  const useful = usefulNodes(cell);
  if (useful === null) throw new ShapeError('cell: expected a way of operations other than none from input to output, got none');
  const places = new Map([0, ...useful].map((node, i) => [node, i]));
  const edges = (node: number): CellEdge[] => (cell[node - 1] ?? []).flatMap((op, from) => {
    const place = places.get(from);
    return op === 'none' || place === undefined ? [] : [{ from: place, layers: operation(op, channels) }];
  });
  return { type: 'cell', nodes: useful.map(edges) };
}

function nameOf(layers: readonly Layer[]): string {
  const conv = layers.find((layer) => layer.type === 'conv');
  return layers.length === 0 ? 'skip_connect' : conv === undefined ? 'avg_pool_3x3' : `nor_conv_${conv.kernel.join('x')}`;
}

function operation(name: string, channels: number): Layer[] {
  switch (name) {
    case 'skip_connect':
      return [];
    case 'avg_pool_3x3':
      return [{ type: 'pool', kind: 'average', size: [3, 3], stride: [1, 1], padding: [1, 1] }];
    case 'nor_conv_1x1':
      return relued(channels, 1, 1);
    case 'nor_conv_3x3':
      return relued(channels, 3, 1);
    default:
      throw new ShapeError(`cell: expected none, skip_connect, nor_conv_1x1, nor_conv_3x3 or avg_pool_3x3, got ${name}`);
  }
}

/** Odd extents round up on both branches. */
function reduction(channels: number): Layer {
  const shortcut: Layer[] = [
    { type: 'pool', kind: 'average', size: [2, 2], stride: [2, 2], padding: [0, 0], ceil: true },
    { type: 'conv', filters: channels, kernel: [1, 1], stride: [1, 1], padding: [0, 0], bias: false, activation: 'none' },
  ];
  return { type: 'residual', body: [...relued(channels, 3, 2), ...relued(channels, 3, 1)], shortcut, activation: 'none' };
}

function relued(channels: number, kernel: number, stride: number): Layer[] {
  return [{ type: 'activation', activation: 'relu' }, ...normed(channels, kernel, stride)];
}

function normed(filters: number, kernel: number, stride: number): Layer[] {
  const same = (kernel - 1) / 2;
  return [{ type: 'conv', filters, kernel: [kernel, kernel], stride: [stride, stride], padding: [same, same], bias: false, activation: 'none' }, { type: 'batch-norm', activation: 'none' }];
}
