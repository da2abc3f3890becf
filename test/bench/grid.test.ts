// The launch that a visitor's file asks for.
import { describe, expect, it } from 'vitest';
import { gridOf } from '../../src/bench/visitor/grid.js';

const extents = { M: 100, N: 70, K: 9 };

describe('grid', () => {
  it.each([
    ['// @grid N/64, M/4, 1', [2, 25, 1]],
    ['// @grid N*M/64', [110, 1, 1]],
    ['// @grid M / 8 * 2, 3', [7, 3, 1]],
    ['@compute @workgroup_size(64)', [16, 1, 1]],
    ['@compute @workgroup_size(8, 4)', [32, 1, 1]],
    ['override SIZE: u32 = 100u;\n@compute @workgroup_size(SIZE)', [10, 1, 1]],
  ])('%s', (text, grid) => {
    expect(gridOf(text, extents, 1000)).toEqual(grid);
  });

  it.each([
    ['// @grid Q/2', /one of M, N, K, got "Q"/],
    ['// @grid M-1', /a product, divided at most once/],
    ['// @grid 1, 2, 3, 4', /one to three factors, got 4/],
    ['@compute @workgroup_size(TILE)', /expected numbers, or constants of the file, got TILE/],
  ])('refuses %s', (text, message) => {
    expect(() => gridOf(text, extents, 1000)).toThrow(message);
  });
});
