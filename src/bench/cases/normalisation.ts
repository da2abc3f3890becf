// Batch norm in training and local response normalisation, forward: like the optimizers little but memory traffic.
import { batchNormForward, lrnForward } from '../../ops/index.js';
import type { Choice } from '../../tune/index.js';
import type { BenchCase } from './case.js';
import { type Expected, type Inputs, kernelCase, need } from './kernel-case.js';

export interface ImageAxes {
  readonly batch: number;
  readonly channels: number;
  /** Rows and columns of the images. */
  readonly size: number;
}

export const NORMALISED_SHAPES: readonly ImageAxes[] = [{ batch: 32, channels: 16, size: 28 }, { batch: 32, channels: 64, size: 16 }];

/** AlexNet's window over channels, Cuda-Convnet's within one. */
const LRN = {
  across: { region: 'across', size: 5, alpha: 1e-4, beta: 0.75, k: 2 },
  within: { region: 'within', size: 3, alpha: 5e-5, beta: 0.75, k: 1 },
} as const;
type Region = keyof typeof LRN;
export const REGIONS = Object.keys(LRN) as readonly Region[];

const PLAIN: Choice = { variant: 'plain', spec: {}, overrides: {} };
const EPSILON = 1e-5;
const UNIT = 2 ** -24;

export function batchNormCase(axes: ImageAxes): BenchCase {
  const channel = { extents: [axes.channels], fill: 'normal' } as const;
  const written = { extents: [axes.channels], fill: 'output' } as const;
  const kept = { extents: [axes.channels], fill: 'zero' } as const;
  return imageCase('batch norm forward', axes, {
    // Two sums; centred, scaled twice, shifted.
    flops: 8,
    tensors: { gamma: channel, beta: channel, mean: written, invstd: written, runningMean: kept, runningVar: kept },
    dispatches: (context, t) =>
      batchNormForward(context, {
        x: need(t['x']), gamma: need(t['gamma']), beta: need(t['beta']), y: need(t['y']), mean: need(t['mean']), invstd: need(t['invstd']), runningMean: need(t['runningMean']), runningVar: need(t['runningVar']),
      }, { momentum: 0.1, epsilon: EPSILON }),
    expected: (inputs, at) => normalisedAt(axes, inputs, at),
  });
}

export function lrnCase(axes: ImageAxes, region: Region): BenchCase {
  const { batch, channels, size } = axes;
  const window = region === 'across' ? LRN.across.size : LRN.within.size ** 2;
  return imageCase(`lrn ${region} forward`, axes, {
    flops: 2 * window + 4,
    tensors: { scale: { extents: [batch, channels, size, size], fill: 'output' } },
    dispatches: (context, t) => lrnForward(context, { x: need(t['x']), y: need(t['y']), scale: need(t['scale']) }, LRN[region]),
    expected: (inputs, at) => respondedAt(axes, region, inputs, at),
  });
}

type Rest = Pick<Parameters<typeof kernelCase>[0], 'tensors' | 'dispatches'> & {
  /** Operations an element. */
  readonly flops: number;
  expected(inputs: Inputs, at: number): Expected;
};

function imageCase(name: string, axes: ImageAxes, { flops, tensors, ...rest }: Rest): BenchCase {
  const { batch, channels, size } = axes;
  const extents = [batch, channels, size, size];
  const elements = batch * channels * size * size;
  return kernelCase({
    name,
    shape: extents.join('x'),
    axes: { ...axes },
    flops: flops * elements,
    // Images read and written once.
    bytes: 4 * 2 * elements,
    choices: () => [PLAIN],
    family: name,
    direction: 'forward',
    tensors: { x: { extents, fill: 'normal' }, ...tensors, y: { extents, fill: 'output' } },
    output: 'y',
    ...rest,
  });
}

/** Sums by the bound of sums; what the mean is off by enters every square; 1 / sqrt is within 8 ulp. */
function normalisedAt({ batch, channels, size }: ImageAxes, { x, gamma, beta }: Inputs, at: number): Expected {
  const plane = size * size;
  const c = Math.floor(at / plane) % channels;
  const values = Array.from({ length: batch * plane }, (_, i) => x?.[(Math.floor(i / plane) * channels + c) * plane + (i % plane)] ?? NaN);
  const meanOf = (of: (value: number) => number): number => values.reduce((sum, value) => sum + of(value), 0) / values.length;
  const mean = meanOf((value) => value);
  const variance = meanOf((value) => (value - mean) ** 2);
  const invstd = 1 / Math.sqrt(variance + EPSILON);
  const [value, g, b] = [x?.[at] ?? NaN, gamma?.[c] ?? NaN, beta?.[c] ?? NaN];
  const sums = 2 * Math.sqrt(values.length) * UNIT;
  const meanOff = sums * meanOf(Math.abs) + UNIT * Math.abs(mean);
  const varianceOff = sums + 6 * UNIT + (2 * meanOff * meanOf((each) => Math.abs(each - mean)) + meanOff ** 2) / variance;
  const scaled = (value - mean) * invstd * g;
  const y = scaled + b;
  const allowed = Math.abs(g) * invstd * (meanOff + UNIT * Math.abs(value - mean)) + Math.abs(scaled) * (varianceOff + 19 * UNIT) + UNIT * (Math.abs(y) + Math.abs(b));
  return { value: y, allowed };
}

/** WGSL's pow is exp2(y log2 x): log2 within 2^-21 or 3 ulp, exp2 within 3 + 2 |e| ulp; the scale by the bound of sums, damped by the exponent. */
function respondedAt({ channels, size }: ImageAxes, region: Region, { x }: Inputs, at: number): Expected {
  const { alpha, beta, k, size: width } = LRN[region];
  const [w, h, c] = [at % size, Math.floor(at / size) % size, Math.floor(at / (size * size)) % channels];
  const before = Math.floor(width / 2);
  const offsets = Array.from({ length: width }, (_, i) => i - before);
  const inside = (i: number, extent: number): boolean => i >= 0 && i < extent;
  const window = region === 'across'
    ? offsets.filter((d) => inside(c + d, channels)).map((d) => at + d * size * size)
    : offsets.flatMap((dh) => offsets.filter((dw) => inside(h + dh, size) && inside(w + dw, size)).map((dw) => at + dh * size + dw));
  const squares = window.reduce((sum, i) => sum + (x?.[i] ?? NaN) ** 2, 0);
  const scale = k + (alpha / (region === 'across' ? width : width ** 2)) * squares;
  const exponent = -beta * Math.log2(scale);
  const power = Math.LN2 * (beta * (2 ** -21 + 3 * 2 ** -23 * Math.abs(Math.log2(scale))) + UNIT * Math.abs(exponent)) + (3 + 2 * Math.abs(exponent)) * 2 ** -23;
  const value = (x?.[at] ?? NaN) * scale ** -beta;
  return { value, allowed: Math.abs(value) * (power + beta * (2 * Math.sqrt(window.length) + 5) * UNIT + 2 * UNIT) + 2 ** -126 };
}
