// One step of SGD and of Adam in f64 from f32 states, with the error that f32 may make: sums by their terms, WGSL's 2.5 ulp
// for a division and 4.5 ulp for sqrt (it inherits 1 / inverseSqrt), one ulp being at most 2^-23 relative.
import type { AdamSettings } from '../../../src/ops/adam.js';
import type { SgdSettings } from '../../../src/ops/sgd.js';

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

export function sgdOracle(w: number, grad: number, velocity: number, settings: SgdSettings & { nesterov?: boolean }): { weight: Bounded; velocity: Bounded } {
  const [rate, momentum, decay] = [f32(settings.rate), f32(settings.momentum), f32(settings.decay)];
  const v = sum(grad, decay * w, momentum * velocity);
  const terms = settings.nesterov
    ? [w, -rate * grad, -rate * decay * w, -rate * momentum * grad, -rate * momentum * decay * w, -rate * momentum * momentum * velocity]
    : [w, -rate * grad, -rate * decay * w, -rate * momentum * velocity];
  return { weight: sum(...terms), velocity: v };
}

/** `params` are the f32 values that the kernel gets, so that rounding them is not counted as the kernel's error. */
export function adamOracle(
  { weight, grad, first, second }: { weight: number; grad: number; first: number; second: number },
  params: Readonly<Record<string, number>>,
): { weight: Bounded; first: Bounded; second: Bounded } {
  const [step, root, keep, decay, a, b, epsilon] = ['step', 'root', 'keep', 'coupled_decay', 'first_rate', 'second_rate', 'epsilon'].map((name) => f32(params[name] ?? NaN)) as [number, number, number, number, number, number, number];
  const g = sum(grad, decay * weight);
  const m = withError(sum(first, a * g.value, -a * first), a * g.error);
  const v = withError(sum(second, b * g.value ** 2, -b * second), 2 * b * Math.abs(g.value) * g.error);
  const denominator = Math.sqrt(v.value) * root + epsilon;
  // A root's relative error is half its argument's; near zero the argument's error itself bounds the root.
  const rootError = v.value > 0 ? Math.min(v.error / Math.sqrt(v.value), Math.sqrt(v.error)) : Math.sqrt(v.error);
  const relative = (root * (rootError + 4.5 * ULP * Math.sqrt(v.value))) / denominator + 2 * UNIT;
  const quotient = (step * m.value) / denominator;
  const update = sum(keep * weight, -quotient);
  const quotientError = Math.abs(quotient) * (relative + 2.5 * ULP + UNIT) + (step * m.error) / denominator;
  return { weight: withError(update, quotientError), first: m, second: v };
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
