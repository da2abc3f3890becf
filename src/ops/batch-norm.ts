// Batch norm over N C H W images (statistics a channel) or N C rows, for training and for use. Sums run in a fixed order. Every
// dispatch has the param `count`: how many samples of the batch count (`dispatch.params.set({ count })`), all of them at first.
import { ShapeError } from '../core/index.js';
import { type AdapterFacts, type Dispatch, dispatch, type Grid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';

const ELEMENTS = 'batch-norm/plain.wgsl';
const STATISTICS = 'batch-norm/statistics.wgsl';
const WORKGROUP = 64;
const MAX_SAMPLES = 65535;

/** Workgroups that fill a real GPU; a software adapter has a handful of threads, and one slab a channel spares it work. */
const FILLING_WORKGROUPS = 256;

/** Elements that one thread of an image's plane works on; the kernel's PASSES. */
const PASSES = 16;

/** Samples that one thread handles where a sample is one number a channel: reading on is latency there. */
const COLUMN_SLAB = 16;

interface Extents {
  readonly N: number;
  readonly C: number;
  readonly plane: number;
}

interface ScaleAndShift {
  /** C each. */
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

interface RunningStatistics {
  /** C each. */
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
}

export interface BatchNormForwardTensors extends ScaleAndShift, RunningStatistics {
  /** N C H W or N C; y alike. */
  readonly x: Tensor;
  readonly y: Tensor;
  /** C each, written: the batch's mean and 1 / sqrt(variance + epsilon), for the backward pass. */
  readonly mean: Tensor;
  readonly invstd: Tensor;
}

/** y, or relu of it, from the batch's own statistics; the running ones move by `momentum` towards them (the variance unbiased, as PyTorch's). */
export async function batchNormForward(
  context: OpContext,
  { x, gamma, beta, y, mean, invstd, runningMean, runningVar }: BatchNormForwardTensors,
  { momentum, epsilon, relu = false }: { readonly momentum: number; readonly epsilon: number; readonly relu?: boolean },
): Promise<Dispatch[]> {
  const extents = extentsOf(x, { y }, { gamma, beta, mean, invstd, runningMean, runningVar });
  const cut = slabsOf(extents, context.device.facts);
  const params = { ...extents, ...cut, count: extents.N, epsilon, momentum };
  const parts = context.device.tensor([cut.slabs, extents.C, 2], { label: 'batch norm moments' });
  const statistics = { mean, invstd, running_mean: runningMean, running_var: runningVar };
  return [
    await firstStage(context, 'moments', params, { x, parts }, [parts]),
    await secondStage(context, 'combine', params, { slabs: parts, ...statistics }),
    await elements(context, 'forward', { ...extents, count: extents.N, epsilon }, { x, mean, invstd, gamma, beta, y }, relu),
  ];
}

/** y, or relu of it, from the running statistics. */
export async function batchNormInference(
  context: OpContext,
  { x, gamma, beta, runningMean, runningVar, y }: ScaleAndShift & RunningStatistics & { readonly x: Tensor; readonly y: Tensor },
  { epsilon, relu = false }: { readonly epsilon: number; readonly relu?: boolean },
): Promise<Dispatch[]> {
  const extents = extentsOf(x, { y }, { gamma, beta, runningMean, runningVar });
  const buffers = { x, running_mean: runningMean, running_var: runningVar, gamma, beta, y };
  return [await elements(context, 'inference', { ...extents, count: extents.N, epsilon }, buffers, relu)];
}

export interface BatchNormBackwardTensors {
  /** N C H W or N C, all alike; without dx the input's gradient is left out. Samples that do not count get dx = 0. */
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly dx?: Tensor;
  /** C each; mean and invstd as the forward pass left them, dgamma and dbeta written. */
  readonly gamma: Tensor;
  readonly mean: Tensor;
  readonly invstd: Tensor;
  readonly dgamma: Tensor;
  readonly dbeta: Tensor;
}

export async function batchNormBackward(context: OpContext, { x, dy, dx, gamma, mean, invstd, dgamma, dbeta }: BatchNormBackwardTensors): Promise<Dispatch[]> {
  const extents = extentsOf(x, { dy, ...(dx ? { dx } : {}) }, { gamma, mean, invstd, dgamma, dbeta });
  const cut = slabsOf(extents, context.device.facts);
  const params = { ...extents, ...cut, count: extents.N, epsilon: 0, momentum: 0 };
  const parts = context.device.tensor([cut.slabs, extents.C, 2], { label: 'batch norm sums' });
  return [
    await firstStage(context, 'sums', params, { x, dy, batch_mean: mean, parts }, [parts]),
    await secondStage(context, 'total', params, { slabs: parts, batch_invstd: invstd, dgamma, dbeta }),
    ...(dx ? [await elements(context, 'grad_input', { ...extents, count: extents.N, epsilon: 0 }, { x, dy, gamma, mean, invstd, dgamma, dbeta, dx })] : []),
  ];
}

type Numbers = Readonly<Record<string, number>>;

async function firstStage({ device }: OpContext, name: string, params: Extents & { slabs: number } & Numbers, buffers: Record<string, Tensor>, owns: Tensor[]): Promise<Dispatch> {
  const column = params.plane === 1;
  const pipeline = await device.pipeline({ file: STATISTICS, entry: column ? `${name}_column` : name, overrides: { WORKGROUP } });
  const grid: Grid = [column ? Math.ceil(params.C / WORKGROUP) : params.C, params.slabs, 1];
  return dispatch(pipeline, { params, buffers, grid, owns });
}

async function secondStage({ device }: OpContext, entry: string, params: Extents & Numbers, buffers: Record<string, Tensor>): Promise<Dispatch> {
  const pipeline = await device.pipeline({ file: STATISTICS, entry, overrides: { WORKGROUP } });
  return dispatch(pipeline, { params, buffers, grid: [Math.ceil(params.C / WORKGROUP), 1, 1] });
}

async function elements({ device }: OpContext, entry: string, params: Extents & Numbers, buffers: Record<string, Tensor>, relu = false): Promise<Dispatch> {
  const { N, C, plane } = params;
  const column = plane === 1;
  const samples = !column ? Math.max(1, Math.floor((WORKGROUP * PASSES) / plane)) : device.facts.software ? N : COLUMN_SLAB;
  const pipeline = await device.pipeline({ file: ELEMENTS, entry, overrides: { WORKGROUP, COLUMN: column ? 1 : 0, RELU: relu ? 1 : 0 } });
  const grid: Grid = column ? [Math.ceil(C / WORKGROUP), Math.ceil(N / samples), 1] : [Math.ceil(plane / (WORKGROUP * PASSES)), C, Math.ceil(N / samples)];
  return dispatch(pipeline, { params: { ...params, samples }, buffers, grid });
}

function slabsOf({ N, C, plane }: Extents, { software }: AdapterFacts): { readonly slab: number; readonly slabs: number } {
  const slab = software ? N : plane === 1 ? COLUMN_SLAB : Math.ceil(N / Math.min(N, Math.ceil(FILLING_WORKGROUPS / C)));
  return { slab, slabs: Math.ceil(N / slab) };
}

function extentsOf({ shape, label }: Tensor, alike: Readonly<Record<string, Tensor>>, channels: Readonly<Record<string, Tensor>>): Extents {
  const [N, C, ...plane] = shape;
  if (N === undefined || C === undefined) throw new ShapeError(`batch norm: expected an input of N C H W or N C, got ${shape.join('x')} (${label})`);
  if (N > MAX_SAMPLES || C > MAX_SAMPLES) throw new ShapeError(`batch norm: expected at most ${MAX_SAMPLES} samples and channels, got ${N} and ${C}; use a smaller batch`);
  for (const [name, tensor] of Object.entries(alike)) requireShape(tensor, shape, `batch norm ${name}`);
  for (const [name, tensor] of Object.entries(channels)) requireShape(tensor, [C], `batch norm ${name}`);
  return { N, C, plane: plane.reduce((product, extent) => product * extent, 1) };
}
