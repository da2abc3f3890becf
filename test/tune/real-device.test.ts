// The tuner on a real adapter, with a budget of a blink: what it measures it measures beside the network, never on it.
import { afterAll, describe, expect, it } from 'vitest';
import { createRng, ManualClock } from '../../src/core/index.js';
import { type Device, dispatch, openDevice, type Tensor } from '../../src/gpu/index.js';
import { openGpu } from '../../src/host/dawn.js';
import { readKernels } from '../../src/host/kernels.js';
import { conv2dGradWeight, lstmBackward, matmul } from '../../src/ops/index.js';
import { dispatchesOf, type Family } from '../../src/ops/contracts.js';
import { type Choice, type Decision, type Evidence, openMeter, type Question, Tuner } from '../../src/tune/index.js';
import { ADAPTER, expectExact, integers, testRng, useDevice } from '../ops/fixture.js';

const gpu = useDevice();

function openTuner(device: Device) {
  const heard: [Decision, Evidence | null][] = [];
  const tuner = new Tuner({
    measuring: { openMeter: () => openMeter(device), rng: createRng(1), clock: new ManualClock(), classSeconds: 0.05, totalSeconds: 1 },
    store: null,
    heard: (...told) => void heard.push(told),
  });
  return { tuner, heard };
}

describe('tuner on a device', () => {
  it('chooses by measurement, and the product comes out right', async () => {
    const { tuner, heard } = openTuner(gpu.device);
    const [M, N, K] = [5, 7, 9];
    const [a, b] = [integers(testRng('a'), M * K), integers(testRng('b'), K * N)];
    const c = gpu.tensor([M, N]);
    const before = gpu.device.pool.stats().inUse;
    const dispatches = await matmul({ device: gpu.device, chooser: tuner }, { a: gpu.tensor([M, K], a), b: gpu.tensor([K, N], b), c });
    expect((await gpu.read(c)).every(Number.isNaN)).toBe(true);
    await gpu.run(dispatches);
    const want = Float32Array.from({ length: M * N }, (_, i) => Array.from({ length: K }, (_, k) => (a[Math.floor(i / N) * K + k] ?? 0) * (b[k * N + (i % N)] ?? 0)).reduce((x, y) => x + y));
    expectExact('c', [M, N], await gpu.read(c), want);
    tuner.release();
    expect(gpu.device.pool.stats().inUse).toBe(before + 2); // the operands
    expect(heard).toHaveLength(1);
    const [decision, evidence] = heard[0] ?? [];
    expect(decision).toMatchObject({ family: 'matmul', direction: 'forward', from: 'measured' });
    expect(evidence?.measured[0]?.samples.length).toBeGreaterThan(0);
    expect(evidence?.key).toMatchObject({ adapter: gpu.device.facts.name, driver: gpu.device.facts.driver, backend: 'vulkan', kernels: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
  });

  it('leaves buffers alone that the op turns into something else in place', async () => {
    const { tuner } = openTuner(gpu.device);
    const [T, B, I, H] = [2, 3, 4, 5];
    const made: Tensor[] = [];
    const tensor = (...shape: number[]) => {
      const size = shape.reduce((x, y) => x * y, 1);
      const one = gpu.tensor(shape, Float32Array.from({ length: size }, (_, i) => i + made.length));
      made.push(one);
      return one;
    };
    const tensors = { x: tensor(T, B, I), w: tensor(4 * H, I), r: tensor(4 * H, H), h: tensor(T + 1, B, H), c: tensor(T + 1, B, H), gates: tensor(T, B, 4 * H) };
    const more = { dy: tensor(T, B, H), dw: tensor(4 * H, I), dr: tensor(4 * H, H), dbias: tensor(4 * H), dx: tensor(T, B, I) };
    const dispatches = await lstmBackward({ device: gpu.device, chooser: tuner }, { ...tensors, ...more });
    for (const [index, one] of made.entries()) expectExact(one.label, one.shape, await gpu.read(one), Float32Array.from({ length: one.size }, (_, i) => i + index));
    dispatches.forEach(({ owns }) => owns.forEach((scratch) => scratch.release()));
    tuner.release();
  });

  it('drops a candidate that does not compile, and records why', async () => {
    const { tuner, heard } = openTuner(gpu.device);
    const shape = { size: 64 };
    const variant = (name: string, file: string) => ({
      name, file, fits: () => true, settings: () => [{ spec: {}, overrides: {} }], pipelines: () => [{ file, entry: 'forward' }],
      async dispatches(device: Device, _direction: unknown, _shape: unknown, _settings: unknown, { y, x }: Record<string, Tensor>) {
        const pipeline = await device.pipeline({ file, entry: 'forward' });
        return [dispatch(pipeline, { params: { size: 16 }, buffers: { x: x as Tensor, y: y as Tensor }, grid: [1, 1, 1] })];
      },
    });
    const family: Family<typeof shape> = { name: 'relu', directions: ['forward'], variants: [variant('tiled', 'relu/no-such-file.wgsl'), variant('plain', 'relu/plain.wgsl')], flops: () => 1, bytes: () => 1 };
    const context = { device: gpu.device, chooser: tuner };
    await dispatchesOf(context, family, 'forward', shape, { x: gpu.tensor([64]), y: gpu.tensor([64]) });
    const [decision, evidence] = heard[0] ?? [];
    expect(decision?.ranking.map(({ variant: name }) => name)).toEqual(['plain']);
    expect(evidence?.measured[0]).toMatchObject({ outcome: 'failed', error: expect.stringContaining('no-such-file') as string });
    tuner.release();
  });

  it('never tries a variant of reduced precision unless the context allows it', async () => {
    const shape = { size: 64 };
    const variant = (name: string, reduced: boolean) => ({
      name, file: 'relu/plain.wgsl', ...(reduced ? { reduced: true as const } : {}), fits: () => true, settings: () => [{ spec: {}, overrides: {} }], pipelines: () => [],
      dispatches: () => Promise.resolve([]),
    });
    const family: Family<typeof shape> = { name: 'relu', directions: ['forward'], variants: [variant('half', true), variant('plain', false), variant('tiled', false)], flops: () => 1, bytes: () => 1 };
    const seen: string[][] = [];
    const chooser = { choose: ({ candidates }: Question) => { seen.push(candidates.map(({ variant: name }) => name)); return Promise.resolve(candidates[0] as Choice); } };
    await dispatchesOf({ device: gpu.device, chooser }, family, 'forward', shape, {});
    await dispatchesOf({ device: gpu.device, chooser, allowReduced: true }, family, 'forward', shape, {});
    expect(seen).toEqual([['plain', 'tiled'], ['half', 'plain', 'tiled']]);
  });
});

describe('an adapter without timestamps or subgroups', () => {
  let device: Device | null = null;
  afterAll(() => device?.destroy());

  it('is measured by the wall clock among what fits', async () => {
    device = await openDevice({ gpu: await openGpu({ adapter: ADAPTER }), kernels: await readKernels(), backend: 'vulkan', features: [] });
    const { tuner, heard } = openTuner(device);
    const [x, dy, dw] = [device.tensor([1, 2, 6, 6]), device.tensor([1, 3, 6, 6]), device.tensor([3, 2, 3, 3])];
    const dispatches = await conv2dGradWeight({ device, chooser: tuner }, { x, dy, dw }, { padding: [1, 1] });
    const [decision, evidence] = heard[0] ?? [];
    expect(evidence?.clock).toBe('wall');
    expect(decision?.from).toBe('measured');
    expect(evidence?.measured.map(({ choice }) => choice.variant)).not.toContain('subgroup');
    [...dispatches.flatMap(({ owns }) => owns), x, dy, dw].forEach((tensor) => tensor.release());
    tuner.release();
    expect(device.pool.labels()).toEqual([]);
  });
});
