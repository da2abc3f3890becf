// Which adapters the variants of reduced precision fit: a precondition of features, subgroups and matrix sizes, all of it code.
import { describe, expect, it } from 'vitest';
import type { AdapterFacts, MatrixConfig } from '../../../src/gpu/index.js';
import { candidatesOf, conv2dFamily, conv2dShape, matmulFamily } from '../../../src/ops/index.js';

const SIZE: MatrixConfig = { component: 'f16', result: 'f32', M: 16, N: 16, K: 16 };
const CARD: AdapterFacts = {
  name: 'card', vendor: 'v', architecture: 'a', driver: 'd', backend: 'vulkan', software: false, subgroup: { min: 32, max: 32 },
  matrices: [SIZE, { ...SIZE, M: 8, N: 8, K: 8, result: 'f16' }, { ...SIZE, M: 3 }], features: ['shader-f16', 'subgroups'], limits: {},
};

const MATMUL = { M: 64, N: 64, K: 64, batch: 1, transposeA: 0, transposeB: 0, bias: 0, relu: 0 };
const CONV = conv2dShape([2, 16, 8, 8], [32, 16, 3, 3], {});

function reducedOn(facts: Partial<AdapterFacts>): string[] {
  const adapter = { ...CARD, ...facts };
  const [products, convolutions] = [candidatesOf(matmulFamily, 'forward', MATMUL, adapter), candidatesOf(conv2dFamily, 'forward', CONV, adapter)]
    .map((choices) => [...new Set(choices.map(({ variant }) => variant))].filter((name) => ['f16', 'matrix'].includes(name)));
  expect(convolutions).toEqual(products);
  return products ?? [];
}

describe('variants of reduced precision', () => {
  it('fit a card with f16 and matrices', () => {
    expect(reducedOn({})).toEqual(['f16', 'matrix']);
    const specs = candidatesOf(matmulFamily, 'forward', MATMUL, CARD).filter(({ variant }) => variant === 'matrix').map(({ spec }) => spec);
    expect(specs).toEqual([{ LANES: 32, ROWS: 16, COLUMNS: 16, INNER: 16 }]);
  });

  it('fit nothing without f16, and no matrices without sizes, results in f32 or subgroups of one size', () => {
    expect(reducedOn({ features: ['subgroups'] })).toEqual([]);
    for (const matrices of [[], [{ ...SIZE, result: 'f16' }], [{ ...SIZE, K: 5 }]]) expect(reducedOn({ matrices })).toEqual(['f16']);
    for (const subgroup of [null, { min: 16, max: 32 }, { min: 8, max: 8 }]) expect(reducedOn({ subgroup })).toEqual(['f16']);
    const { matrices, ...without } = CARD;
    expect(matrices).toHaveLength(3);
    expect(candidatesOf(matmulFamily, 'forward', MATMUL, without).some(({ variant }) => variant === 'matrix')).toBe(false);
  });
});
