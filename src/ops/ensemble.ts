// What an ensemble of regressors trained side by side needs beside batched matmuls: each member's batch of feature rows, gradients of biases, and the
// loss of one score a row.
import { ShapeError } from '../core/index.js';
import { dispatch, type Dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';
import { type MemberWindow, windowParams } from './graph/graph.js';

const WORKGROUP = 64;

/** squares: the batch's mean squared error; pairs: the mean logistic loss of its ordered pairs, which asks for the order alone. */
export type EnsembleLoss = 'squares' | 'pairs';

/** Columns `first`.. of z (E x B x W) = the batch's rows of a matrix (N x C). */
export async function ensembleRows({ device }: OpContext, window: MemberWindow, { rows, z }: { rows: Tensor; z: Tensor }, first = 0): Promise<Dispatch[]> {
  const [E = 0, B = 0, W = 0] = z.shape;
  const [, C = 0] = rows.shape;
  if (z.shape.length !== 3 || rows.shape.length !== 2 || first + C > W) {
    throw new ShapeError(`ensemble rows: expected N x C into columns ${first}.. of E x B x W, got ${rows.shape.join('x')} and ${z.shape.join('x')} (${rows.label}, ${z.label})`);
  }
  const pipeline = await device.pipeline({ file: 'ensemble/rows.wgsl', entry: 'forward' });
  const params = { E, B, C, W, first, ...windowParams(window, E, B) };
  return [dispatch(pipeline, { params, buffers: { rows, order: window.order, z }, grid: linearGrid(E * B * C, WORKGROUP) })];
}

/** db (E x K) = sums over the rows of dy (E x B x K). */
export async function ensembleBiasGrad({ device }: OpContext, { dy, db }: { dy: Tensor; db: Tensor }): Promise<Dispatch[]> {
  const [E = 0, B = 0, K = 0] = dy.shape;
  requireShape(db, [E, K], 'ensemble db');
  const pipeline = await device.pipeline({ file: 'ensemble/bias.wgsl', entry: 'grad_weight' });
  return [dispatch(pipeline, { params: { E, B, K }, buffers: { dy, db }, grid: [Math.ceil((E * K) / WORKGROUP), 1, 1] })];
}

/** dscores (E x B) = gradient of each member's loss; its loss is added to stats (E). `targets` has one a row of the set. */
export async function ensembleLoss({ device }: OpContext, window: MemberWindow, tensors: { scores: Tensor; targets: Tensor; dscores: Tensor; stats: Tensor }, kind: EnsembleLoss): Promise<Dispatch[]> {
  const { scores, targets, dscores, stats } = tensors;
  const [E = 0, B = 0] = scores.shape;
  requireShape(dscores, [E, B], 'ensemble dscores');
  requireShape(stats, [E], 'ensemble stats');
  const pipeline = await device.pipeline({ file: 'ensemble/loss.wgsl', entry: kind });
  return [dispatch(pipeline, { params: { B, ...windowParams(window, E, B) }, buffers: { scores, targets, order: window.order, dscores, stats }, grid: [E, 1, 1] })];
}
