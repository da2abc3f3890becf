// Matrix products in every variant and setting that fits: transposes, bias, ReLU, odd sizes.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { candidatesOf } from '../../src/ops/contracts.js';
import { matmul, type MatmulAttributes, matmulFamily } from '../../src/ops/matmul/matmul.js';
import type { Choice } from '../../src/tune/index.js';
import { expectExact, expectSum, gaussians, integers, type Sum, testRng, useDevice } from './fixture.js';

const gpu = useDevice();
/** Those that take any extents. Those of reduced precision have a bound of their own: reduced/matmul.test.ts; windows, a test of its own below. */
const variants = matmulFamily.variants.filter(({ name, reduced }) => !reduced && name !== 'windows').map(({ name }) => name);

interface Case extends MatmulAttributes {
  readonly extents: readonly [M: number, N: number, K: number];
  readonly bias?: boolean;
}

const CASES: readonly Case[] = [
  { extents: [1, 1, 1] },
  { extents: [3, 5, 7] },
  { extents: [17, 33, 9], bias: true },
  { extents: [65, 70, 130], bias: true, relu: true },
  { extents: [5, 200, 31], transposeA: true },
  { extents: [64, 10, 128], transposeB: true, bias: true, relu: true },
  { extents: [130, 67, 66], transposeA: true, transposeB: true, relu: true },
  { extents: [64, 128, 256] },
  { extents: [31, 16, 1] },
];

function oracle(a: Float32Array, b: Float32Array, bias: Float32Array | null, { extents: [M, N, K], ...flags }: Case): Sum {
  const values = new Float64Array(M * N);
  const magnitudes = new Float64Array(M * N);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let [sum, magnitude] = [bias?.[n] ?? 0, Math.abs(bias?.[n] ?? 0)];
      for (let k = 0; k < K; k++) {
        const term = (a[flags.transposeA ? k * M + m : m * K + k] ?? NaN) * (b[flags.transposeB ? n * K + k : k * N + n] ?? NaN);
        sum += term;
        magnitude += Math.abs(term);
      }
      values[m * N + n] = flags.relu ? Math.max(0, sum) : sum;
      magnitudes[m * N + n] = magnitude;
    }
  }
  return { values, magnitudes, terms: K + 1 };
}

async function compute(variant: string | Choice, fill: typeof integers, test: Case): Promise<{ got: Float32Array; want: Sum }> {
  const { extents, bias: biased, ...flags } = test;
  const [M, N, K] = extents;
  const rng = testRng(`matmul ${extents.join()}`);
  const [a, b, bias] = [fill(rng, M * K), fill(rng, K * N), biased ? fill(rng, N) : null];
  const c = gpu.tensor([M, N]);
  const tensors = {
    a: gpu.tensor(flags.transposeA ? [K, M] : [M, K], a),
    b: gpu.tensor(flags.transposeB ? [N, K] : [K, N], b),
    ...(bias ? { bias: gpu.tensor([N], bias) } : {}),
    c,
  };
  await gpu.run(await matmul(gpu.context(variant), tensors, flags));
  return { got: await gpu.read(c), want: oracle(a, b, bias, test) };
}

describe.each(variants)('matmul %s', (variant) => {
  it.each(CASES)('indexes $extents exactly', async (test) => {
    const { got, want } = await compute(variant, integers, test);
    expectExact(`matmul ${variant}`, test.extents.slice(0, 2), got, want.values);
  });

  it.each(CASES)('rounds $extents within the bound', async (test) => {
    const { got, want } = await compute(variant, gaussians, test);
    expectSum(`matmul ${variant}`, test.extents.slice(0, 2), got, want);
  });
});

/** Three products at once; each operand of its own, or the same for all. */
const BATCHES: readonly (Case & { readonly shared: readonly ('a' | 'b' | 'bias')[] })[] = [
  { extents: [17, 33, 9], bias: true, shared: [] },
  { extents: [40, 36, 12], bias: true, relu: true, shared: ['a'] },
  { extents: [65, 12, 20], transposeA: true, shared: ['b'] },
  { extents: [20, 35, 8], transposeB: true, bias: true, shared: ['bias'] },
];

describe.each(variants)('matmul %s of three products', (variant) => {
  it.each(BATCHES)('indexes $extents, sharing $shared, exactly', async (test) => {
    const { extents: [M, N, K], shared, bias: biased, ...flags } = test;
    const rng = testRng(`matmul batch ${M}`);
    const of = (role: 'a' | 'b' | 'bias', shape: readonly number[]) => {
      const count = shared.includes(role) ? 1 : 3;
      const size = shape.reduce((product, extent) => product * extent, 1);
      const values = integers(rng, count * size);
      return { tensor: gpu.tensor(count === 1 ? shape : [3, ...shape], values), at: (i: number) => values.subarray((count === 1 ? 0 : i) * size).subarray(0, size) };
    };
    const a = of('a', flags.transposeA ? [K, M] : [M, K]);
    const b = of('b', flags.transposeB ? [N, K] : [K, N]);
    const bias = biased ? of('bias', [N]) : null;
    const c = gpu.tensor([3, M, N]);
    await gpu.run(await matmul(gpu.context(variant), { a: a.tensor, b: b.tensor, ...(bias ? { bias: bias.tensor } : {}), c }, flags));
    const want = [0, 1, 2].flatMap((i) => [...oracle(a.at(i), b.at(i), bias?.at(i) ?? null, test).values]);
    expectExact(`matmul ${variant}`, [3, M, N], await gpu.read(c), want);
  });
});

describe('matmul', () => {
  it.each(variants)('%s lets NaN through its ReLU, so that a diverged network is seen', async (variant) => {
    const c = gpu.tensor([16, 16]);
    const tensors = { a: gpu.tensor([16, 16], new Float32Array(256).fill(NaN)), b: gpu.tensor([16, 16], new Float32Array(256).fill(1)), c };
    await gpu.run(await matmul(gpu.context(variant), tensors, { relu: true }));
    expect([...(await gpu.read(c))].every(Number.isNaN)).toBe(true);
  });

  it('computes in all settings', async () => {
    const test = { extents: [65, 70, 131], transposeA: true, bias: true, relu: true } as const;
    const shape = { M: 65, N: 70, K: 131, batch: 1, transposeA: 1, transposeB: 0, bias: 1, relu: 1 };
    const choices = candidatesOf(matmulFamily, 'forward', shape, gpu.device.facts).filter(({ variant }) => variants.includes(variant));
    expect(choices.length).toBeGreaterThan(variants.length);
    for (const choice of choices) {
      const { got, want } = await compute(choice, integers, test);
      expectExact(`matmul ${JSON.stringify(choice)}`, [65, 70], got, want.values);
    }
  });

  // Extents that end within a panel, a block of four k, a workgroup's share of blocks, a second window; an odd number of panels.
  const LARGE = [{}, { transposeA: true }, { transposeB: true, relu: true }, { transposeA: true, transposeB: true }].map((flags, i) => ({ ...flags, M: i % 2 === 0 ? 300 : 193, N: i % 2 === 0 ? 193 : 300 }));
  it.each(LARGE)('looks through windows at large operands that lie as %j', async ({ M, N, ...flags }) => {
    const test = { extents: [M, N, 1051], bias: true, ...flags } as const;
    const shape = { M, N, K: 1051, batch: 1, transposeA: 'transposeA' in flags ? 1 : 0, transposeB: 'transposeB' in flags ? 1 : 0, bias: 1, relu: 'relu' in flags ? 1 : 0 };
    const choices = candidatesOf(matmulFamily, 'forward', shape, gpu.device.facts).filter(({ variant }) => variant === 'windows');
    expect(choices).toHaveLength(1);
    for (const choice of choices) {
      const exact = await compute(choice, integers, test);
      expectExact('matmul windows', [M, N], exact.got, exact.want.values);
      const rounded = await compute(choice, gaussians, test);
      expectSum('matmul windows', [M, N], rounded.got, rounded.want);
    }
  });

  it('refuses inner extents that differ', async () => {
    const tensors = { a: gpu.tensor([2, 3]), b: gpu.tensor([4, 5]), c: gpu.tensor([2, 5]) };
    await expect(matmul(gpu.context(), tensors)).rejects.toThrow(ShapeError);
    const batches = { a: gpu.tensor([2, 3, 4]), b: gpu.tensor([3, 4, 5]), c: gpu.tensor([2, 3, 5]) };
    await expect(matmul(gpu.context(), batches)).rejects.toThrow(/as many left operands/);
  });

  it('compiles nothing new for new extents', async () => {
    const run = async (n: number): Promise<void> => {
      const tensors = { a: gpu.tensor([n, n]), b: gpu.tensor([n, n]), c: gpu.tensor([n, n]) };
      await gpu.run(await matmul(gpu.context(), tensors));
    };
    for (const n of [8, 9, 64, 65]) await run(n);
    const before = gpu.device.pipelineCount;
    for (const n of [12, 33, 100, 101, 129]) await run(n);
    expect(gpu.device.pipelineCount).toBe(before);
  });
});
