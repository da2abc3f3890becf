// One launch of one kernel, prepared and not yet bound: which pipeline, which parameters, which tensors, how many workgroups.
import { KernelError } from '../core/index.js';
import type { ParamValues } from './params.js';
import { Params } from './params.js';
import type { Pipeline } from './pipeline.js';
import type { Tensor } from './tensor.js';

/** Workgroups along x, y, z. */
export type Grid = readonly [x: number, y: number, z: number];

export type Buffers = Readonly<Record<string, Tensor>>;

export interface Dispatch {
  readonly label: string;
  readonly pipeline: Pipeline;
  /** Binding 0. `set` changes it between runs. */
  readonly params: Params;
  /** By the names of the kernel file's variables: exactly those that the entry point uses. */
  readonly buffers: Buffers;
  readonly grid: Grid;
  /** Scratch tensors that live as long as the program that holds this dispatch, and are released by it. */
  readonly owns: readonly Tensor[];
}

export interface DispatchParts {
  readonly params: ParamValues;
  readonly buffers: Buffers;
  readonly grid: Grid;
  readonly owns?: readonly Tensor[];
  readonly label?: string;
}

export function dispatch(pipeline: Pipeline, { params, buffers, grid, owns = [], label = pipeline.label }: DispatchParts): Dispatch {
  const unknown = Object.keys(buffers).filter((name) => !pipeline.bindings.has(name));
  if (unknown.length > 0) {
    throw new KernelError(`${label}: expected buffers among ${[...pipeline.bindings.keys()].join(', ')}, got ${unknown.join(', ')}`);
  }
  return { label, pipeline, params: new Params(pipeline.params, params, label), buffers, grid, owns };
}

/** WebGPU's default limit of workgroups along one dimension. */
const MAX_GROUPS = 65535;

/**
 * The grid for `count` items at `perGroup` a workgroup, folded into y beyond 65,535 workgroups. The kernel's item is
 * `id.x + id.y * groups.x * WORKGROUP` with `groups` = @builtin(num_workgroups); items past the end return first.
 */
export function linearGrid(count: number, perGroup: number): Grid {
  const groups = Math.max(1, Math.ceil(count / perGroup));
  if (groups <= MAX_GROUPS) return [groups, 1, 1];
  const rows = Math.ceil(groups / MAX_GROUPS);
  return [Math.ceil(groups / rows), rows, 1];
}
