// Clipping by the global norm against an f64 oracle.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/index.js';
import type { Device } from '../../../src/gpu/index.js';
import { clipByNorm } from '../../../src/ops/optimizers/clip.js';
import { gaussians, integers, testRng, useDevice } from '../fixture.js';

const gpu = useDevice();

/** This device as a card would be asked: more workgroups, each with less to add. */
function asCard(): Device {
  return Object.create(gpu.device, { facts: { value: { ...gpu.device.facts, software: false } } }) as Device;
}

async function run(values: Float32Array<ArrayBuffer>, limit: number, device = gpu.device): Promise<[factor: number, norm: number]> {
  const clip = gpu.tensor([2]);
  await gpu.run(await clipByNorm({ ...gpu.context(), device }, { grad: gpu.tensor([values.length], values), clip }, limit));
  const [factor = NaN, norm = NaN] = await gpu.read(clip);
  return [factor, norm];
}

const ULP = 2 ** -23;

/** A sum of squares by 2 sqrt(K) 2^-24, halved by the root; 4.5 ulp of the root, 2.5 of the quotient. */
function bound(count: number): { norm: number; factor: number } {
  const norm = Math.sqrt(count) * 2 ** -24 + 4.5 * ULP;
  return { norm, factor: norm + 2.5 * ULP };
}

// A part of a workgroup, a whole one, several of its rows, several workgroups.
const SIZES = [4, 64, 1024, 8192, 8256, 300_000, 3_000_000];

describe('clip by norm', () => {
  it.each(SIZES)('%s gradients: the norm and the factor', async (size) => {
    const values = gaussians(testRng(`clip ${size}`), size);
    const norm = Math.sqrt(values.reduce((sum, g) => sum + g * g, 0));
    const allowed = bound(size);
    const [factor, got] = await run(values, 5);
    expect(Math.abs(got / norm - 1)).toBeLessThanOrEqual(allowed.norm);
    expect(Math.abs((factor * norm) / 5 - 1)).toBeLessThanOrEqual(norm > 5 ? allowed.factor : Infinity);
    expect(await run(values, 5), 'the same bits again').toEqual([factor, got]);
    expect((await run(values, 2 * norm))[0]).toBe(1);
  });

  it.each(SIZES.flatMap((size) => [{ size, kind: 'as it is', device: () => gpu.device }, { size, kind: 'as a card', device: asCard }]))('$size gradients of whole numbers, $kind: no term is lost', async ({ size, device }) => {
    const values = integers(testRng(`clip exact ${size}`), size, 1);
    const squares = values.reduce((sum, g) => sum + g * g, 0);
    const [, norm] = await run(values, 1, device());
    // Whole sums are exact and the root alone rounds: below 500,000 gradients less than one term.
    expect(Math.abs(norm ** 2 - squares)).toBeLessThanOrEqual(2 * 4.5 * ULP * squares);
  });

  it('zero gradients are left alone, broken ones stay broken, too large ones vanish', async () => {
    expect(await run(new Float32Array(64), 1)).toEqual([1, 0]);
    const broken = new Float32Array(64);
    broken[7] = NaN;
    expect((await run(broken, 1))[1]).toBeNaN();
    broken[7] = 1e30;
    expect((await run(broken, 1))[0]).toBe(0);
  });

  it('refuses a limit of zero and an odd length', async () => {
    const clip = gpu.tensor([2]);
    await expect(clipByNorm(gpu.context(), { grad: gpu.tensor([4]), clip }, 0)).rejects.toThrow(ShapeError);
    await expect(clipByNorm(gpu.context(), { grad: gpu.tensor([5]), clip }, 1)).rejects.toThrow(/multiple of four/);
  });
});
