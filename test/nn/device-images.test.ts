// A set too large for one binding lies in chunks, and nothing that trains on it may notice.
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/core/index.js';
import { imageLength, moments } from '../../src/data/index.js';
import type { Device } from '../../src/gpu/index.js';
import { beginTraining, trainSettings, uploadImages } from '../../src/nn/index.js';
import { useDevice } from '../ops/fixture.js';
import { imagesOf, NETS } from './nets.js';

const gpu = useDevice();
const SET = imagesOf(37);

/** The device, but for its limit of one binding. */
function narrow(device: Device, bytes: number): Device {
  const facts = { ...device.facts, limits: { ...device.facts.limits, maxStorageBufferBindingSize: bytes } };
  return Object.create(device, { facts: { value: facts } }) as Device;
}

async function trained(device: Device): Promise<{ chunks: number; snapshot: Uint8Array; validation: unknown }> {
  const images = uploadImages(device, SET, moments(SET));
  const architecture = NETS['conv, max pool twice, two dense'] as Architecture;
  const training = await beginTraining(gpu.context(), { architecture, settings: trainSettings({ batch_size: 8 }), seed: 'chunks', train: images, validation: images });
  await training.epoch();
  const { validation } = await training.epoch();
  const snapshot = await training.snapshot();
  training.release();
  images.release();
  return { chunks: images.chunks.length, snapshot, validation };
}

describe('images on the device', () => {
  it('train alike in one chunk and in five', async () => {
    const whole = await trained(gpu.device);
    const cut = await trained(narrow(gpu.device, 8 * imageLength(SET) + 3));
    expect([whole.chunks, cut.chunks]).toEqual([1, 5]);
    expect(cut.validation).toEqual(whole.validation);
    expect(cut.snapshot).toEqual(whole.snapshot);
  });
});
