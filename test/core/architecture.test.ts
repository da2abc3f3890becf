// Shapes, weights and flops of architectures against values worked out by hand, and refusals that say the way out.
import { describe, expect, it } from 'vitest';
import {
  architectureHash,
  describeArchitecture,
  forwardFlops,
  shapesOf,
  ShapeError,
  weightCount,
  type Architecture,
} from '../../src/core/index.js';

/** The peer CNN of bench:peers; its numbers are worked out by hand below. */
const peer: Architecture = {
  input: { channels: 1, height: 28, width: 28 },
  layers: [
    { type: 'conv', filters: 16, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu' },
    { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
    { type: 'conv', filters: 32, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu' },
    { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: 10, activation: 'none' },
  ],
};

describe('architecture', () => {
  it('works out shapes, input first', () => {
    expect(shapesOf(peer).map((s) => [s.channels, s.height, s.width])).toEqual([
      [1, 28, 28],
      [16, 28, 28],
      [16, 14, 14],
      [32, 14, 14],
      [32, 7, 7],
      [128, 1, 1],
      [10, 1, 1],
    ]);
  });

  it('floors the last window of a strided layer', () => {
    const layers = [{ type: 'pool', kind: 'max', size: [3, 2], stride: [2, 3], padding: [0, 1] }] as const;
    const [, out] = shapesOf({ input: { channels: 3, height: 8, width: 9 }, layers });
    expect(out).toEqual({ channels: 3, height: 3, width: 4 });
  });

  it('counts weights with biases', () => {
    expect(weightCount(peer)).toBe(16 * 26 + 32 * (16 * 25 + 1) + 128 * (1568 + 1) + 10 * 129);
  });

  it('counts the flops of one image forward', () => {
    expect(forwardFlops(peer)).toBe(2 * (28 * 28 * 16 * 25 + 14 * 14 * 32 * 400 + 1568 * 128 + 1280));
  });

  it('refuses a window that is larger than its input, naming the layer and the way out', () => {
    const layers = [{ type: 'conv', filters: 4, kernel: [7, 3], stride: [1, 1], padding: [0, 1], activation: 'relu' }] as const;
    const bad: Architecture = { input: { channels: 1, height: 6, width: 6 }, layers };
    expect(() => shapesOf(bad)).toThrow(ShapeError);
    expect(() => shapesOf(bad)).toThrow(/layer 0 \(conv 4 7x3\).*at most 6.*got 7.*shrink/);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s units', (units) => {
    const layers = [{ type: 'dense', units, activation: 'none' }] as const;
    expect(() => shapesOf({ input: peer.input, layers })).toThrow(/whole numbers from 1/);
  });

  it('hashes by content, not by the order of keys', () => {
    const [first, ...rest] = peer.layers;
    const reordered = Object.fromEntries(Object.entries(first as object).reverse()) as unknown as typeof first;
    const same: Architecture = { layers: [reordered as (typeof peer.layers)[number], ...rest], input: peer.input };
    expect(architectureHash(same)).toBe(architectureHash(peer));
    expect(architectureHash({ ...peer, layers: rest })).not.toBe(architectureHash(peer));
  });

  it('describes itself in one line', () => {
    expect(describeArchitecture(peer)).toBe('conv 16 5x5, max 2x2/2x2, conv 32 5x5, max 2x2/2x2, dense 128, dense 10');
  });
});
