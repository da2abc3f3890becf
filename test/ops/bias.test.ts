// The bias gradient against f64 sums, masked and not, for images and for dense layers.
import { describe, expect, it } from 'vitest';
import type { AdapterFacts } from '../../src/gpu/index.js';
import type { OpContext } from '../../src/ops/contracts.js';
import { biasGrad } from '../../src/ops/bias.js';
import { poolForward, poolGradInput } from '../../src/ops/pool/pool.js';
import { expectExact, expectSum, gaussians, integers, type Sum, testRng, useDevice } from './fixture.js';

const gpu = useDevice();

const SHAPES = [[1, 1], [3, 5], [64, 10], [37, 130], [2, 3, 5, 7], [5, 16, 14, 14], [33, 7, 1, 3], [3, 300, 2, 2]];

function oracle([N = 0, K = 0, ...plane]: readonly number[], dy: Float32Array, mask: Float32Array | null): Sum {
  const pixels = plane.reduce((product, extent) => product * extent, 1);
  const [values, magnitudes] = [new Float64Array(K), new Float64Array(K)];
  dy.forEach((grad, i) => {
    const k = Math.floor(i / pixels) % K;
    if (mask && !((mask[i] ?? NaN) > 0)) return;
    values[k] = (values[k] ?? NaN) + grad;
    magnitudes[k] = (magnitudes[k] ?? NaN) + Math.abs(grad);
  });
  return { values, magnitudes, terms: N * pixels };
}

/** The cut into slabs that a real GPU gets, run on whatever adapter the tests have. */
function contextOf(slabs: 'one' | 'many'): OpContext {
  const context = gpu.context();
  const facts: AdapterFacts = { ...gpu.device.facts, software: slabs === 'one' };
  const device = Object.create(gpu.device, { facts: { value: facts } }) as typeof gpu.device;
  return { ...context, device };
}

async function compute(shape: readonly number[], slabs: 'one' | 'many', masked: boolean, fill: typeof integers): Promise<{ got: Float32Array; want: Sum }> {
  const rng = testRng(`bias ${shape.join()}`);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const [dy, mask] = [fill(rng, size), masked ? integers(rng, size, 1) : null];
  const db = gpu.tensor([shape[1] ?? 0]);
  const tensors = { dy: gpu.tensor(shape, dy), db, ...(mask ? { mask: gpu.tensor(shape, mask) } : {}) };
  await gpu.run(await biasGrad(contextOf(slabs), tensors));
  return { got: await gpu.read(db), want: oracle(shape, dy, mask) };
}

const CASES = SHAPES.flatMap((shape) =>
  (['one', 'many'] as const).flatMap((slabs) => [false, true].map((masked) => ({ shape, slabs, masked }))),
);

describe('bias gradient', () => {
  it.each(CASES)('adds integers of $shape exactly, slabs: $slabs, masked: $masked', async ({ shape, slabs, masked }) => {
    const { got, want } = await compute(shape, slabs, masked, integers);
    expectExact('bias', [shape[1] ?? 0], got, want.values);
  });

  it.each(CASES)('adds gaussians of $shape within the bound, slabs: $slabs, masked: $masked', async ({ shape, slabs, masked }) => {
    const { got, want } = await compute(shape, slabs, masked, gaussians);
    expectSum('bias', [shape[1] ?? 0], got, want);
  });

  it('is the same from the pooled gradient as from the one before the pool', async () => {
    const [images, pooled] = [[3, 5, 9, 8], [3, 5, 4, 4]];
    const rng = testRng('bias pooled');
    const attributes = { kind: 'max', size: [2, 2], relu: true } as const;
    const [x, dy] = [gpu.tensor(images, integers(rng, 1080)), gpu.tensor(pooled, integers(rng, 240))];
    const [y, dx] = [gpu.tensor(pooled), gpu.tensor(images)];
    const chosen = gpu.tensor(pooled, new Uint32Array(240));
    const [short, long] = [gpu.tensor([5]), gpu.tensor([5])];
    await gpu.run([
      ...(await poolForward(gpu.context(), { x, y, chosen }, attributes)),
      ...(await poolGradInput(gpu.context(), { dy, chosen, dx }, attributes)),
      ...(await biasGrad(gpu.context(), { dy, mask: y, db: short })),
      ...(await biasGrad(gpu.context(), { dy: dx, db: long })),
    ]);
    expect(await gpu.read(short)).toEqual(await gpu.read(long));
  });

  it('refuses a bias of another length', async () => {
    await expect(biasGrad(gpu.context(), { dy: gpu.tensor([2, 3]), db: gpu.tensor([2]) })).rejects.toThrow(/expected shape 3/);
  });
});
