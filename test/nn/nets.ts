// Small networks and image sets for the tests of nn, and the way from their bytes to the oracle's fields.
import { type Architecture, type BatchNormLayer, type CellLayer, type ConvLayer, type DenseLayer, type ImageShape, type Layer, type LrnLayer, type Pair, type PoolLayer, type ResidualLayer, createRng, type Rng } from '../../src/core/index.js';
import { type ImageSet, type Moments, moments, syntheticImages } from '../../src/data/index.js';
import { parameterLayout, type ParameterSlice } from '../../src/nn/index.js';
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

export function batchNorm(activation: 'relu' | 'none' = 'relu', rest: Partial<BatchNormLayer> = {}): BatchNormLayer {
  return { type: 'batch-norm', activation, ...rest };
}

export function lrn(region: LrnLayer['region'], size: number, rest: Partial<LrnLayer> = {}): LrnLayer {
  return { type: 'lrn', region, size, alpha: 0.3, beta: 0.75, k: 1, ...rest };
}

export function residual(body: readonly Layer[], shortcut: readonly Layer[] = [], activation: 'relu' | 'none' = 'relu'): ResidualLayer {
  return { type: 'residual', body, shortcut, activation };
}

/** Nodes as edges, each edge as where it comes from and its layers. */
export function cell(...nodes: (readonly [from: number, ...layers: Layer[]])[][]): CellLayer {
  return { type: 'cell', nodes: nodes.map((edges) => edges.map(([from, ...layers]) => ({ from, layers }))) };
}

/** A convolution without bias or activation. */
function bare(filters: number, kernel: Pair, rest: Partial<ConvLayer> = {}): ConvLayer {
  return conv(filters, kernel, { activation: 'none', bias: false, ...rest });
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

const DROPOUT = { type: 'dropout', rate: 0.4 } as const;
const GLOBAL = { type: 'global-pool' } as const;
const RELU = { type: 'activation', activation: 'relu' } as const;

/** What the chains above have none of; between them every kind of layer, and each place that a branch or a drop may have. */
export const DEEP_NETS: Readonly<Record<string, Architecture>> = {
  'batch norm, with and without ReLU': net(bare(4, [3, 3]), batchNorm(), bare(3, [3, 3]), batchNorm('none', { momentum: 0.5, epsilon: 1e-3 }), dense(CLASSES)),
  'batch norm over units': net(dense(9, 'none'), batchNorm(), dense(CLASSES)),
  'lrn within and across, pools that round up': net(conv(5, [3, 3]), pool('max', [3, 3], { stride: [2, 2], ceil: true }), lrn('within', 3), conv(6, [3, 3]), pool('average', [3, 3], { stride: [2, 2], ceil: true }), lrn('across', 5, { beta: 0.5, k: 2 }), dense(CLASSES)),
  'dropout in place, apart, first and last': net(DROPOUT, conv(4, [3, 3]), DROPOUT, pool('max', [2, 2]), lrn('across', 3), { ...DROPOUT, rate: 0.2 }, dense(7, 'relu'), DROPOUT, dense(CLASSES)),
  'dilated, grouped and depthwise convolutions': net(conv(4, [3, 3], { dilation: [2, 2], padding: [2, 2] }), conv(6, [3, 3], { groups: 2 }), conv(6, [3, 3], { groups: 6, stride: [2, 2], bias: false }), GLOBAL, dense(CLASSES)),
  'residual blocks, identity and projection': net(
    bare(3, [3, 3], { stride: [2, 1] }), batchNorm(),
    residual([bare(3, [3, 3]), batchNorm(), bare(3, [3, 3]), batchNorm('none')]),
    residual([bare(4, [3, 3], { stride: [2, 2] }), batchNorm(), bare(4, [3, 3]), batchNorm('none')], [bare(4, [1, 1], { stride: [2, 2] }), batchNorm('none')]),
    GLOBAL, dense(CLASSES),
  ),
  'cells: a node of three edges, one that two edges leave, an identity, a branch that branches': net(
    conv(3, [3, 3]),
    cell([[0, bare(3, [3, 3]), batchNorm('none')]], [[0, RELU, bare(3, [1, 1])], [1, pool('average', [3, 3], { stride: [1, 1], padding: [1, 1] })]], [[0], [1], [2, RELU, bare(3, [3, 3]), batchNorm()]]),
    cell([[0]]), cell([[0, bare(4, [3, 3], { stride: [2, 2] })]], [[1], [1, DROPOUT, cell([[0, RELU]], [[0], [1, batchNorm('none')]])]]),
    GLOBAL, dense(CLASSES),
  ),
  'a cell first, of one chain, and one over units': net(cell([[0, conv(2, [3, 3])]], [[1, pool('max', [2, 2])]]), dense(6, 'none'), cell([[0, RELU]], [[0], [1]]), dense(CLASSES)),
  'residual first, nested, with layers of all kinds inside': net(
    residual([conv(2, [3, 3]), DROPOUT, conv(2, [3, 3])], [], 'none'),
    residual([DROPOUT, residual([conv(2, [1, 1])], [RELU]), pool('max', [3, 3], { stride: [1, 1], padding: [1, 1] })]),
    RELU, dense(CLASSES),
  ),
};

/** A part of a synthetic set with this number of images, of INPUT's size if not of another. */
export function imagesOf(count: number, seed: number | string = 1, part: 'train' | 'test' = 'train', { channels, height, width }: ImageShape = INPUT): ImageSet {
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

/** Random flat values at the places of the parameters and statistics, gaps zero: of a plausible size, biases and variances too. */
export function randomWeights(architecture: Architecture, seed: string): Float32Array<ArrayBuffer> {
  const rng = createRng(seed);
  const { slices, statistics, total } = parameterLayout(architecture);
  const flat = new Float32Array(total);
  for (const slice of [...slices, ...statistics]) {
    for (let i = slice.start; i < slice.start + slice.size; i++) flat[i] = randomValue(slice, rng);
  }
  return flat;
}

function randomValue({ role, shape, size }: ParameterSlice, rng: Rng): number {
  switch (role) {
    case 'weight':
      return Math.sqrt((2 * (shape[0] as number)) / size) * rng.normal();
    case 'scale':
      return 1 + 0.2 * rng.normal();
    case 'variance':
      return rng.uniform(0.5, 2);
    case 'bias':
    case 'shift':
    case 'mean':
      return 0.1 * rng.normal();
  }
}

/** Of flat values; where they end before the statistics (a velocity), without those. */
export function fieldsOf(architecture: Architecture, flat: ArrayLike<number>): Map<string, Field> {
  const values = Array.from(flat);
  const { slices, statistics, length } = parameterLayout(architecture);
  const held = flat.length > length ? [...slices, ...statistics] : slices;
  return new Map(held.map(({ name, shape, start, size }) => [name, field(shape, values.slice(start, start + size))]));
}

/** The other way; fields without statistics give what ends before them. */
export function flatOf(architecture: Architecture, fields: Fields): Float32Array<ArrayBuffer> {
  const { slices, statistics, length, total } = parameterLayout(architecture);
  const whole = statistics.every(({ name }) => fields.has(name));
  const flat = new Float32Array(whole ? total : length);
  for (const { name, start } of whole ? [...slices, ...statistics] : slices) flat.set(fields.get(name)?.v ?? [], start);
  return flat;
}
