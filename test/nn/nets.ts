// Small networks and image sets for the tests of nn, and the way from their bytes to the oracle's fields.
import { type Architecture, type ConvLayer, type DenseLayer, type Pair, type PoolLayer, createRng } from '../../src/core/index.js';
import { type ImageSet, type Moments, moments, syntheticImages } from '../../src/data/index.js';
import { parameterLayout } from '../../src/nn/index.js';
import { field, type Field, UNIT } from './oracle/arithmetic.js';
import type { Fields } from './oracle/network.js';

export function conv(filters: number, kernel: Pair, rest: Partial<ConvLayer> = {}): ConvLayer {
  return { type: 'conv', filters, kernel, stride: [1, 1], padding: [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2], activation: 'relu', ...rest };
}

export function pool(kind: 'max' | 'average', size: Pair, rest: Partial<PoolLayer> = {}): PoolLayer {
  return { type: 'pool', kind, size, stride: size, padding: [0, 0], ...rest };
}

export function dense(units: number, activation: 'relu' | 'none' = 'none'): DenseLayer {
  return { type: 'dense', units, activation };
}

export const INPUT = { channels: 2, height: 9, width: 8 };
export const CLASSES = 5;

export function net(...layers: Architecture['layers'][number][]): Architecture {
  return { input: INPUT, layers };
}

/** Between them: ReLU under a max pool and apart, overlapping and padded windows, strides, no activation, no convolution, a pool first. */
export const NETS: Readonly<Record<string, Architecture>> = {
  'conv, max pool twice, two dense': net(conv(4, [3, 3]), pool('max', [2, 2]), conv(3, [3, 3]), pool('max', [2, 2]), dense(7, 'relu'), dense(CLASSES)),
  'strides, a rectangular filter, average pool': net(conv(3, [5, 3], { stride: [2, 1] }), pool('average', [3, 3], { stride: [2, 2], padding: [1, 1] }), dense(CLASSES)),
  'no activation, overlapping max pools': net(conv(3, [3, 3], { activation: 'none' }), pool('max', [3, 3], { stride: [2, 2] }), conv(4, [3, 3]), pool('max', [3, 3], { stride: [2, 2], padding: [1, 1] }), dense(CLASSES)),
  'dense alone': net(dense(11, 'relu'), dense(6, 'relu'), dense(CLASSES)),
  'a pool first, convs without pools': net(pool('max', [2, 2]), conv(4, [3, 3]), conv(4, [1, 1]), dense(CLASSES)),
};

/** A part of a synthetic set with this number of images of INPUT's size. */
export function imagesOf(count: number, seed: number | string = 1, part: 'train' | 'test' = 'train'): ImageSet {
  const { channels, height, width } = INPUT;
  return syntheticImages({ seed, train: Math.max(CLASSES, part === 'train' ? count : 1), test: Math.max(CLASSES, part === 'test' ? count : 1), classes: CLASSES, channels, height, width })[part];
}

/** What the device's gather makes of the bytes, with what a fused or unfused multiply-add may differ by. */
export function imageField(set: ImageSet, { mean, std }: Moments = moments(set)): Field {
  const { channels, height, width, count } = set;
  const x = field([count, channels, height, width]);
  const plane = height * width;
  set.images.forEach((byte, i) => {
    const c = Math.floor(i / plane) % channels;
    const [m, s] = [mean[c] as number, std[c] as number];
    x.v[i] = (byte / 255 - m) / s;
    x.e[i] = 3 * UNIT * (byte / 255 / s + m / s);
  });
  return x;
}

/** Random flat values at the places of the parameters, gaps zero: weights of a plausible size, biases too. */
export function randomWeights(architecture: Architecture, seed: string): Float32Array<ArrayBuffer> {
  const rng = createRng(seed);
  const { slices, length } = parameterLayout(architecture);
  const flat = new Float32Array(length);
  for (const { start, size, shape, role } of slices) {
    const deviation = role === 'bias' ? 0.1 : Math.sqrt((2 * (shape[0] as number)) / size);
    for (let i = start; i < start + size; i++) flat[i] = deviation * rng.normal();
  }
  return flat;
}

export function fieldsOf(architecture: Architecture, flat: ArrayLike<number>): Map<string, Field> {
  const values = Array.from(flat);
  return new Map(parameterLayout(architecture).slices.map(({ name, shape, start, size }) => [name, field(shape, values.slice(start, start + size))]));
}

export function flatOf(architecture: Architecture, fields: Fields): Float32Array<ArrayBuffer> {
  const { slices, length } = parameterLayout(architecture);
  const flat = new Float32Array(length);
  for (const { name, start } of slices) flat.set(fields.get(name)?.v ?? [], start);
  return flat;
}
