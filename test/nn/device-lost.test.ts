// The adapter vanishes in the middle of an epoch: the run ends with a DeviceLostError, not with the trial's own failure, and
// giving back what it held does not throw over it.
import { describe, expect, it } from 'vitest';
import { type Architecture, DeviceLostError } from '../../src/core/index.js';
import { openDevice } from '../../src/gpu/index.js';
import { openGpu, readKernels } from '../../src/host/index.js';
import { TrainRunner } from '../../src/nn/index.js';
import { createChooser } from '../../src/tune/index.js';
import { ADAPTER } from '../ops/fixture.js';
import { imagesOf, NETS } from './nets.js';

describe('a lost device', () => {
  it('passes through the runner as what it is', async () => {
    const device = await openDevice({ gpu: await openGpu({ adapter: ADAPTER }), kernels: await readKernels() });
    const trains = new TrainRunner({ context: { device, chooser: createChooser() }, train: imagesOf(40), validation: imagesOf(20, 1, 'test'), seed: 1 });
    const candidate = { architecture: NETS['dense alone'] as Architecture, ap: {}, hp: {} };
    const epochs: number[] = [];
    const run = (async () => {
      for await (const { epoch } of trains.run({ trial: 0, attempt: 1, candidate, until: 9 }, { signal: new AbortController().signal })) {
        epochs.push(epoch);
        if (epoch === 2) device.gpu.destroy();
      }
    })();
    await expect(run).rejects.toBeInstanceOf(DeviceLostError);
    expect(epochs).toEqual([1, 2]);
    trains.release();
    expect(device.pool.stats().inUse).toBe(0);
    device.destroy();
  });
});
