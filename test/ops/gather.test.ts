// Batches gathered from packed bytes in an epoch's order, normalised as the oracle does.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import type { Tensor } from '../../src/gpu/index.js';
import { gatherBatch, gatherFamily, type GatherTensors, packBytes, pixelScale } from '../../src/ops/gather.js';
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
