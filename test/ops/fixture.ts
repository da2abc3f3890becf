// The device of a test file: opened once, watched by error scopes, and checked for leaked buffers after each test.
// FORETELL_ADAPTER names another adapter than lavapipe. Begin a file with `const gpu = useDevice();`.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createRng, type Rng } from '../../src/core/index.js';
import { type AdapterFacts, type Device, type Dispatch, type Elements, openDevice, type Tensor } from '../../src/gpu/index.js';
import { openGpu } from '../../src/host/dawn.js';
import { readKernels } from '../../src/host/kernels.js';
import type { OpContext } from '../../src/ops/contracts.js';
import { type Choice, createChooser, createFixedChooser } from '../../src/tune/index.js';

export const ADAPTER = process.env.FORETELL_ADAPTER ?? 'lavapipe';

const SCOPES: readonly GPUErrorFilter[] = ['validation', 'out-of-memory', 'internal'];

export class GpuFixture {
  private opened: Device | null = null;
  private lent: Tensor[] = [];

  get device(): Device {
    if (!this.opened) throw new Error('fixture: expected an open device, use it inside a test');
    return this.opened;
  }

  async open(): Promise<void> {
    const gpu = await openGpu({ adapter: ADAPTER });
    this.opened = await openDevice({ gpu, kernels: await readKernels(), backend: 'vulkan' });
  }

  close(): void {
    this.device.destroy();
  }

  watch(): void {
    SCOPES.forEach((scope) => this.device.gpu.pushErrorScope(scope));
  }

  /** Releases this test's tensors, then fails on stray errors and on buffers nobody gave back. */
  async settle(): Promise<void> {
    this.lent.forEach((tensor) => tensor.release());
    this.lent = [];
    const errors = await Promise.all(SCOPES.map(() => this.device.gpu.popErrorScope()));
    expect(errors.map((error) => error?.message).filter(Boolean), 'stray device errors').toEqual([]);
    expect(this.device.pool.labels(), 'leaked buffers').toEqual([]);
  }

  /** Chooses by itself, or always one variant, or always one choice. */
  context(variant?: string | Choice): OpContext {
    if (typeof variant === 'string') return { device: this.device, chooser: createFixedChooser(variant) };
    return { device: this.device, chooser: createChooser(variant === undefined ? {} : { forced: () => variant }) };
  }

  /** The same device, said to be a CPU behind a GPU's interface or a real GPU: ops cut their work differently. */
  contextAs(software: boolean): OpContext {
    const facts: AdapterFacts = { ...this.device.facts, software };
    return { ...this.context(), device: Object.create(this.device, { facts: { value: facts } }) as Device };
  }

  /** An f32 tensor (or one of the data's type) that the fixture releases. Without data it holds NaN, so that a kernel that skips elements fails. */
  tensor(shape: readonly number[], data?: Elements | readonly number[], label = 'test tensor'): Tensor {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = data === undefined ? new Float32Array(size).fill(NaN) : ArrayBuffer.isView(data) ? data : new Float32Array(data);
    const type = values instanceof Uint32Array ? 'u32' : values instanceof Int32Array ? 'i32' : 'f32';
    const tensor = this.device.tensor(shape, { data: values, label, type });
    this.lent.push(tensor);
    return tensor;
  }

  /** Runs dispatches `times` times in order as one program each. */
  async run(dispatches: readonly Dispatch[], times = 1): Promise<void> {
    const program = await this.device.program('test', dispatches);
    for (let i = 0; i < times; i++) program.run();
    program.release();
    await this.device.settle();
  }

  read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
    return this.device.read(tensor);
  }
}

export function useDevice(): GpuFixture {
  const fixture = new GpuFixture();
  beforeAll(() => fixture.open());
  afterAll(() => fixture.close());
  beforeEach(() => fixture.watch());
  afterEach(() => fixture.settle());
  return fixture;
}

/** What an oracle returns: the value in f64, the sum of the absolute values of its terms, and how many terms. */
export interface Sum {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
  readonly terms: number;
}

/** Bit equality (-0 counts as 0), for small integers whose sums f32 holds exactly. */
export function expectExact(what: string, shape: readonly number[], got: Float32Array, want: ArrayLike<number>): void {
  expectWithin(what, shape, got, want, () => 0);
}

/** |error| <= 2 sqrt(K) 2^-24 m, the bound for a sum of K rounded terms in any order; one more term for each `extra` operation. */
export function expectSum(what: string, shape: readonly number[], got: Float32Array, { values, magnitudes, terms }: Sum, extra = 0): void {
  const unit = 2 * Math.sqrt(terms + extra) * 2 ** -24;
  expectWithin(what, shape, got, values, (i) => unit * (magnitudes[i] ?? 0));
}

/** Fails with the first coordinates where |got - want| > allowed, what came, what was due, and how many there are. */
export function expectWithin(
  what: string,
  shape: readonly number[],
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  allowed: (index: number) => number,
): void {
  expect(got.length, `${what}: number of elements`).toBe(want.length);
  const wrong: string[] = [];
  let count = 0;
  for (let i = 0; i < want.length; i++) {
    const [g, w, limit] = [got[i] ?? NaN, want[i] ?? NaN, allowed(i)];
    if (Math.abs(g - w) <= limit) continue;
    if (count++ < 5) wrong.push(`[${coordinates(i, shape).join(', ')}] got ${g}, want ${w}, off by ${Math.abs(g - w)}, allowed ${limit}`);
  }
  if (count > 0) expect.fail(`${what}: ${count} of ${want.length} elements are off; the first:\n  ${wrong.join('\n  ')}`);
}

export function testRng(name: string): Rng {
  return createRng(name);
}

/** Whole numbers from -range to range. */
export function integers(rng: Rng, count: number, range = 3): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => rng.int(2 * range + 1) - range);
}

/** Standard normal values, three of them a thousand times larger: cancellation that hides in a fixed tolerance. */
export function gaussians(rng: Rng, count: number): Float32Array<ArrayBuffer> {
  const values = Float32Array.from({ length: count }, () => rng.normal());
  for (let i = 0; i < 3; i++) {
    const at = rng.int(count);
    values[at] = (values[at] ?? 0) * 1000;
  }
  return values;
}

function coordinates(index: number, shape: readonly number[]): number[] {
  const found: number[] = [];
  for (const extent of [...shape].reverse()) {
    found.unshift(index % extent);
    index = Math.floor(index / extent);
  }
  return found;
}
