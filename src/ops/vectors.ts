// Flat tensors as whole vec4s, for kernels that go four elements a thread whatever the length.
import { Tensor } from '../gpu/index.js';

/**
 * The tensor's elements as a flat view rounded up to a multiple of four. Safe because a tensor starts at a multiple of 256
 * bytes and buffers come in multiples of 256: the elements behind its end belong to nobody. They hold anything.
 */
export function wholeVectors({ size, type, buffer, offset, label }: Tensor): Tensor {
  return new Tensor([4 * vectorCount(size)], type, buffer, offset, label, null);
}

/** Vec4s that hold `size` elements. */
export function vectorCount(size: number): number {
  return Math.ceil(size / 4);
}
