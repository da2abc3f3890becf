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

export interface VisitorOptions {
  /** The kernel's text: cases whose operands lie in an order that it has no parameter for are left out. */
  readonly text?: string;
  /** Told when the kernel compiles and first runs, and when that is over: until then it may never end. */
  readonly watch?: (busy: boolean) => void;
}

/** The role's cases with the visitor's kernel as one more variant. */
export function visitorCases(cases: readonly BenchCase[], role: string, { text, watch = () => undefined }: VisitorOptions = {}): readonly BenchCase[] {
  const name = ROLES[role];
  if (name === undefined) throw new UsageError(`--as ${role}: expected one of ${Object.keys(ROLES).join(', ')}`);
  const found = cases.flatMap((each) => {
    const { seat } = each;
    if (each.name !== name || !seat || !canCompute(text, seat)) return [];
    return [watched(seat.with(VISITOR, (device, tensors) => launch(device, tensors, seat, name)), watch)];
  });
  if (found.length === 0) throw new UsageError(`--as ${role}: expected a shape that your kernel can compute, got none of ${cases.length}; try other values of --axis`);
  return found;
}

function canCompute(text: string | undefined, { needs = [] }: Seat): boolean {
  return text === undefined || needs.every((param) => new RegExp(`\\b${param}\\b`).test(text));
}

/** Watched from compiling to the end of the first check: what ended once on these inputs ends again. */
function watched(each: BenchCase, watch: (busy: boolean) => void): BenchCase {
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    watch(true);
    try {
      return await work();
    } finally {
      watch(false);
    }
  };
  return {
    ...each,
    async open(device) {
      const opened = await each.open(device);
      return {
        ...opened,
        async prepare(choice) {
          if (choice.variant !== VISITOR) return opened.prepare(choice);
          const runnable = await during(() => opened.prepare(choice));
          return { ...runnable, check: () => during(() => runnable.check()) };
        },
      };
    },
  };
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
