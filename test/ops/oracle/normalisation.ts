// Batch norm and local response normalisation with running error bounds: an f64 value and what f32 may be off by, an element.
import type { LrnAttributes } from '../../../src/ops/lrn.js';
import { add, type Approximate, divide, exact, inverseSqrt, multiply, power, subtract, sum } from './approximate.js';

type Values = ArrayLike<number>;

/** Extents N C plane, and the samples that count. */
export interface Batch {
  readonly N: number;
  readonly C: number;
  readonly plane: number;
  readonly count: number;
}

export interface Channel {
  readonly mean: Approximate;
  readonly variance: Approximate;
  readonly invstd: Approximate;
}

export function indicesOf({ C, plane, count }: Batch, c: number): number[] {
  return Array.from({ length: count * plane }, (_, i) => (Math.floor(i / plane) * C + c) * plane + (i % plane));
}

export function momentsOracle(batch: Batch, x: Values, c: number, epsilon: number): Channel {
  const elements = indicesOf(batch, c).map((i) => exact(x[i] ?? NaN));
  const size = exact(elements.length);
  const mean = divide(sum(elements), size);
  const variance = divide(sum(elements.map((element) => square(subtract(element, mean)))), size);
  return { mean, variance, invstd: inverseSqrt(add(variance, exact(Math.fround(epsilon)))) };
}

export function normaliseOracle(x: number, { mean, invstd }: Pick<Channel, 'mean' | 'invstd'>, gamma: number, beta: number): Approximate {
  return add(multiply(multiply(subtract(exact(x), mean), invstd), exact(gamma)), exact(beta));
}

export interface ChannelGradients {
  readonly dgamma: Approximate;
  readonly dbeta: Approximate;
  /** In the order of `indicesOf`. */
  readonly dx: readonly Approximate[];
}

/** From a mean and a 1 / deviation taken as they are: those that the GPU was handed. */
export function batchNormGradOracle(batch: Batch, [x, dy]: readonly [Values, Values], c: number, [mean, invstd, gamma]: readonly [number, number, number]): ChannelGradients {
  const at = indicesOf(batch, c);
  const centred = at.map((i) => subtract(exact(x[i] ?? NaN), exact(mean)));
  const dbeta = sum(at.map((i) => exact(dy[i] ?? NaN)));
  const dgamma = multiply(sum(at.map((i, j) => multiply(exact(dy[i] ?? NaN), centred[j] ?? exact(NaN)))), exact(invstd));
  const share = divide(exact(1), exact(at.length));
  const dx = at.map((i, j) => {
    const hat = multiply(centred[j] ?? exact(NaN), exact(invstd));
    const common = multiply(add(dbeta, multiply(hat, dgamma)), share);
    return multiply(multiply(exact(gamma), exact(invstd)), subtract(exact(dy[i] ?? NaN), common));
  });
  return { dgamma, dbeta, dx };
}

export interface Images {
  readonly N: number;
  readonly C: number;
  readonly H: number;
  readonly W: number;
}

export function lrnOracle(images: Images, x: Values, attributes: LrnAttributes): { readonly y: Approximate[]; readonly scale: Approximate[] } {
  const scale = Array.from({ length: x.length }, (_, i) => {
    const squares = windowOf(images, attributes, i).map((j) => square(exact(x[j] ?? NaN)));
    return add(exact(Math.fround(attributes.k)), multiply(shareOf(attributes), sum(squares)));
  });
  return { scale, y: scale.map((s, i) => multiply(exact(x[i] ?? NaN), power(s, -Math.fround(attributes.beta)))) };
}

/** From a scale and an output taken as they are: those that the GPU was handed. */
export function lrnGradOracle(images: Images, [x, y, dy, scale]: readonly [Values, Values, Values, Values], attributes: LrnAttributes): Approximate[] {
  const beta = Math.fround(attributes.beta);
  const mirrored = new Map<number, number[]>();
  for (let j = 0; j < x.length; j++) for (const i of windowOf(images, attributes, j)) mirrored.set(i, [...(mirrored.get(i) ?? []), j]);
  return Array.from({ length: x.length }, (_, i) => {
    const terms = (mirrored.get(i) ?? []).map((j) => divide(multiply(exact(dy[j] ?? NaN), exact(y[j] ?? NaN)), exact(scale[j] ?? NaN)));
    const through = multiply(multiply(multiply(multiply(exact(2), shareOf(attributes)), exact(beta)), exact(x[i] ?? NaN)), sum(terms));
    return subtract(multiply(exact(dy[i] ?? NaN), power(exact(scale[i] ?? NaN), -beta)), through);
  });
}

/** Elements of the window around element i that lie inside. */
function windowOf({ C, H, W }: Images, { region, size }: LrnAttributes, i: number): number[] {
  const before = Math.floor(size / 2);
  const [w, h, c] = [i % W, Math.floor(i / W) % H, Math.floor(i / (W * H)) % C];
  const offsets = Array.from({ length: size }, (_, k) => k - before);
  if (region === 'across') return offsets.filter((d) => c + d >= 0 && c + d < C).map((d) => i + d * H * W);
  return offsets.flatMap((dh) =>
    offsets.filter((dw) => h + dh >= 0 && h + dh < H && w + dw >= 0 && w + dw < W).map((dw) => i + dh * W + dw),
  );
}

function shareOf({ region, size, alpha }: LrnAttributes): Approximate {
  return exact(Math.fround(alpha / (region === 'within' ? size * size : size)));
}

function square(a: Approximate): Approximate {
  return multiply(a, a);
}
