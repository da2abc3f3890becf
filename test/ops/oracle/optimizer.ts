// One step of SGD, RMSProp and Adam in f64 from f32 states, with the error that f32 may make: sums by their terms, WGSL's 2.5 ulp
// for a division and 4.5 ulp for sqrt (it inherits 1 / inverseSqrt), one ulp being at most 2^-23 relative.
import type { AdamSettings } from '../../../src/ops/optimizers/adam.js';
import type { RmspropSettings } from '../../../src/ops/optimizers/rmsprop.js';
import type { SgdFlags, SgdSettings } from '../../../src/ops/optimizers/sgd.js';

const ULP = 2 ** -23;
const UNIT = 2 ** -24;

export interface Bounded {
  readonly value: number;
  readonly error: number;
}

const f32 = Math.fround;

/** A sum of products: 2 sqrt(terms + 1) 2^-24 sum |terms|. */
function sum(...terms: readonly number[]): Bounded {
  const magnitude = terms.reduce((total, term) => total + Math.abs(term), 0);
  return { value: terms.reduce((total, term) => total + term, 0), error: 2 * Math.sqrt(terms.length + 1) * UNIT * magnitude };
}

interface Sgd extends SgdSettings, SgdFlags {}

export function sgdOracle(w: number, grad: number, velocity: number, settings: Sgd): { weight: Bounded; velocity: Bounded } {
  const [rate, momentum, decay] = [f32(settings.rate), f32(settings.momentum), f32(settings.decay)];
  const coupled = settings.decoupled ? 0 : decay;
  const v = sum(grad, coupled * w, momentum * velocity);
  const terms = settings.nesterov
    ? [w, -rate * grad, -rate * decay * w, -rate * momentum * grad, -rate * momentum * coupled * w, -rate * momentum * momentum * velocity]
    : [w, -rate * grad, -rate * decay * w, -rate * momentum * velocity];
  return { weight: sum(...terms), velocity: v };
}

/** Of a / (sqrt(b) * root + epsilon), from the errors of a and b, with 2.5 ulp for the quotient and 4.5 ulp for the root. */
function scaled(a: Bounded, b: Bounded, root: number, epsilon: number): Bounded {
  const denominator = Math.sqrt(b.value) * root + epsilon;
  // A root's relative error is half its argument's; near zero the argument's error itself bounds the root.
  const rootError = b.value > 0 ? Math.min(b.error / Math.sqrt(b.value), Math.sqrt(b.error)) : Math.sqrt(b.error);
  const relative = (root * (rootError + 4.5 * ULP * Math.sqrt(b.value))) / denominator + 2 * UNIT;
  const value = a.value / denominator;
  return { value, error: Math.abs(value) * (relative + 2.5 * ULP) + a.error / denominator };
}

/** `params` are the f32 values that the kernel gets, so that rounding them is not counted as the kernel's error. */
export function adamOracle(
  { weight, grad, first, second }: { weight: number; grad: number; first: number; second: number },
  params: Readonly<Record<string, number>>,
  decoupled = false,
): { weight: Bounded; first: Bounded; second: Bounded } {
  const [rate, decay, correction, root, a, b, epsilon] = numbers(params, ['rate', 'decay', 'correction', 'root', 'first_rate', 'second_rate', 'epsilon'] as const);
  const g = sum(grad, decoupled ? 0 : decay * weight);
  const m = withError(sum(first, a * g.value, -a * first), a * g.error);
  const v = withError(sum(second, b * g.value ** 2, -b * second), 2 * b * Math.abs(g.value) * g.error);
  const corrected = { value: correction * m.value, error: correction * (m.error + UNIT * Math.abs(m.value)) };
  const quotient = scaled(corrected, v, root, epsilon);
  return { weight: moved(weight, rate, quotient, decoupled ? decay : 0), first: m, second: v };
}

export function rmspropOracle(
  { weight, grad, square, velocity }: { weight: number; grad: number; square: number; velocity: number },
  params: Readonly<Record<string, number>>,
  decoupled = false,
): { weight: Bounded; square: Bounded; velocity: Bounded } {
  const [rate, momentum, decay, b, epsilon] = numbers(params, ['rate', 'momentum', 'decay', 'square_rate', 'epsilon'] as const);
  const g = sum(grad, decoupled ? 0 : decay * weight);
  const s = withError(sum(square, b * g.value ** 2, -b * square), 2 * b * Math.abs(g.value) * g.error);
  const quotient = scaled(g, s, 1, epsilon);
  const v = withError(sum(momentum * velocity, quotient.value), quotient.error);
  return { weight: moved(weight, rate, v, decoupled ? decay : 0), square: s, velocity: v };
}

/** w - rate * (direction + decay * w) */
function moved(w: number, rate: number, direction: Bounded, decay: number): Bounded {
  return withError(sum(w, -rate * direction.value, -rate * decay * w), rate * direction.error);
}

function numbers<Names extends readonly string[]>(params: Readonly<Record<string, number>>, names: Names): { [K in keyof Names]: number } {
  return names.map((name) => f32(params[name] ?? NaN)) as { [K in keyof Names]: number };
}

/** Textbook RMSProp in f64, as PyTorch's documentation writes it. */
export function rmspropTextbook(w: number, grads: readonly number[], { rate, alpha = 0.99, epsilon = 1e-8, momentum = 0, decay, decoupled }: RmspropSettings): number {
  let [weight, mean, buffer] = [w, 0, 0];
  for (const grad of grads) {
    const g = decoupled ? grad : grad + decay * weight;
    mean = alpha * mean + (1 - alpha) * g * g;
    buffer = momentum * buffer + g / (Math.sqrt(mean) + epsilon);
    weight -= rate * buffer + (decoupled ? rate * decay * weight : 0);
  }
  return weight;
}

/** Textbook Adam in f64, written from the paper and not from the kernel's rearrangement. */
export function adamTextbook(w: number, grads: readonly number[], { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay, decoupled }: AdamSettings): number {
  let [weight, m, v] = [w, 0, 0];
  grads.forEach((grad, i) => {
    const g = decoupled ? grad : grad + decay * weight;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const shrunk = decoupled ? weight - rate * decay * weight : weight;
    weight = shrunk - (rate * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
  });
  return weight;
}

function withError({ value, error }: Bounded, more: number): Bounded {
  return { value, error: error + more };
}
