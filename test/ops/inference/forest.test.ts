// Sums of trees on many rows in every variant: exact leaves exactly, gaussian ones within the bound; ties, NaN, lone leaves.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/index.js';
import type { Rng } from '../../../src/core/index.js';
import { forestFamily, forestForward, packForest } from '../../../src/ops/inference/forest.js';
import { expectExact, expectWithin, testRng, useDevice } from '../fixture.js';
import { forestOracle, type ForestParts } from '../oracle/inference.js';

const gpu = useDevice();
const variants = forestFamily.variants.map(({ name }) => name);

/** Trees of uneven depth: a node branches with a chance that falls with its depth. */
function grow(rng: Rng, trees: number, columns: number, leaf: () => number): ForestParts {
  const [feature, left, split, roots]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let tree = 0; tree < trees; tree++) {
    roots.push(feature.length);
    const open = [{ at: feature.push(-1) - 1, depth: 0 }];
    for (let next = open.shift(); next; next = open.shift()) {
      const { at, depth } = next;
      if (rng.next() > 0.95 - depth / 12) {
        split[at] = Math.fround(leaf());
        left[at] = 0;
        continue;
      }
      feature[at] = rng.int(columns);
      split[at] = Math.fround(rng.int(9) / 4 - 1);
      left[at] = feature.push(-1, -1) - 2;
      open.push({ at: feature.length - 2, depth: depth + 1 }, { at: feature.length - 1, depth: depth + 1 });
    }
  }
  return { bias: 0.5, weight: 0.25, feature, left, split, roots };
}

async function predict(variant: string, parts: ForestParts, columns: number, x: readonly (readonly number[])[]): Promise<Float32Array> {
  const packed = packForest(gpu.device, parts);
  const flat = Float32Array.from({ length: columns * x.length }, (_, at) => x[at % x.length]?.[Math.floor(at / x.length)] ?? NaN);
  const y = gpu.tensor([1, x.length]);
  await gpu.run(await forestForward(gpu.context(variant), packed, { x: gpu.tensor([columns, x.length], flat), y }));
  packed.nodes.release();
  packed.roots.release();
  return gpu.read(y);
}

/** Quarters tie with thresholds; one in twenty is missing. */
const rowsOf = (rng: Rng, rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => (rng.int(20) === 0 ? NaN : rng.int(13) / 4 - 1.5)));

describe.each(variants)('inference forest %s', (variant) => {
  it.each([[1, 1], [4, 3], [7, 5], [130, 11]])('takes the right branches in %i trees over %i columns', async (trees, columns) => {
    const rng = testRng(`forest ${trees}`);
    const parts = grow(rng, trees, columns, () => rng.int(41) - 20);
    const x = rowsOf(rng, 140, columns);
    expectExact(variant, [140], await predict(variant, parts, columns, x), x.map((row) => forestOracle(parts, row).value));
  });

  it('adds 300 trees within the bound', async () => {
    const rng = testRng('forest sums');
    const parts = { ...grow(rng, 300, 8, () => 100 * rng.normal()), bias: -3.3, weight: 1 / 300 };
    const x = rowsOf(rng, 64, 8);
    const want = x.map((row) => forestOracle(parts, row));
    expectWithin(variant, [64], await predict(variant, parts, 8, x), want.map(({ value }) => value), (n) => want[n]?.error ?? 0);
  });
});

describe('inference forest', () => {
  it('refuses a child before its parent, whose walk might never end, and rows of too few columns', async () => {
    expect(() => packForest(gpu.device, { bias: 0, weight: 1, feature: [0, -1, -1], left: [0, 0, 0], split: [0, 1, 2], roots: [0] })).toThrow(/children after node 0/);
    const packed = packForest(gpu.device, { bias: 0, weight: 1, feature: [4, -1, -1], left: [1, 0, 0], split: [0, 1, 2], roots: [0] });
    await expect(forestForward(gpu.context(), packed, { x: gpu.tensor([4, 8]), y: gpu.tensor([1, 8]) })).rejects.toThrow(ShapeError);
    packed.nodes.release();
    packed.roots.release();
  });
});
