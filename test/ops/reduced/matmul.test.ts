// Matrix products of reduced precision: exact on small whole numbers, within the headers' bound elsewhere, and never chosen by
// default. Variants that the adapter does not fit are skipped here; the null backend compiles them.
import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../../src/ops/contracts.js';
import { matmul, type MatmulAttributes, matmulFamily } from '../../../src/ops/matmul/matmul.js';
import type { MatmulShape } from '../../../src/ops/matmul/shape.js';
import { type Choice, createChooser } from '../../../src/tune/index.js';
import { expectExact, expectWithin, integers, testRng, useDevice } from '../fixture.js';
import { reducedBound, reducedSum, type ReducedSum } from '../oracle/reduced.js';

const gpu = useDevice();
const reduced = matmulFamily.variants.filter((variant) => variant.reduced).map(({ name }) => name);

interface Case extends MatmulAttributes {
  readonly extents: readonly [M: number, N: number, K: number];
  readonly bias?: boolean;
}

const CASES: readonly Case[] = [
  { extents: [1, 1, 1], bias: true, relu: true },
  { extents: [65, 70, 130], bias: true, relu: true },
  { extents: [5, 200, 31], transposeA: true },
  { extents: [130, 67, 66], transposeB: true },
];

function shapeOf({ extents: [M, N, K], transposeA, transposeB, bias, relu }: Case): MatmulShape {
  const flag = (on?: boolean): number => (on ? 1 : 0);
  return { M, N, K, batch: 1, transposeA: flag(transposeA), transposeB: flag(transposeB), bias: flag(bias), relu: flag(relu) };
}

/** Every setting for the first two cases, which share pipelines; the favourite elsewhere: a driver on a CPU compiles f16 for seconds. */
function tried(test: Case): Choice[] {
  const choices = choicesOf(test);
  return test.bias ? choices : choices.filter(({ variant }, i) => choices.findIndex((other) => other.variant === variant) === i);
}

function choicesOf(test: Case): Choice[] {
  return candidatesOf(matmulFamily, 'forward', shapeOf(test), gpu.device.facts).filter(({ variant }) => reduced.includes(variant));
}

function oracle(a: Float32Array, b: Float32Array, bias: Float32Array | null, { extents: [M, N, K], ...flags }: Case): ReducedSum[] {
  return Array.from({ length: M * N }, (_, i) => {
    const [m, n] = [Math.floor(i / N), i % N];
    return reducedSum(Array.from({ length: K }, (_, k) => [a[flags.transposeA ? k * M + m : m * K + k] ?? NaN, b[flags.transposeB ? n * K + k : k * N + n] ?? NaN] as const), bias?.[n]);
  });
}

async function compute(choice: Choice, fill: typeof integers, test: Case): Promise<{ got: Float32Array; want: ReducedSum[] }> {
  const { extents: [M, N, K], bias: biased, ...flags } = test;
  const rng = testRng(`reduced ${M} ${N} ${K}`);
  const [a, b, bias] = [fill(rng, M * K), fill(rng, K * N), biased ? fill(rng, N) : null];
  const c = gpu.tensor([M, N]);
  const tensors = { a: gpu.tensor(flags.transposeA ? [K, M] : [M, K], a), b: gpu.tensor(flags.transposeB ? [N, K] : [K, N], b), ...(bias ? { bias: gpu.tensor([N], bias) } : {}), c };
  await gpu.run(await matmul({ ...gpu.context(choice), allowReduced: true }, tensors, flags));
  return { got: await gpu.read(c), want: oracle(a, b, bias, test) };
}

/** Standard normal values, three of them 30 times larger: within f16's range after four products. */
const normals: typeof integers = (rng, count) => {
  const values = Float32Array.from({ length: count }, () => rng.normal());
  for (let i = 0; i < 3; i++) values[rng.int(count)] = 30 * rng.normal();
  return values;
};

const relu = ({ relu: on }: Case, value: number): number => (on ? Math.max(0, value) : value);

describe('matmul of reduced precision', () => {
  it.each(CASES)('indexes $extents exactly', async (test) => {
    for (const choice of tried(test)) {
      const { got, want } = await compute(choice, integers, test);
      expectExact(`matmul ${JSON.stringify(choice)}`, test.extents.slice(0, 2), got, want.map(({ value }) => relu(test, value)));
    }
  });

  it.each(CASES)('rounds $extents within the bound', async (test) => {
    for (const choice of tried(test)) {
      const { got, want } = await compute(choice, normals, test);
      const chain = choice.spec['CHAIN'] ?? 0;
      expectWithin(`matmul ${JSON.stringify(choice)}`, test.extents.slice(0, 2), got, want.map(({ value }) => relu(test, value)), (i) => reducedBound(want[i] as ReducedSum, chain));
    }
  });

  it('is offered where the adapter has f16, and chosen only where it is allowed and asked for', async () => {
    const test: Case = { extents: [128, 64, 64] };
    expect(choicesOf(test).length > 0).toBe(gpu.device.facts.features.includes('shader-f16'));
    const heard: string[][] = [];
    const chooser = createChooser({ heard: ({ candidates }, { variant }) => heard.push([variant, ...new Set(candidates.map((candidate) => candidate.variant))]) });
    const tensors = { a: gpu.tensor([128, 64]), b: gpu.tensor([64, 64]), c: gpu.tensor([128, 64]) };
    await matmul({ device: gpu.device, chooser }, tensors);
    await matmul({ device: gpu.device, chooser, allowReduced: true }, tensors);
    const [strict = [], loose = []] = heard;
    expect(strict.filter((name) => reduced.includes(name))).toEqual([]);
    expect(reduced).not.toContain(loose[0]);
    expect(loose.filter((name) => reduced.includes(name))).toEqual([...new Set(choicesOf(test).map(({ variant }) => variant))]);
  });

  it('lets NaN and infinity through its ReLU, so that a diverged network is seen', async () => {
    for (const choice of choicesOf({ extents: [16, 16, 16], bias: true, relu: true })) {
      for (const broken of [NaN, 1e6]) {
        const c = gpu.tensor([16, 16]);
        await gpu.run(await matmul({ ...gpu.context(choice), allowReduced: true }, { a: gpu.tensor([16, 16], new Float32Array(256).fill(broken)), b: gpu.tensor([16, 16], new Float32Array(256).fill(1)), bias: gpu.tensor([16], new Float32Array(16)), c }, { relu: true }));
        expect([...(await gpu.read(c))].some(Number.isFinite)).toBe(false);
      }
    }
  });
});
