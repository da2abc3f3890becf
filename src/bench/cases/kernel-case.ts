// A case made of an op: tensors filled from a seed, dispatches by a forced choice, and an f64 oracle of single output elements, so that
// a check costs a few thousand multiply-adds whatever the shape.
import { createRng } from '../../core/index.js';
import type { AdapterFacts, Device, Dispatch, Program, Tensor } from '../../gpu/index.js';
import { candidatesOf, type Direction, type Family, type OpContext, type ShapeFacts } from '../../ops/index.js';
import { type Choice, createChooser } from '../../tune/index.js';
import type { BenchCase, OpenCase, Runnable, Seat } from './case.js';

export type Values = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
export type Inputs = Readonly<Record<string, Values>>;

/** An output element as it should be, and how far off it may be. */
export interface Expected {
  readonly value: number;
  readonly allowed: number;
  /** Sum of the terms' magnitudes, where variants of reduced precision are measured by it. */
  readonly magnitude?: number;
}

export interface TensorSpec {
  readonly extents: readonly number[];
  /** Normal numbers of standard deviation 1 or 0.1, zeros, whole numbers below a bound (u32), or what `make` gives. Outputs are filled with NaN. */
  readonly fill: 'normal' | 'small' | 'zero' | 'output' | { readonly below: number } | { readonly make: () => Values };
}

/** Where an op runs, with the choice that its chooser will be made to give. */
export interface ForcedContext extends OpContext {
  readonly forced?: Choice;
}

export interface KernelCase extends Pick<BenchCase, 'name' | 'shape' | 'axes' | 'flops' | 'bytes' | 'items' | 'choices'> {
  readonly tensors: Readonly<Record<string, TensorSpec>>;
  /** Whose elements are checked. */
  readonly output: string;
  /** What a choice is of: other ops of the same case choose for themselves. */
  readonly family: string;
  readonly direction: Direction;
  dispatches(context: ForcedContext, tensors: Readonly<Record<string, Tensor>>): Promise<Dispatch[]>;
  /** Names of variants that round to f16. */
  readonly reduced?: readonly string[];
  /** What a visitor's `struct Params` may hold; absent: no single kernel can stand in. */
  readonly params?: Readonly<Record<string, number>>;
  /** Those that it cannot do without. */
  readonly needs?: readonly string[];
  /** Of one output element; without it the plain variant's whole output on the same device is the reference. */
  readonly expected?: (inputs: Inputs, at: number) => Expected;
}

/** How far a variant may be from the plain one, as a share of the output's largest element: sums of thousands of terms in other orders. */
const BESIDE_PLAIN = 2 ** -12;

/** Output elements that a check looks at: the first, the last, and others spread by the seed. */
const CHECKED = 96;

export function kernelCase(spec: KernelCase): BenchCase {
  const { name, shape, axes, flops, bytes, choices } = spec;
  const oracle = spec.expected
    ? `${CHECKED} elements in f64, |error| <= the rounding bound of their sums`
    : 'all elements beside the plain variant, within 2^-12 of the largest (the tests hold plain to an f64 oracle)';
  const seat = seatOf(spec);
  return { name, shape, axes, flops, bytes, oracle, choices, ...(spec.items ? { items: spec.items } : {}), ...(spec.reduced ? { reduced: spec.reduced } : {}), ...(seat ? { seat } : {}), open: (device) => openKernelCase(device, spec) };
}

function seatOf(spec: KernelCase): Seat | null {
  const { params, needs = [], tensors, output, choices, dispatches } = spec;
  if (!params) return null;
  return {
    params,
    needs,
    outputs: need(tensors[output]).extents.reduce((product, extent) => product * extent, 1),
    with: (variant, launch) => {
      const choice: Choice = { variant, spec: {}, overrides: {} };
      return kernelCase({
        ...spec,
        choices: (adapter) => [choice, ...choices(adapter)],
        dispatches: (context, bound) => (context.forced?.variant === variant ? launch(context.device, bound) : dispatches(context, bound)),
      });
    },
  };
}

/** What a family says of a shape: its candidates (those of reduced precision too), work and traffic. */
export function ofFamily<Shape extends ShapeFacts>(
  family: Family<Shape>,
  direction: Direction,
  shape: Shape,
): Pick<KernelCase, 'family' | 'direction' | 'choices' | 'flops' | 'bytes' | 'reduced'> {
  return {
    family: family.name,
    direction,
    choices: (adapter: AdapterFacts) => candidatesOf(family, direction, shape, adapter),
    flops: family.flops(direction, shape),
    bytes: family.bytes(direction, shape),
    reduced: family.variants.filter(({ reduced }) => reduced).map(({ name }) => name),
  };
}

async function openKernelCase(device: Device, spec: KernelCase): Promise<OpenCase> {
  const inputs = valuesOf(spec);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, data]) => [name, device.tensor(spec.tensors[name]?.extents ?? [], { data, label: name, type: data instanceof Uint32Array ? 'u32' : 'f32' })]),
  );
  return {
    prepare: (choice) => prepare(device, spec, tensors, inputs, choice),
    release: () => Object.values(tensors).forEach((tensor) => tensor.release()),
  };
}

async function prepare(device: Device, spec: KernelCase, tensors: Readonly<Record<string, Tensor>>, inputs: Inputs, choice: Choice): Promise<Runnable> {
  const program = await programOf(device, spec, tensors, choice);
  const output = async (run: Program): Promise<Float32Array> => {
    for (const [name, tensor] of Object.entries(tensors)) device.upload(tensor, inputs[name] ?? new Float32Array(0));
    run.run();
    return device.read(outputOf(spec, tensors));
  };
  return {
    run: () => program.run(),
    time: (timer) => program.time(timer),
    async check() {
      const { expected } = spec;
      const reduced = spec.reduced?.includes(choice.variant) === true;
      if (expected) return firstMismatch(spec, await output(program), (at) => (reduced ? inHalves(expected(inputs, at)) : expected(inputs, at)));
      const plain = await programOf(device, spec, tensors, need(spec.choices(device.facts).find(({ variant }) => variant === 'plain')));
      const want = await output(plain);
      plain.release();
      const allowed = BESIDE_PLAIN * want.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return firstMismatch(spec, await output(program), (at) => ({ value: want[at] ?? NaN, allowed }));
    },
    release: () => program.release(),
  };
}

function programOf(device: Device, spec: KernelCase, tensors: Readonly<Record<string, Tensor>>, choice: Choice): Promise<Program> {
  const chooser = createChooser({ forced: ({ family, direction }) => (family === spec.family && direction === spec.direction ? choice : null) });
  return spec.dispatches({ device, chooser, allowReduced: true, forced: choice }, tensors).then((dispatches) => device.program(`${spec.name} ${choice.variant}`, dispatches));
}

function outputOf({ output }: KernelCase, tensors: Readonly<Record<string, Tensor>>): Tensor {
  return need(tensors[output]);
}

/** A tensor or choice that the case's own list names. */
export function need<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  throw new RangeError('bench case: expected a tensor or variant of its list, got none');
}

function firstMismatch(spec: KernelCase, got: Float32Array, expected: (at: number) => Expected): string | null {
  const extents = spec.tensors[spec.output]?.extents ?? [];
  for (const at of spec.expected ? places(got.length) : got.keys()) {
    const { value, allowed } = expected(at);
    const off = Math.abs((got[at] ?? NaN) - value);
    if (off <= allowed) continue;
    return `${spec.output}[${coordinates(at, extents).join(', ')}]: got ${got[at]}, want ${value}, off by ${off}, allowed ${allowed}`;
  }
  return null;
}

function places(size: number): number[] {
  const rng = createRng('bench places');
  return [0, size - 1, ...Array.from({ length: Math.min(CHECKED, size) - 2 }, () => rng.int(size))].slice(0, size);
}

function coordinates(at: number, extents: readonly number[]): number[] {
  const found: number[] = [];
  let rest = at;
  for (const extent of [...extents].reverse()) {
    found.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return found;
}

function valuesOf({ name, shape, tensors }: KernelCase): Inputs {
  return Object.fromEntries(
    Object.entries(tensors).map(([tensor, { extents, fill }]): [string, Values] => {
      const size = extents.reduce((product, extent) => product * extent, 1);
      const rng = createRng(`${name} ${shape} ${tensor}`);
      if (typeof fill === 'object' && 'make' in fill) return [tensor, fill.make()];
      if (typeof fill === 'object') return [tensor, Uint32Array.from({ length: size }, () => rng.int(fill.below))];
      const draw = { normal: () => rng.normal(), small: () => rng.normal() / 10, zero: () => 0, output: () => NaN }[fill];
      return [tensor, Float32Array.from({ length: size }, draw)];
    }),
  );
}

/** 2 sqrt(terms) 2^-24 of the sum of magnitudes: what a sum in any order may be off by in f32. */
export function sumOf(terms: Iterable<number>): Expected {
  let [value, magnitude, count] = [0, 0, 0];
  for (const term of terms) {
    value += term;
    magnitude += Math.abs(term);
    count++;
  }
  return { value, magnitude, allowed: 2 * Math.sqrt(count + 1) * 2 ** -24 * magnitude };
}

/** Operands rounded to f16 are off by 2^-11 each, products and short sums of them by as much again. */
function inHalves({ value, allowed, magnitude = 0 }: Expected): Expected {
  return { value, magnitude, allowed: allowed + 2 ** -9 * magnitude };
}
