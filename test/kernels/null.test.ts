// Every kernel in every variant and specialisation, under WebGPU's default limits, with no driver: Dawn's null backend
// parses and validates all of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Device, openDevice, type PipelineKey } from '../../src/gpu/index.js';
import { openGpu } from '../../src/host/dawn.js';
import { readKernels } from '../../src/host/kernels.js';
import { conv2dFamily, forestFamily, gatherFamily, linearFamily, lstmFamily, matmulFamily, ownModelFamily, poolFamily, rbfFamily, softmaxFamily } from '../../src/ops/index.js';

const kernels = await readKernels();
const families = [conv2dFamily, forestFamily, gatherFamily, linearFamily, lstmFamily, matmulFamily, ownModelFamily, poolFamily, rbfFamily, softmaxFamily];

let device: Device;
beforeAll(async () => {
  // Subgroup matrices are behind a toggle that no kernel needs but theirs.
  device = await openDevice({ gpu: await openGpu({ backend: 'null', enable: ['allow_unsafe_apis'] }), kernels, backend: 'null' });
});
afterAll(() => device.destroy());

describe('null backend', () => {
  it('holds the default limits', () => {
    const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupStorageSize, maxStorageBuffersPerShaderStage } = device.facts.limits;
    expect([maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupStorageSize, maxStorageBuffersPerShaderStage]).toEqual([256, 16384, 8]);
  });

  it.each(Object.keys(kernels))('%s compiles with its defaults', async (file) => {
    const entries = device.sources.entries(file);
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) await device.pipeline({ file, entry });
  });

  it.each(families.map((family) => [family.name, family] as const))('%s compiles in every variant', async (_name, family) => {
    const keys: readonly PipelineKey[] = family.variants.flatMap((variant) => variant.pipelines());
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) await device.pipeline(key);
  });

  it('compiles everything but subgroup matrices without unsafe toggles', async () => {
    const safe = await openDevice({ gpu: await openGpu({ backend: 'null' }), kernels, backend: 'null' });
    expect(safe.facts.matrices).toBeUndefined();
    const files = Object.keys(kernels).filter((file) => !file.endsWith('/matrix.wgsl'));
    expect(files.length).toBeGreaterThan(Object.keys(kernels).length - 3);
    for (const file of files) for (const entry of safe.sources.entries(file)) await safe.pipeline({ file, entry });
    safe.destroy();
  });

  it('names the kernel file and its own line in an error', async () => {
    const broken = { 'broken/plain.wgsl': 'const TILE: u32 = 4u; // @spec\n\nfn f() -> u32 {\n  return TILE + nothing;\n}\n' };
    const other = await openDevice({ gpu: await openGpu({ backend: 'null' }), kernels: broken });
    await expect(other.pipeline({ file: 'broken/plain.wgsl', entry: 'f', spec: { TILE: 8 } })).rejects.toThrow(/kernels\/broken\/plain\.wgsl:4:\d+: .*nothing[\s\S]*return TILE \+ nothing/);
    other.destroy();
  });
});
