// Batches gathered from packed bytes in an epoch's order, normalised as the oracle does.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import type { Tensor } from '../../src/gpu/index.js';
import { type Augmentation, gatherBatch, gatherFamily, type GatherTensors, packBytes, pixelScale } from '../../src/ops/gather/gather.js';
import { pcg4d } from './oracle/dropout.js';
import { expectExact, expectSum, type Sum, testRng, useDevice } from './fixture.js';

const gpu = useDevice();

interface Set {
  readonly bytes: Uint8Array;
  readonly classes: Uint32Array<ArrayBuffer>;
  readonly order: Uint32Array<ArrayBuffer>;
}

const CASES = [
  { variant: 'plain', images: 7, image: [1, 3, 5], batch: 4 },
  { variant: 'plain', images: 5, image: [3, 7, 9], batch: 3 },
  { variant: 'plain', images: 6, image: [2, 4, 5], batch: 6 },
  { variant: 'tiled', images: 6, image: [2, 4, 5], batch: 6 },
  { variant: 'tiled', images: 70, image: [1, 28, 28], batch: 64 },
  { variant: 'tiled', images: 9, image: [3, 32, 32], batch: 5 },
] as const;

type Case = (typeof CASES)[number];

const AUGMENTED = [CASES[1], CASES[2], CASES[4], CASES[5]].flatMap((test) =>
  [{ flip: true, crop: 0 }, { flip: false, crop: 2 }, { flip: true, crop: 4 }].map((augmentation) => ({ ...test, ...augmentation })));

function setOf({ images, image }: Case): Set {
  const rng = testRng(`gather ${image.join()}`);
  const pixels = image[0] * image[1] * image[2];
  return {
    bytes: Uint8Array.from({ length: images * pixels }, () => rng.int(256)),
    classes: Uint32Array.from({ length: images }, () => rng.int(10)),
    order: rng.shuffle(Uint32Array.from({ length: images }, (_, i) => i)),
  };
}

/** Rows of the order from `start`, scaled; zeros from `count` on. The scale is taken as the f32 values that the device has. */
function oracle({ bytes, classes, order }: Set, { image, batch }: Case, scale: Float32Array, start: number, count: number): { x: Sum; labels: number[] } {
  const [channels, plane] = [image[0], image[1] * image[2]];
  const [values, magnitudes] = [new Float64Array(batch * channels * plane), new Float64Array(batch * channels * plane)];
  for (let i = 0; i < count * channels * plane; i++) {
    const c = Math.floor(i / plane) % channels;
    const from = order[start + Math.floor(i / plane / channels)] ?? NaN;
    const product = (bytes[from * channels * plane + (i % (channels * plane))] ?? NaN) * (scale[c] ?? NaN);
    const shift = scale[channels + c] ?? NaN;
    values[i] = product + shift;
    magnitudes[i] = Math.abs(product) + Math.abs(shift);
  }
  const labels = Array.from({ length: batch }, (_, n) => (n < count ? (classes[order[start + n] ?? NaN] ?? NaN) : 0));
  return { x: { values, magnitudes, terms: 2 }, labels };
}

interface Counter {
  readonly seed: number;
  readonly epoch: number;
  readonly position: number;
}

/** How the row of that place changes: [down, right, mirrored]. */
function changeOf(place: number, { seed, epoch, position }: Counter, { flip, crop }: Augmentation): [number, number, boolean] {
  const [x = NaN, y = NaN, z = NaN] = pcg4d([position + place, epoch, 0xffffffff, seed]);
  return [(y % (2 * crop + 1)) - crop, (z % (2 * crop + 1)) - crop, flip && x >= 2 ** 31];
}

/** Whole images as gathered, moved about; what comes in from outside is zero. */
function augmentedOracle(images: Float64Array, { image: [C, H, W], batch }: Case, augmentation: Augmentation, counter: Counter): Float64Array {
  const result = new Float64Array(images.length);
  for (let n = 0; n < batch; n++) {
    const [down, right, mirrored] = changeOf(n, counter, augmentation);
    for (let c = 0; c < C; c++) {
      for (let h = 0; h < H; h++) {
        for (let w = 0; w < W; w++) {
          const [from, column] = [h + down, (mirrored ? W - 1 - w : w) + right];
          if (from < 0 || from >= H || column < 0 || column >= W) continue;
          result[((n * C + c) * H + h) * W + w] = images[((n * C + c) * H + from) * W + column] ?? NaN;
        }
      }
    }
  }
  return result;
}

function tensorsOf({ bytes, classes, order }: Set, { image, batch }: Case, scale: Float32Array<ArrayBuffer>): GatherTensors {
  const words = packBytes(bytes);
  return {
    images: gpu.tensor([words.length], words),
    classes: gpu.tensor([classes.length], classes),
    order: gpu.tensor([order.length], order),
    scale: gpu.tensor([2, image[0]], scale),
    x: gpu.tensor([batch, ...image]),
    labels: gpu.tensor([batch], new Uint32Array(batch).fill(99)),
  };
}

async function labelsOf(tensor: Tensor): Promise<number[]> {
  const [values] = await gpu.device.readAll([tensor]);
  return [...(values ?? [])];
}

describe('gather', () => {
  it.each(CASES)('$variant takes bytes of $image exactly in the order', async (test) => {
    const set = setOf(test);
    const scale = Float32Array.from({ length: 2 * test.image[0] }, (_, i) => i + 1);
    const tensors = tensorsOf(set, test, scale);
    await gpu.run(await gatherBatch(gpu.context(test.variant), tensors));
    const want = oracle(set, test, scale, 0, test.batch);
    expectExact('gather', tensors.x.shape, await gpu.read(tensors.x), want.x.values);
    expect(await labelsOf(tensors.labels)).toEqual(want.labels);
  });

  it.each(CASES)('$variant scales bytes of $image and fills a partial batch with zeros', async (test) => {
    const set = setOf(test);
    const scale = pixelScale({ mean: [0.2861, 0.4822, 0.4465].slice(0, test.image[0]), std: [0.353, 0.2435, 0.2616].slice(0, test.image[0]) });
    const tensors = tensorsOf(set, test, scale);
    const dispatches = await gatherBatch(gpu.context(test.variant), tensors);
    const [start, count] = [test.images - 2, 2];
    dispatches.forEach(({ params }) => params.set({ start, count }));
    await gpu.run(dispatches);
    const want = oracle(set, test, scale, start, count);
    expectSum('gather', tensors.x.shape, await gpu.read(tensors.x), want.x);
    expect(await labelsOf(tensors.labels)).toEqual(want.labels);
  });

  it.each(CASES.flatMap((test) => [false, true].map((reversed) => ({ ...test, reversed }))))('$variant gathers $image from a set in two chunks, reversed: $reversed', async (test) => {
    const set = setOf(test);
    const scale = Float32Array.from({ length: 2 * test.image[0] }, (_, i) => i + 1);
    const pixels = test.image[0] * test.image[1] * test.image[2];
    const whole = tensorsOf(set, test, scale);
    const cut = 3;
    const chunks = [[0, cut], [cut, test.images]].map(([from = 0, to = 0]) => {
      const words = packBytes(set.bytes.slice(from * pixels, to * pixels));
      return { ...whole, images: gpu.tensor([words.length], words), classes: gpu.tensor([to - from], set.classes.slice(from, to)) };
    });
    const lists = await Promise.all(chunks.map((chunk, i) => gatherBatch(gpu.context(test.variant), chunk, { first: i * cut })));
    await gpu.run((test.reversed ? lists.reverse() : lists).flat());
    const want = oracle(set, test, scale, 0, test.batch);
    expectExact('gather', whole.x.shape, await gpu.read(whole.x), want.x.values);
    expect(await labelsOf(whole.labels)).toEqual(want.labels);
  });

  it.each(AUGMENTED)('$variant mirrors and moves $image, flip $flip, crop $crop', async ({ flip, crop, ...test }) => {
    const set = setOf(test);
    const scale = Float32Array.from({ length: 2 * test.image[0] }, (_, i) => i + 1);
    const tensors = tensorsOf(set, test, scale);
    const dispatches = await gatherBatch(gpu.context(test.variant), tensors, {}, { flip, crop });
    for (const counter of [{ seed: 0, epoch: 0, position: 0 }, { seed: 0xfedcba98, epoch: 7, position: 1000 }]) {
      const [start, count] = [1, test.batch - 1];
      dispatches.forEach(({ params }) => params.set({ start, count, ...counter }));
      await gpu.run(dispatches);
      const plain = oracle(set, test, scale, start, count);
      expectExact('augmented', tensors.x.shape, await gpu.read(tensors.x), augmentedOracle(plain.x.values, test, { flip, crop }, counter));
      expect(await labelsOf(tensors.labels)).toEqual(plain.labels);
    }
  });

  it('mirrors half of the rows and moves them to every place alike, drawn anew for each epoch and place', async () => {
    const draws = (seed: number, epoch: number): string[] => Array.from({ length: 4000 }, (_, place) => changeOf(place, { seed, epoch, position: 0 }, { flip: true, crop: 2 }).join());
    const counts = new Map<string, number>();
    for (const draw of draws(1, 1)) counts.set(draw, (counts.get(draw) ?? 0) + 1);
    expect(counts.size).toBe(50);
    // Five standard deviations of a count of 4,000 / 50.
    for (const count of counts.values()) expect(Math.abs(count - 80)).toBeLessThan(5 * Math.sqrt(80));
    const same = (a: string[], b: string[]): number => a.filter((draw, i) => draw === b[i]).length;
    for (const other of [draws(1, 2), draws(2, 1)]) expect(Math.abs(same(draws(1, 1), other) - 80)).toBeLessThan(5 * Math.sqrt(80));
  });

  it('has every variant in a case', () => {
    expect(new Set(CASES.map(({ variant }) => variant))).toEqual(new Set(gatherFamily.variants.map(({ name }) => name)));
  });

  it('refuses rows beyond the order and images of another size', async () => {
    const test = CASES[0];
    const tensors = tensorsOf(setOf(test), test, new Float32Array(2));
    await expect(gatherBatch(gpu.context(), tensors, { start: 5 })).rejects.toThrow(ShapeError);
    await expect(gatherBatch(gpu.context(), { ...tensors, x: gpu.tensor([4, 1, 3, 6]) })).rejects.toThrow(/packed bytes/);
  });
});
