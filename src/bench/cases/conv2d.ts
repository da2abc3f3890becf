// Convolutions in their three directions: the peer CNN's, Cuda-Convnet's, and small-image ones of growing width.
import {
  conv2dFamily, conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dParams, type Conv2dShape, conv2dShape, type Direction,
} from '../../ops/index.js';
import type { BenchCase } from './case.js';
import { type Expected, type Inputs, kernelCase, need, ofFamily, sumOf } from './kernel-case.js';

export interface ConvAxes {
  readonly batch: number;
  /** Rows and columns of the image. */
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  /** Rows and columns of a filter; padded so that the output has the image's size. */
  readonly kernel: number;
}

export const CONV_SHAPES: readonly ConvAxes[] = [
  { batch: 32, size: 28, channels: 1, filters: 16, kernel: 5 },
  { batch: 32, size: 14, channels: 16, filters: 32, kernel: 5 },
  { batch: 32, size: 32, channels: 3, filters: 64, kernel: 3 },
  { batch: 32, size: 16, channels: 64, filters: 128, kernel: 3 },
];

export const CONV_DIRECTIONS: readonly Direction[] = ['forward', 'grad_input', 'grad_weight'];

export function convCase(axes: ConvAxes, direction: Direction): BenchCase {
  const { batch, size, channels, filters, kernel } = axes;
  const pad = (kernel - 1) / 2;
  const attributes = { padding: [pad, pad] } as const;
  const [images, weights] = [[batch, channels, size, size], [filters, channels, kernel, kernel]];
  const shape = conv2dShape(images, weights, attributes);
  const outputs = [batch, filters, shape.P, shape.Q];
  const kept = { x: { extents: images, fill: 'normal' }, w: { extents: weights, fill: 'normal' }, dy: { extents: outputs, fill: 'normal' } } as const;
  const { x, w, dy } = kept;
  const parts = {
    forward: { tensors: { x, w, y: { extents: outputs, fill: 'output' } }, output: 'y' },
    grad_input: { tensors: { dy, w, dx: { extents: images, fill: 'output' } }, output: 'dx' },
    grad_weight: { tensors: { x, dy, dw: { extents: weights, fill: 'output' } }, output: 'dw' },
  } as const;
  return kernelCase({
    name: `conv2d ${direction}`,
    shape: `${batch}x${channels}x${size}x${size} by ${filters}x${kernel}x${kernel}`,
    axes: { ...axes },
    ...ofFamily(conv2dFamily, direction, shape),
    ...parts[direction],
    params: conv2dParams(shape),
    dispatches: (context, t) => {
      if (direction === 'forward') return conv2dForward(context, { x: need(t['x']), w: need(t['w']), y: need(t['y']) }, attributes);
      if (direction === 'grad_input') return conv2dGradInput(context, { dy: need(t['dy']), w: need(t['w']), dx: need(t['dx']) }, attributes);
      return conv2dGradWeight(context, { x: need(t['x']), dy: need(t['dy']), dw: need(t['dw']) }, attributes);
    },
    expected: (inputs, at) => EXPECTED[direction](shape, inputs, at),
  });
}

const EXPECTED = { forward: forwardAt, grad_input: gradInputAt, grad_weight: gradWeightAt } as const;

function forwardAt({ C, H, W, K, R, S, P, Q, padH, padW }: Conv2dShape, { x, w }: Inputs, at: number): Expected {
  const [q, p, k, n] = [at % Q, Math.floor(at / Q) % P, Math.floor(at / (P * Q)) % K, Math.floor(at / (P * Q * K))];
  const terms: number[] = [];
  for (let c = 0; c < C; c++) for (let r = 0; r < R; r++) for (let s = 0; s < S; s++) {
    const [h, v] = [p + r - padH, q + s - padW];
    if (h >= 0 && h < H && v >= 0 && v < W) terms.push((x?.[((n * C + c) * H + h) * W + v] ?? NaN) * (w?.[((k * C + c) * R + r) * S + s] ?? NaN));
  }
  return sumOf(terms);
}

function gradInputAt({ C, H, W, K, R, S, P, Q, padH, padW }: Conv2dShape, { dy, w }: Inputs, at: number): Expected {
  const [v, h, c, n] = [at % W, Math.floor(at / W) % H, Math.floor(at / (H * W)) % C, Math.floor(at / (H * W * C))];
  const terms: number[] = [];
  for (let k = 0; k < K; k++) for (let r = 0; r < R; r++) for (let s = 0; s < S; s++) {
    const [p, q] = [h - r + padH, v - s + padW];
    if (p >= 0 && p < P && q >= 0 && q < Q) terms.push((dy?.[((n * K + k) * P + p) * Q + q] ?? NaN) * (w?.[((k * C + c) * R + r) * S + s] ?? NaN));
  }
  return sumOf(terms);
}

function gradWeightAt({ N, C, H, W, K, R, S, P, Q, padH, padW }: Conv2dShape, { x, dy }: Inputs, at: number): Expected {
  const [s, r, c, k] = [at % S, Math.floor(at / S) % R, Math.floor(at / (R * S)) % C, Math.floor(at / (R * S * C))];
  const terms: number[] = [];
  for (let n = 0; n < N; n++) for (let p = 0; p < P; p++) for (let q = 0; q < Q; q++) {
    const [h, v] = [p + r - padH, q + s - padW];
    if (h >= 0 && h < H && v >= 0 && v < W) terms.push((x?.[((n * C + c) * H + h) * W + v] ?? NaN) * (dy?.[((n * K + k) * P + p) * Q + q] ?? NaN));
  }
  return sumOf(terms);
}
