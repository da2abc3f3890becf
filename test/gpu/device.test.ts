// The device on a real adapter: tensors, programs, timing, and errors that surface at the next call. No op is run here.
import { describe, expect, it } from 'vitest';
import { DeviceLostError, KernelError, ShapeError } from '../../src/core/index.js';
import { dispatch, LimitError, linearGrid, openDevice, type PipelineKey, ResourceError, timestampResolution } from '../../src/gpu/index.js';
import { openGpu } from '../../src/host/dawn.js';
import { ADAPTER, useDevice } from '../ops/fixture.js';

const gpu = useDevice();

const DOUBLE = `
struct Params { count: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i >= params.count) { return; }
  y[i] = x[i] * params.factor;
}
`;
const SCALE: PipelineKey = { file: 'test/scale.wgsl', entry: 'forward' };

async function open(): Promise<Awaited<ReturnType<typeof openDevice>>> {
  return openDevice({ gpu: await openGpu({ adapter: ADAPTER }), kernels: { 'test/scale.wgsl': DOUBLE } });
}

describe('device', () => {
  it('states facts about the adapter', () => {
    const { name, software, limits, features, subgroup } = gpu.device.facts;
    expect(name.length).toBeGreaterThan(0);
    expect(typeof software).toBe('boolean');
    expect(limits.maxComputeInvocationsPerWorkgroup).toBe(256);
    if (features.includes('subgroups')) expect(subgroup?.min).toBeGreaterThanOrEqual(4);
  });

  it('uploads, copies, clears and reads back, several tensors at once', async () => {
    const a = gpu.tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const b = gpu.tensor([5], new Uint32Array([7, 8, 9, 10, 4_000_000_000]));
    const c = gpu.tensor([6]);
    gpu.device.copy(a, c);
    gpu.device.clear(a);
    const [ra, rb, rc] = await gpu.device.readAll([a, b, c]);
    expect([...(ra ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...(rb ?? [])]).toEqual([7, 8, 9, 10, 4_000_000_000]);
    expect([...(rc ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses shapes, sizes and types that cannot be', async () => {
    expect(() => gpu.device.tensor([0, 2])).toThrow(ShapeError);
    expect(() => gpu.device.tensor([1 << 26])).toThrow(LimitError);
    expect(() => gpu.device.tensor([1 << 26])).toThrow(/maxStorageBufferBindingSize of at most 134217728, got 268435456; use a smaller batch/);
    expect(() => gpu.device.upload(gpu.tensor([3]), new Float32Array(4))).toThrow(ShapeError);
    await expect(gpu.device.read(gpu.tensor([1], new Uint32Array(1)))).rejects.toThrow(ResourceError);
  });

  it('views a tensor under another shape, and refuses another size', () => {
    const a = gpu.tensor([2, 3]);
    expect(a.view([3, 2]).shape).toEqual([3, 2]);
    expect(() => a.view([4])).toThrow(ShapeError);
  });

  it('refuses a second release', () => {
    const tensor = gpu.device.tensor([4]);
    tensor.release();
    expect(() => tensor.release()).toThrow(ResourceError);
  });

  it('reuses released buffers', () => {
    gpu.device.tensor([5000]).release();
    const before = gpu.device.pool.stats().created;
    for (let i = 0; i < 10; i++) gpu.device.tensor([4999]).release();
    expect(gpu.device.pool.stats().created).toBe(before);
  });
});

describe('program', () => {
  it('runs in order, and sends changed parameters with the next run', async () => {
    const device = await open();
    const pipeline = await device.pipeline(SCALE);
    const x = device.tensor([100], { data: new Float32Array(100).fill(1) });
    const y = device.tensor([100]);
    const forth = dispatch(pipeline, { params: { count: 100, factor: 3 }, buffers: { x, y }, grid: linearGrid(100, 64) });
    const back = dispatch(pipeline, { params: { count: 100, factor: 0.5 }, buffers: { x: y, y: x }, grid: linearGrid(100, 64) });
    const program = await device.program('there and back', [forth, back]);
    program.run();
    program.run();
    expect([...new Set(await device.read(x))]).toEqual([2.25]);
    back.params.set({ factor: 1 });
    program.run();
    expect([...new Set(await device.read(x))]).toEqual([6.75]);
    program.release();
    [x, y].forEach((tensor) => tensor.release());
    expect(device.pool.stats().inUse).toBe(0);
    device.destroy();
  });

  it('compiles one pipeline a key', async () => {
    const device = await open();
    await Promise.all([device.pipeline(SCALE), device.pipeline(SCALE), device.pipeline({ ...SCALE, spec: {} })]);
    expect(device.pipelineCount).toBe(1);
    device.destroy();
  });

  it('names the dispatch whose buffers do not fit the kernel', async () => {
    const device = await open();
    const pipeline = await device.pipeline(SCALE);
    const x = device.tensor([4]);
    const params = { count: 4, factor: 1 };
    expect(() => dispatch(pipeline, { params, buffers: { x, z: x }, grid: [1, 1, 1] })).toThrow(/expected buffers among x, y, got z/);
    const lacking = dispatch(pipeline, { params, buffers: { x }, grid: [1, 1, 1] });
    await expect(device.program('lacking', [lacking])).rejects.toThrow(KernelError);
    const wide = dispatch(pipeline, { params, buffers: { x, y: x }, grid: [70000, 1, 1] });
    await expect(device.program('wide', [wide])).rejects.toThrow(/maxComputeWorkgroupsPerDimension of at most 65535, got 70000; fold/);
    device.destroy();
  });

  it('times a program on the device where timestamps are there', async ({ skip }) => {
    const device = await open();
    if (!device.facts.features.includes('timestamp-query')) skip();
    const pipeline = await device.pipeline(SCALE);
    const [x, y] = [device.tensor([1 << 20], { data: new Float32Array(1 << 20) }), device.tensor([1 << 20])];
    const one = dispatch(pipeline, { params: { count: 1 << 20, factor: 2 }, buffers: { x, y }, grid: linearGrid(1 << 20, 64) });
    const program = await device.program('timed', [one, one]);
    const timer = device.timer(2);
    expect(await program.time(timer)).toBeGreaterThan(0);
    expect((await program.profile(timer)).map(({ label }) => label)).toEqual([one.label, one.label]);
    device.destroy();
  });

  it('finds the step of the timestamps: Dawn rounds them to 65,536 ns', async ({ skip }) => {
    const device = await open();
    const step = await timestampResolution(device);
    expect(device.pool.stats().inUse).toBe(0);
    device.destroy();
    if (step === null) skip();
    expect(Number(step) % 2 ** 16).toBe(0);
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(1e6);
  });

  it('folds grids beyond 65,535 workgroups', () => {
    expect(linearGrid(64 * 65535, 64)).toEqual([65535, 1, 1]);
    const [x, y, z] = linearGrid(64 * 65535 + 1, 64);
    expect(x * y * z).toBeGreaterThanOrEqual(65536);
    expect(Math.max(x, y)).toBeLessThanOrEqual(65535);
  });
});

describe('lost device', () => {
  it('throws a DeviceLostError at the next call, and at a read in flight', async () => {
    const device = await open();
    const tensor = device.tensor([16]);
    const reading = device.read(tensor);
    device.gpu.destroy();
    await expect(reading).rejects.toThrow(DeviceLostError);
    await device.gpu.lost;
    expect(() => device.tensor([4])).toThrow(DeviceLostError);
    await expect(device.settle()).rejects.toThrow(/reopen the device and resume/);
    device.destroy();
  });

  it('refuses work after destroy, and destroys once', async () => {
    const device = await open();
    device.destroy();
    device.destroy();
    expect(() => device.tensor([4])).toThrow(ResourceError);
  });

  it('throws an uncaught device error once, at the next call', async () => {
    const device = await open();
    device.gpu.createBuffer({ size: 16, usage: 0 });
    await device.gpu.queue.onSubmittedWorkDone();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => device.check()).toThrow(KernelError);
    expect(() => device.check()).not.toThrow();
    device.destroy();
  });
});
