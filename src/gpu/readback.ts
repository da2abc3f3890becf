// Device to CPU: copies into one pooled staging buffer, one mapAsync, values copied out.
import type { BufferPool } from './pool.js';
import { type Elements, elementsOver, type Tensor } from './tensor.js';
import { MAP_READ_MODE, STAGING_USAGE } from './usage.js';

export async function readTensors(gpu: GPUDevice, pool: BufferPool, tensors: readonly Tensor[]): Promise<Elements[]> {
  const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const staging = pool.acquire(total, STAGING_USAGE, 'readback');
  try {
    copyAll(gpu, tensors, staging);
    await staging.mapAsync(MAP_READ_MODE, 0, total);
    const mapped = staging.getMappedRange(0, total);
    const values = cut(mapped, tensors);
    staging.unmap();
    return values;
  } finally {
    pool.release(staging);
  }
}

function copyAll(gpu: GPUDevice, tensors: readonly Tensor[], staging: GPUBuffer): void {
  const encoder = gpu.createCommandEncoder({ label: 'readback' });
  let at = 0;
  for (const { buffer, offset, bytes } of tensors) {
    encoder.copyBufferToBuffer(buffer, offset, staging, at, bytes);
    at += bytes;
  }
  gpu.queue.submit([encoder.finish()]);
}

function cut(mapped: ArrayBuffer, tensors: readonly Tensor[]): Elements[] {
  let at = 0;
  return tensors.map(({ type, bytes }) => {
    const values = elementsOver(type, mapped.slice(at, at + bytes));
    at += bytes;
    return values;
  });
}
