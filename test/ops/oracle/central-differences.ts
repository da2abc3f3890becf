// Oracle against oracle, in f64: an analytic gradient against central differences of the forward oracle. The GPU is then
// compared with the analytic one; finite differences in f32 would measure rounding.
import { expect } from 'vitest';
import type { Rng } from '../../../src/core/index.js';

const STEP = 1e-5;

/** Gradient of `loss` at `at` by central differences, error about STEP^2. `loss` must be smooth within STEP of `at`. */
export function centralDifferences(loss: (at: Float64Array) => number, at: ArrayLike<number>): Float64Array {
  const point = Float64Array.from(at);
  return Float64Array.from(point, (value, i) => {
    point[i] = value + STEP;
    const above = loss(point);
    point[i] = value - STEP;
    const below = loss(point);
    point[i] = value;
    return (above - below) / (2 * STEP);
  });
}

/** Fails unless gradients agree to 1e-6 of their largest element. */
export function expectGradient(analytic: ArrayLike<number>, loss: (at: Float64Array) => number, at: ArrayLike<number>): void {
  const numeric = centralDifferences(loss, at);
  const scale = numeric.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  Array.from(numeric).forEach((value, i) => {
    expect(Math.abs((analytic[i] ?? NaN) - value), `gradient ${i}: analytic ${analytic[i]}, numeric ${value}`).toBeLessThanOrEqual(1e-6 * scale);
  });
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** Standard normal values without planted large ones, whose differences would drown the rest. */
export function normals(rng: Rng, count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => rng.normal());
}
