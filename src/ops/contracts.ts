// What a kernel family is. A family module holds a shape rule, variants, and functions that turn tensors and attributes into
// dispatches; nn strings those together, the tuner and the bench look at the family itself.
// Nothing here allocates outputs: callers hand every tensor in, scratch excepted.
import { type AdapterFacts, type Buffers, type Device, type Dispatch, type PipelineKey, ResourceError, type Tensor } from '../gpu/index.js';
import type { Choice, Chooser } from '../tune/index.js';
import { kernelsOf, trackOf } from './track.js';

/** Where ops run and who chooses their variants. */
export interface OpContext {
  readonly device: Device;
  readonly chooser: Chooser;
  /** Lets variants be chosen that round to less than f32; without it they are no candidates, however fast. */
  readonly allowReduced?: boolean;
}

export type Direction = 'forward' | 'grad_input' | 'grad_weight';

/** A family's extents and flags as plain numbers: key of a choice, input of `fits`, flops and bytes. */
export type ShapeFacts = Readonly<Record<string, number>>;

/** A variant's settings: values of `@spec` lines and of overrides. */
export type Settings = Omit<Choice, 'variant'>;

export interface Variant<Shape extends ShapeFacts> {
  readonly name: string;
  readonly file: string;
  /** Rounds inputs, products or sums to less than f32 (f16, subgroup matrices): only where the context allows it. */
  readonly reduced?: true;
  /** The precondition, all of it: extents, limits, features, subgroup sizes. */
  fits(direction: Direction, shape: Shape, adapter: AdapterFacts): boolean;
  /** Settings worth trying, the favourite first; asked only where it fits. */
  settings(direction: Direction, shape: Shape, adapter: AdapterFacts): readonly Settings[];
  /** Everything that it may ever compile: a short list, since extents are uniforms. */
  pipelines(): readonly PipelineKey[];
  /** Buffers go by the family's names (conv2d: x w bias y dy dx dw). */
  dispatches(device: Device, direction: Direction, shape: Shape, settings: Settings, buffers: Buffers): Promise<Dispatch[]>;
}

export interface Family<Shape extends ShapeFacts> {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly variants: readonly Variant<Shape>[];
  /** Multiply-adds x 2. */
  flops(direction: Direction, shape: Shape): number;
  /** Bytes that must move at least: every input read once, every output written once. */
  bytes(direction: Direction, shape: Shape): number;
}

/** Candidates that fit and are allowed, one choice by the context's chooser, its dispatches. */
export async function dispatchesOf<Shape extends ShapeFacts>(
  { device, chooser, allowReduced = false }: OpContext,
  family: Family<Shape>,
  direction: Direction,
  shape: Shape,
  buffers: Buffers,
): Promise<Dispatch[]> {
  const adapter = device.facts;
  const allowed = candidatesOf(family, direction, shape, adapter).filter((choice) => allowReduced || variantOf(family, choice).reduced !== true);
  const dispatches = (choice: Choice, bound: Buffers): Promise<Dispatch[]> => variantOf(family, choice).dispatches(device, direction, shape, choice, bound);
  const choice = await chooser.choose({
    family: family.name, direction, shape, adapter, candidates: allowed, reduced: allowReduced,
    kernels: () => kernelsOf(device, family),
    openTrack: () => trackOf(device, buffers, dispatches),
  });
  return dispatches(choice, buffers);
}

function variantOf<Shape extends ShapeFacts>(family: Family<Shape>, choice: Choice): Variant<Shape> {
  const variant = family.variants.find(({ name }) => name === choice.variant);
  if (!variant) throw new Error(`${family.name}: no variant ${choice.variant}`);
  return variant;
}

/** Every variant that fits in every setting, reduced ones too. */
export function candidatesOf<Shape extends ShapeFacts>(
  family: Family<Shape>,
  direction: Direction,
  shape: Shape,
  adapter: AdapterFacts,
): Choice[] {
  return family.variants
    .filter((variant) => variant.fits(direction, shape, adapter))
    .flatMap((variant) => variant.settings(direction, shape, adapter).map((settings) => ({ variant: variant.name, ...settings })));
}

/** The buffer of that name; throws a ResourceError where the caller bound none. */
export function need(buffers: Buffers, name: string): Tensor {
  const tensor = buffers[name];
  if (!tensor) throw new ResourceError(`expected a tensor ${name}, got none; bound are ${Object.keys(buffers).join(', ')}`);
  return tensor;
}
