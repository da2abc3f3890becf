// RBF predictors on many rows in every variant: the derived bound against f64, rows far from every support vector, odd numbers of both.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/core/index.js';
import { packRbf, rbfFamily, rbfForward } from '../../../src/ops/inference/rbf.js';
import { expectWithin, testRng, useDevice } from '../fixture.js';
import { type RbfParts, rbfOracle } from '../oracle/inference.js';

const gpu = useDevice();
const variants = rbfFamily.variants.map(({ name }) => name);

const CASES = [
  { rows: 4, columns: 1, vectors: 1 },
  { rows: 36, columns: 5, vectors: 17 },
  { rows: 260, columns: 60, vectors: 100 },
  { rows: 8, columns: 131, vectors: 33 },
  { rows: 300, columns: 4, vectors: 0 },
];

function problem({ columns, vectors }: { columns: number; vectors: number }, spread = 1): RbfParts {
  const rng = testRng(`rbf ${columns} ${vectors}`);
  const f32 = (count: number, scale: number): Float32Array => Float32Array.from({ length: count }, () => scale * rng.normal());
  return { columns, gamma: Math.fround(1 / columns), bias: Math.fround(rng.normal()), coefficients: f32(vectors, 3), support: f32(vectors * columns, spread) };
}

async function predict(variant: string, parts: RbfParts, rows: number, row: (n: number) => readonly number[]): Promise<Float32Array> {
  const packed = packRbf(gpu.device, parts);
  const x = new Float32Array(packed.columns * rows);
  for (let n = 0; n < rows; n++) row(n).forEach((value, c) => (x[c * rows + n] = value));
  const y = gpu.tensor([1, rows]);
  await gpu.run(await rbfForward(gpu.context(variant), packed, { x: gpu.tensor([packed.columns, rows], x), y }));
  packed.support.release();
  packed.coefficients.release();
  return gpu.read(y);
}

describe.each(variants)('inference rbf %s', (variant) => {
  it.for(CASES)('predicts $rows rows of $columns columns from $vectors support vectors within the bound', async ({ rows, ...extents }, { skip }) => {
    if (!rbfFamily.variants.some(({ name, fits }) => name === variant && fits('forward', { rows, columns: 4, blocks: 1 }, gpu.device.facts))) skip();
    const parts = problem(extents);
    const rng = testRng('rbf rows');
    const x = Array.from({ length: rows }, () => Array.from({ length: extents.columns }, () => Math.fround(rng.normal())));
    const want = x.map((row) => rbfOracle(parts, row));
    expectWithin(variant, [1, rows], await predict(variant, parts, rows, (n) => x[n] ?? []), want.map(({ value }) => value), (n) => want[n]?.error ?? 0);
  });

  it('gives the bias far from every support vector, and the coefficient on one', async ({ skip }) => {
    if (!rbfFamily.variants.some(({ name, fits }) => name === variant && fits('forward', { rows: 4, columns: 4, blocks: 1 }, gpu.device.facts))) skip();
    const parts: RbfParts = { columns: 3, gamma: 1, bias: 0.5, coefficients: [2, -1], support: [0, 0, 0, 100, 0, 0] };
    const rows = [[0, 0, 0], [100, 0, 0], [50, 0, 0], [1e6, 0, 0]];
    expect([...(await predict(variant, parts, 4, (n) => rows[n] ?? []))]).toEqual([2.5, -0.5, 0.5, 0.5]);
  });
});

describe('inference rbf', () => {
  it('refuses rows of other columns', async () => {
    const packed = packRbf(gpu.device, problem({ columns: 6, vectors: 3 }));
    await expect(rbfForward(gpu.context(), packed, { x: gpu.tensor([6, 8]), y: gpu.tensor([1, 8]) })).rejects.toThrow(ShapeError);
    packed.support.release();
    packed.coefficients.release();
  });
});
