// Embedding rows and the table's gradient, against f64 sums and with tokens that repeat.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { embeddingForward, embeddingGradWeight } from '../../src/ops/embedding.js';
import { dot, expectGradient, normals } from './oracle/central-differences.js';
import { expectExact, expectSum, gaussians, integers, type Sum, testRng, useDevice } from './fixture.js';
import { folded } from './oracle/folded.js';

const gpu = useDevice();

interface Case {
  readonly V: number;
  readonly E: number;
  readonly T: number;
  readonly B: number;
  /** Tokens are below it: few make long chains. */
  readonly used: number;
}

const CASES: readonly Case[] = [
  { V: 1, E: 1, T: 1, B: 1, used: 1 },
  { V: 7, E: 5, T: 3, B: 4, used: 7 },
  { V: 300, E: 6, T: 13, B: 10, used: 300 },
  { V: 50, E: 33, T: 9, B: 16, used: 2 },
  { V: 1000, E: 8, T: 35, B: 20, used: 1000 },
];

function tokensOf({ T, B, used, V }: Case): Uint32Array<ArrayBuffer> {
  const rng = testRng(`embedding ${V}`);
  return Uint32Array.from({ length: T * B }, () => rng.int(used));
}

function gradientOracle({ V, E }: Case, tokens: Uint32Array, dy: ArrayLike<number>): Sum {
  const [values, magnitudes] = [new Float64Array(V * E), new Float64Array(V * E)];
  tokens.forEach((token, n) => {
    for (let e = 0; e < E; e++) {
      const term = dy[n * E + e] ?? NaN;
      values[token * E + e] = (values[token * E + e] ?? 0) + term;
      magnitudes[token * E + e] = (magnitudes[token * E + e] ?? 0) + Math.abs(term);
    }
  });
  return { values, magnitudes, terms: tokens.length };
}

const lookup = (E: number, table: ArrayLike<number>, tokens: Uint32Array): number[] =>
  [...tokens].flatMap((token) => Array.from({ length: E }, (_, e) => table[token * E + e] ?? NaN));

async function gradient(test: Case, dy: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  const { V, E, T, B } = test;
  const dtable = gpu.tensor([V, E]);
  await gpu.run(await embeddingGradWeight(gpu.context(), { dy: gpu.tensor([T, B, E], dy), tokens: gpu.tensor([T, B], tokensOf(test)), dtable }));
  return gpu.read(dtable);
}

describe('embedding', () => {
  it.each(CASES)('takes rows of a table $V x $E by $T x $B tokens', async (test) => {
    const { V, E, T, B } = test;
    const [table, tokens, y] = [gaussians(testRng('table'), V * E), tokensOf(test), gpu.tensor([T, B, E])];
    const dispatches = await embeddingForward(gpu.context(), { table: gpu.tensor([V, E], table), tokens: gpu.tensor([T, B], tokens), y });
    await gpu.run(dispatches);
    expectExact('y', [T, B, E], await gpu.read(y), lookup(E, table, tokens));
    gpu.device.clear(y);
    await gpu.run(folded(await embeddingForward(gpu.context(), { table: gpu.tensor([V, E], table), tokens: gpu.tensor([T, B], tokens), y })));
    expectExact('y folded', [T, B, E], await gpu.read(y), lookup(E, table, tokens));
    dispatches.forEach(({ owns }) => expect(owns).toEqual([]));
  });

  it.each(CASES)('sums the gradient of $V x $E by $T x $B tokens exactly', async (test) => {
    const dy = integers(testRng('dy'), test.T * test.B * test.E);
    expectExact('dtable', [test.V, test.E], await gradient(test, dy), gradientOracle(test, tokensOf(test), dy).values);
  });

  it.each(CASES)('sums the gradient of $V x $E by $T x $B tokens within the bound, the same bits each time', async (test) => {
    const dy = gaussians(testRng('dy'), test.T * test.B * test.E);
    const got = await gradient(test, dy);
    expectSum('dtable', [test.V, test.E], got, gradientOracle(test, tokensOf(test), dy));
    expect(await gradient(test, dy)).toEqual(got);
  });

  it('refuses tokens that are not u32 and rows of another width', async () => {
    const [table, y] = [gpu.tensor([5, 3]), gpu.tensor([2, 3])];
    await expect(embeddingForward(gpu.context(), { table, tokens: gpu.tensor([2]), y })).rejects.toThrow(/tokens of u32/);
    const tokens = gpu.tensor([2], new Uint32Array(2));
    await expect(embeddingForward(gpu.context(), { table: gpu.tensor([5, 4]), tokens, y })).rejects.toThrow(/expected shape 2x4/);
    await expect(embeddingForward(gpu.context(), { table: gpu.tensor([5]), tokens, y })).rejects.toThrow(ShapeError);
  });
});

describe('embedding oracle', () => {
  it('has the gradient of its table', () => {
    const test = { V: 6, E: 3, T: 4, B: 2, used: 4 };
    const [tokens, dy] = [tokensOf(test), normals(testRng('dy'), 24)];
    const table = normals(testRng('table'), 18);
    expectGradient(gradientOracle(test, tokens, dy).values, (at) => dot(dy, lookup(test.E, at, tokens)), table);
  });
});
