// Dropout: the rate, the scale, the same mask again for the gradient, another for another step.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { dropout, dropoutParams, type DropoutSettings } from '../../src/ops/dropout.js';
import { keptOracle } from './oracle/dropout.js';
import { expectExact, gaussians, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';

const gpu = useDevice();

async function run(values: Float32Array<ArrayBuffer>, settings: DropoutSettings, step = 0, shape = [values.length]): Promise<Float32Array> {
  const y = gpu.tensor(shape);
  const dispatches = await dropout(gpu.context(), { x: gpu.tensor(shape, values), y }, settings);
  dispatches.forEach(({ params }) => params.set({ step }));
  await gpu.run(dispatches);
  return gpu.read(y);
}

const ones = (count: number): Float32Array<ArrayBuffer> => new Float32Array(count).fill(1);
const masked = (values: Float32Array, kept: readonly boolean[], scale: number): Float32Array =>
  values.map((value, i) => (kept[i] === true ? Math.fround(value * Math.fround(scale)) : 0));

describe('dropout', () => {
  it.each([
    { count: 1, rate: 0.5, seed: 0, stream: 0, step: 0 },
    { count: 1003, rate: 0.5, seed: 7, stream: 3, step: 11 },
    { count: 4096, rate: 0.25, seed: 0xffffffff, stream: 1, step: 0x80000000 },
    { count: 777, rate: 0, seed: 5, stream: 5, step: 5 },
  ])('drops the same $count elements as the oracle at rate $rate', async ({ count, step, ...settings }) => {
    const x = gaussians(testRng('dropout'), count);
    const want = masked(x, keptOracle(count, settings, step), 1 / (1 - settings.rate));
    expectExact('y', [count], await run(x, settings, step), want);
  });

  it('gives a gradient with the mask of the forward pass', async () => {
    const settings = { rate: 0.3, seed: 42, stream: 2 };
    const [x, dy] = [gaussians(testRng('x'), 2001), gaussians(testRng('dy'), 2001)];
    const [y, dx] = [await run(x, settings, 9), await run(dy, settings, 9)];
    expect([...dx].map((v) => v === 0)).toEqual([...y].map((v) => v === 0));
    expectExact('dx', [2001], dx, masked(dy, [...y].map((v) => v !== 0), 1 / 0.7));
  });

  it('works in place and in a folded grid as elsewhere', async () => {
    const settings = { rate: 0.5, seed: 1, stream: 1 };
    const x = gaussians(testRng('x'), 3000);
    const want = await run(x, settings);
    const [there, y] = [gpu.tensor([3000], x), gpu.tensor([3000])];
    await gpu.run(folded(await dropout(gpu.context(), { x: there, y }, settings)));
    expect(await gpu.read(y)).toEqual(want);
    await gpu.run(await dropout(gpu.context(), { x: there, y: there }, settings));
    expect(await gpu.read(there)).toEqual(want);
  });

  it.each([0.1, 0.5, 0.9])('drops a share of %d, and neighbours without regard to each other', async (rate) => {
    const count = 200_000;
    const kept = [...(await run(ones(count), { rate, seed: 3, stream: 1 }))].map((v) => (v === 0 ? 0 : 1));
    // Five standard deviations of a binomial share: wrong once in two million seeds.
    const within = (share: number, expected: number, trials: number): void =>
      expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / trials));
    const both = (lag: number): number => kept.reduce<number>((sum, v, i) => sum + v * (kept[i + lag] ?? 0), 0) / (count - lag);
    within(kept.reduce<number>((sum, v) => sum + v, 0) / count, 1 - rate, count);
    for (const lag of [1, 2, 3, 4, 8, 200]) within(both(lag), (1 - rate) ** 2, (count - lag) / 3);
    for (const lane of [0, 1, 2, 3]) within((kept.filter((_, i) => i % 4 === lane).reduce<number>((sum, v) => sum + v, 0) * 4) / count, 1 - rate, count / 4);
  });

  it('draws anew for another step, stream or seed', async () => {
    const count = 40_000;
    const of = async (seed: number, stream: number, step: number): Promise<number[]> => [...(await run(ones(count), { rate: 0.5, seed, stream }, step))];
    const masks = [await of(1, 1, 1), await of(1, 1, 2), await of(1, 2, 1), await of(2, 1, 1)];
    const shares = masks.slice(1).map((mask) => mask.filter((v, i) => v === masks[0]?.[i]).length / count);
    // Equal half the time, by five standard deviations.
    shares.forEach((share) => expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / count)));
    expect(await of(1, 1, 1)).toEqual(masks[0]);
  });

  it('refuses rates that are no share, and shapes that differ', async () => {
    for (const rate of [1, -0.1, NaN]) expect(() => dropoutParams({ rate, seed: 0, stream: 0 })).toThrow(ShapeError);
    await expect(dropout(gpu.context(), { x: gpu.tensor([3]), y: gpu.tensor([4]) }, { rate: 0.5, seed: 0, stream: 0 })).rejects.toThrow(/expected shape 3/);
  });
});
