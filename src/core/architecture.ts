// An architecture is plain data: a chain of layers over an image. This file knows its shapes, its number of weights and
// its identity; it builds nothing (nn does) and proposes nothing (search does).
import { ShapeError } from './errors.js';
import { hashOf } from './hash.js';

export type Pair = readonly [height: number, width: number];
export type Activation = 'relu' | 'none';

export interface ConvLayer {
  readonly type: 'conv';
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Zeros added on each side, [top and bottom, left and right]. */
  readonly padding: Pair;
  readonly activation: Activation;
}

export interface PoolLayer {
  readonly type: 'pool';
  readonly kind: 'max' | 'average';
  readonly size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}

export interface DenseLayer {
  readonly type: 'dense';
  readonly units: number;
  readonly activation: Activation;
}

export type Layer = ConvLayer | PoolLayer | DenseLayer;

export interface Architecture {
  /** One image: channels x height x width. */
  readonly input: ImageShape;
  /** The last layer's output is the logits, one a class. */
  readonly layers: readonly Layer[];
}

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Shapes of the activations: the input's first, then one a layer. A dense layer's output is units x 1 x 1. */
export function shapesOf(architecture: Architecture): readonly ImageShape[] {
  const shapes = [architecture.input];
  architecture.layers.forEach((layer, index) => {
    shapes.push(outputShape(layer, shapes[index] as ImageShape, index));
  });
  return shapes;
}

/** Weights and biases of all layers. */
export function weightCount(architecture: Architecture): number {
  const shapes = shapesOf(architecture);
  return architecture.layers.reduce((sum, layer, i) => sum + layerWeights(layer, shapes[i] as ImageShape), 0);
}

/** Multiply-adds x 2 of one image's forward pass, pooling left out. */
export function forwardFlops(architecture: Architecture): number {
  const shapes = shapesOf(architecture);
  return architecture.layers.reduce((sum, layer, i) => {
    const { channels, height, width } = shapes[i] as ImageShape;
    const out = shapes[i + 1] as ImageShape;
    if (layer.type === 'conv') {
      return sum + 2 * layer.filters * channels * layer.kernel[0] * layer.kernel[1] * out.height * out.width;
    }
    return layer.type === 'dense' ? sum + 2 * layer.units * channels * height * width : sum;
  }, 0);
}

export function architectureHash(architecture: Architecture): string {
  return hashOf(architecture);
}

/** One line for people: `conv 16 5x5, max 2/2, dense 128, dense 10`. */
export function describeArchitecture(architecture: Architecture): string {
  return architecture.layers.map(describeLayer).join(', ');
}

export function elementsOf(shape: ImageShape): number {
  return shape.channels * shape.height * shape.width;
}

function describeLayer(layer: Layer): string {
  switch (layer.type) {
    case 'conv':
      return `conv ${layer.filters} ${layer.kernel.join('x')}${layer.stride.join() === '1,1' ? '' : ` /${layer.stride.join('x')}`}`;
    case 'pool':
      return `${layer.kind} ${layer.size.join('x')}/${layer.stride.join('x')}`;
    case 'dense':
      return `dense ${layer.units}`;
  }
}

function layerWeights(layer: Layer, input: ImageShape): number {
  switch (layer.type) {
    case 'conv':
      return layer.filters * (input.channels * layer.kernel[0] * layer.kernel[1] + 1);
    case 'dense':
      return layer.units * (elementsOf(input) + 1);
    case 'pool':
      return 0;
  }
}

function outputShape(layer: Layer, input: ImageShape, index: number): ImageShape {
  const where = `layer ${index} (${describeLayer(layer)})`;
  if (layer.type === 'dense') {
    requirePositive(where, 'units', [layer.units]);
    return { channels: layer.units, height: 1, width: 1 };
  }
  const window = layer.type === 'conv' ? layer.kernel : layer.size;
  requirePositive(where, 'window and stride', [...window, ...layer.stride]);
  const channels = layer.type === 'conv' ? layer.filters : input.channels;
  requirePositive(where, 'filters', [channels]);
  const height = extent(where, input.height, window[0], layer.stride[0], layer.padding[0]);
  const width = extent(where, input.width, window[1], layer.stride[1], layer.padding[1]);
  return { channels, height, width };
}

function extent(where: string, size: number, window: number, stride: number, padding: number): number {
  const out = Math.floor((size + 2 * padding - window) / stride) + 1;
  if (out >= 1) return out;
  throw new ShapeError(
    `${where}: expected a window of at most ${size + 2 * padding} (input ${size}, padding ${padding}), got ${window}; ` +
      'shrink the window, pad more, or pool less before this layer',
  );
}

function requirePositive(where: string, what: string, values: readonly number[]): void {
  const bad = values.find((v) => !Number.isInteger(v) || v < 1);
  if (bad !== undefined) throw new ShapeError(`${where}: expected ${what} to be whole numbers from 1, got ${bad}`);
}
