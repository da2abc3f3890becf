// Which elements dropout keeps, from the same counter-based numbers: pcg4d (Jarzynski and Olano 2020) in JavaScript's wrapping integers.
import type { DropoutSettings } from '../../../src/ops/dropout.js';

export function pcg4d(counter: readonly number[]): number[] {
  let [x, y, z, w] = counter.map((v) => (Math.imul(v, 1664525) + 1013904223) | 0) as [number, number, number, number];
  const mix = (): void => {
    x = (x + Math.imul(y, w)) | 0;
    y = (y + Math.imul(z, x)) | 0;
    z = (z + Math.imul(x, y)) | 0;
    w = (w + Math.imul(y, z)) | 0;
  };
  mix();
  [x, y, z, w] = [x ^ (x >>> 16), y ^ (y >>> 16), z ^ (z >>> 16), w ^ (w >>> 16)];
  mix();
  return [x, y, z, w].map((v) => v >>> 0);
}

export function keptOracle(count: number, { rate, seed, stream }: DropoutSettings, step: number): boolean[] {
  const threshold = Math.floor(rate * 2 ** 32);
  return Array.from({ length: Math.ceil(count / 4) }, (_, i) => pcg4d([i, step, stream, seed]).map((random) => random >= threshold)).flat().slice(0, count);
}
