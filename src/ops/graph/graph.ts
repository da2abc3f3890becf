// Directed graph networks for small graphs, many members of an ensemble at once: what stands between the products of a layer (Wen et al.
// 2020), the nodes' one-hot rows before the first, and the mean over nodes after the last. The products themselves are batched matmuls.
// Rows of all values go member by member, graph by graph, node by node: E x B x V of them.
import { ShapeError } from '../../core/index.js';
import { dispatch, type Dispatch, linearGrid, requireShape, type Tensor } from '../../gpu/index.js';
import type { OpContext } from '../contracts.js';
import type { GraphTensors } from './pack.js';

const WORKGROUP = 64;

/** Which graphs (or rows) make a batch: a window of an order, one for all members (N) or one each (E x N). Params `start` and `count` move it. */
export interface MemberWindow {
  /** u32. */
  readonly order: Tensor;
  /** Rows of a batch that count; at most B. */
  readonly count: number;
}

/** x (E x B x V x columns) = one row a node. */
export async function graphNodes({ device }: OpContext, graphs: GraphTensors, window: MemberWindow, x: Tensor): Promise<Dispatch[]> {
  const [E, B, , C] = extents(x, graphs);
  const pipeline = await device.pipeline({ file: 'graph/nodes.wgsl', entry: 'forward' });
  const buffers = { words: graphs.words, order: window.order, x };
  return [dispatch(pipeline, { params: { E, B, V: graphs.nodes, C, ...windowParams(window, E, B) }, buffers, grid: linearGrid(x.size, WORKGROUP) })];
}

export interface NeighbourTensors {
  /** E x B x V x 2F: H.W+ beside H.W-. */
  readonly p: Tensor;
  /** As p: the halves after their ReLU, which the gradient's mask is. */
  readonly halves: Tensor;
  /** E x B x V x F. */
  readonly h: Tensor;
}

/** Means over neighbours of both directions, ReLU, mean of the two. F is a multiple of four. */
export async function graphForward({ device }: OpContext, graphs: GraphTensors, window: MemberWindow, { p, halves, h }: NeighbourTensors): Promise<Dispatch[]> {
  const params = neighbourParams(graphs, window, h);
  requireShape(p, doubled(h), 'graph p');
  requireShape(halves, doubled(h), 'graph halves');
  const pipeline = await device.pipeline({ file: 'graph/neighbours.wgsl', entry: 'forward' });
  const { ends, links, sizes } = graphs;
  return [dispatch(pipeline, { params, buffers: { ends, links, sizes, order: window.order, p, halves, h }, grid: linearGrid(h.size / 4, WORKGROUP) })];
}

/** dp from dh and the halves of the forward pass. */
export async function graphGradInput({ device }: OpContext, graphs: GraphTensors, window: MemberWindow, { halves, dh, dp }: { halves: Tensor; dh: Tensor; dp: Tensor }): Promise<Dispatch[]> {
  const params = neighbourParams(graphs, window, dh);
  requireShape(dp, doubled(dh), 'graph dp');
  requireShape(halves, doubled(dh), 'graph halves');
  const pipeline = await device.pipeline({ file: 'graph/neighbours.wgsl', entry: 'grad_input' });
  const { ends, links, sizes } = graphs;
  return [dispatch(pipeline, { params, buffers: { ends, links, sizes, order: window.order, mask: halves, dh, dp }, grid: linearGrid(dh.size / 4, WORKGROUP) })];
}

/** The first F columns of z (E x B x W) = means over nodes of h (E x B x V x F). */
export async function graphPool({ device }: OpContext, graphs: GraphTensors, window: MemberWindow, { h, z }: { h: Tensor; z: Tensor }): Promise<Dispatch[]> {
  const { params, F } = poolParams(graphs, window, h, z);
  const pipeline = await device.pipeline({ file: 'graph/pool.wgsl', entry: 'forward' });
  return [dispatch(pipeline, { params, buffers: { sizes: graphs.sizes, order: window.order, h, z }, grid: linearGrid((z.size / (z.shape[2] ?? 1)) * F, WORKGROUP) })];
}

export async function graphPoolGrad({ device }: OpContext, graphs: GraphTensors, window: MemberWindow, { dz, dh }: { dz: Tensor; dh: Tensor }): Promise<Dispatch[]> {
  const { params } = poolParams(graphs, window, dh, dz);
  const pipeline = await device.pipeline({ file: 'graph/pool.wgsl', entry: 'grad_input' });
  return [dispatch(pipeline, { params, buffers: { sizes: graphs.sizes, order: window.order, dz, dh }, grid: linearGrid(dh.size, WORKGROUP) })];
}

/** Params of a window over rows of E members, B a batch. Throws ShapeError where the order is not theirs. */
export function windowParams({ order, count }: MemberWindow, E: number, B: number): { start: number; count: number; order_step: number } {
  if (order.type !== 'u32') throw new ShapeError(`order: expected u32, got ${order.type} (${order.label})`);
  if (count > B) throw new ShapeError(`batch: expected at most ${B} rows, got ${count}`);
  const [first, each] = order.shape;
  if (each === undefined) return { start: 0, count, order_step: 0 };
  if (first === E) return { start: 0, count, order_step: each };
  throw new ShapeError(`order: expected one for all or ${E} of them, got ${order.shape.join('x')} (${order.label})`);
}

function neighbourParams(graphs: GraphTensors, window: MemberWindow, h: Tensor): Record<string, number> {
  const [E, B, , F] = extents(h, graphs);
  if (F % 4 !== 0) throw new ShapeError(`graph: expected a multiple of 4 channels, got ${F} (${h.label})`);
  return { E, B, V: graphs.nodes, quads: F / 4, ...windowParams(window, E, B) };
}

function poolParams(graphs: GraphTensors, window: MemberWindow, h: Tensor, z: Tensor): { params: Record<string, number>; F: number } {
  const [E, B, , F] = extents(h, graphs);
  const W = z.shape[2] ?? 0;
  requireShape(z, [E, B, Math.max(W, F)], 'graph z');
  return { params: { E, B, V: graphs.nodes, F, W, ...windowParams(window, E, B) }, F };
}

function doubled({ shape }: Tensor): number[] {
  return [...shape.slice(0, -1), 2 * (shape.at(-1) ?? 0)];
}

function extents({ shape, label }: Tensor, { nodes }: GraphTensors): [E: number, B: number, V: number, F: number] {
  const [E, B, V, F] = shape;
  if (E !== undefined && B !== undefined && V === nodes && F !== undefined && shape.length === 4) return [E, B, V, F];
  throw new ShapeError(`graph: expected members x batch x ${nodes} nodes x channels, got ${shape.join('x')} (${label})`);
}
