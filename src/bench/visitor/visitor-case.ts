// A visitor's kernel beside ours: the same tensors by the same names, the same check, the same rounds. Its file is read like one of
// ours (struct Params, bindings by variable name, entry named after the direction), see docs/write-a-kernel.md.
import { KernelError, UsageError } from '../../core/index.js';
import { type Device, dispatch, type Dispatch, type KernelSources, type Tensor } from '../../gpu/index.js';
import type { BenchCase, Seat } from '../cases/index.js';
import { gridOf } from './grid.js';

/** Under which name the device knows the visitor's text. */
export const VISITOR_FILE = 'visitor/kernel.wgsl';
export const VISITOR = 'yours';

/** What `--as` takes, and which cases that means. */
export const ROLES: Readonly<Record<string, string>> = {
  matmul: 'matmul forward',
  conv2d: 'conv2d forward',
  'conv2d:grad_input': 'conv2d grad_input',
  'conv2d:grad_weight': 'conv2d grad_weight',
  softmax: 'softmax grad_input',
};

/** The role's cases with the visitor's kernel as one more variant. */
export function visitorCases(cases: readonly BenchCase[], role: string): readonly BenchCase[] {
  const name = ROLES[role];
  if (name === undefined) throw new UsageError(`--as ${role}: expected one of ${Object.keys(ROLES).join(', ')}`);
  return cases.flatMap((each) => {
    const { seat } = each;
    return each.name === name && seat ? [seat.with(VISITOR, (device, tensors) => launch(device, tensors, seat, name))] : [];
  });
}

async function launch(device: Device, tensors: Readonly<Record<string, Tensor>>, seat: Seat, role: string): Promise<Dispatch[]> {
  const { sources } = device;
  const entry = entryOf(sources, role.split(' ')[1] ?? '');
  const pipeline = await device.pipeline({ file: VISITOR_FILE, entry });
  const params = Object.fromEntries(pipeline.params.map(({ name }) => [name, paramOf(seat, name)]));
  const buffers = Object.fromEntries([...pipeline.bindings.keys()].map((name) => [name, tensorOf(tensors, name)]));
  return [dispatch(pipeline, { params, buffers, grid: gridOf(sources.text(VISITOR_FILE), seat.params, seat.outputs), label: VISITOR })];
}

function entryOf(sources: KernelSources, direction: string): string {
  const entries = sources.entries(VISITOR_FILE);
  const found = entries.find((entry) => entry === direction) ?? (entries.length === 1 ? entries[0] : undefined);
  if (found !== undefined) return found;
  throw new KernelError(`your kernel: expected an entry point ${direction} (@compute), got ${entries.join(', ') || 'none'}`);
}

function paramOf({ params }: Seat, name: string): number {
  const value = params[name];
  if (value !== undefined) return value;
  throw new KernelError(`your kernel, struct Params: expected fields among ${Object.keys(params).join(', ')}, got ${name}`);
}

function tensorOf(tensors: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor) return tensor;
  throw new KernelError(`your kernel: expected storage variables among ${Object.keys(tensors).join(', ')}, got ${name}; a variable's name says which tensor it is`);
}
