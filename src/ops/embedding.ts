// embedding: rows of a table by token, and the table's gradient summed in a fixed order without atomics.
import { ShapeError } from '../core/index.js';
import { type Device, dispatch, type Dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';
import { vectorCount, wholeVectors } from './vectors.js';

const FILE = 'embedding/plain.wgsl';
const WORKGROUP = 64;

interface Extents {
  /** Places, that is tokens, and columns of the table. */
  readonly N: number;
  readonly E: number;
  /** Vec4 of the table. */
  readonly size: number;
}

/** y[...] = table[tokens[...]]; table is V E, tokens u32 of any shape and below V, y the tokens' shape and then E. */
export async function embeddingForward({ device }: OpContext, tensors: { table: Tensor; tokens: Tensor; y: Tensor }): Promise<Dispatch[]> {
  const { table, tokens, y } = tensors;
  const params = extentsOf(table, tokens, y);
  const pipeline = await device.pipeline({ file: FILE, entry: 'forward' });
  return [dispatch(pipeline, { params, buffers: { table, tokens, y }, grid: linearGrid(params.N, 1) })];
}

/** dtable (V E, all of it overwritten) = sums of dy's rows by token, in the order of the places. */
export async function embeddingGradWeight({ device }: OpContext, tensors: { dy: Tensor; tokens: Tensor; dtable: Tensor }): Promise<Dispatch[]> {
  const { dy, tokens, dtable } = tensors;
  const params = extentsOf(dtable, tokens, dy);
  const [zero, link, sum] = await Promise.all(['zero', 'link', 'sum'].map((entry) => device.pipeline({ file: FILE, entry })));
  if (!zero || !link || !sum) throw new Error('embedding: a pipeline is missing');
  const links = linksOf(device, params);
  return [
    dispatch(zero, { params, buffers: { zeros: wholeVectors(dtable) }, grid: linearGrid(params.size, WORKGROUP) }),
    dispatch(link, { params, buffers: { tokens, links }, grid: [Math.ceil(params.N / WORKGROUP), 1, 1], owns: [links] }),
    dispatch(sum, { params, buffers: { tokens, links, dy, dtable }, grid: linearGrid(params.N, 1) }),
  ];
}

function linksOf(device: Device, { N }: Extents): Tensor {
  return device.tensor([N], { type: 'u32', label: 'embedding links' });
}

function extentsOf(table: Tensor, tokens: Tensor, rows: Tensor): Record<string, number> & Extents {
  const [, E, ...rest] = table.shape;
  if (E === undefined || rest.length > 0) throw new ShapeError(`embedding: expected a table V E, got ${table.shape.join('x')} (${table.label})`);
  if (tokens.type !== 'u32') throw new ShapeError(`embedding: expected tokens of u32, got ${tokens.type} (${tokens.label})`);
  requireShape(rows, [...tokens.shape, E], 'embedding rows');
  return { N: tokens.size, E, size: vectorCount(table.size) };
}
