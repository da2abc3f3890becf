// An adapter without timestamps, subgroups and f16: the laboratory measures by the wall clock, and nobody but it need know.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchLine, casesFor, runBench } from '../../src/bench/index.js';
import { type Device, openDevice } from '../../src/gpu/index.js';
import { openGpu } from '../../src/host/dawn.js';
import { readKernels } from '../../src/host/kernels.js';
import { ADAPTER } from '../ops/fixture.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ gpu: await openGpu({ adapter: ADAPTER }), kernels: await readKernels(), features: [] });
});
afterAll(() => device.destroy());

describe('an adapter without extras', () => {
  it('is measured by the wall clock, with the variants that it can run', async () => {
    const lines: BenchLine[] = [];
    for await (const line of runBench(device, casesFor({ filter: 'matmul', axes: { M: [33], N: [20], K: [17] } }).slice(0, 1), { minTime: 0.001, maxTime: 0.01 })) lines.push(line);
    expect(lines[0]).toMatchObject({ type: 'environment', clock: 'wall', timestamp_ns: null, adapter: { subgroup: null } });
    const [, roofline] = lines;
    if (roofline?.type !== 'roofline') throw new Error(`expected the roofline second, got ${roofline?.type}`);
    expect(roofline.f16Gflops).toBeUndefined();
    expect(roofline.fmaGflops).toBeGreaterThan(0);
    expect(roofline.roundTripUs).toBeGreaterThan(0);
    const measured = lines.filter((line) => line.type === 'case');
    expect(measured.map(({ variant }) => variant.split(' ')[0]).sort()).toEqual(['plain', 'tiled']);
    for (const line of measured) expect([line.checked, line.samples_ms.length, line.median_ms > 0]).toEqual([true, line.samples, true]);
  }, 60_000);
});
