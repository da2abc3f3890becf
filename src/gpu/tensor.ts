// A tensor is a shape over a stretch of one buffer, row-major, four bytes an element. It holds no values on the CPU side
// and does no arithmetic.
import { ShapeError } from '../core/index.js';
import type { BufferPool } from './pool.js';
import { ResourceError } from './errors.js';

export type ElementType = 'f32' | 'u32' | 'i32';
export type Elements = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

export class Tensor {
  private released = false;

  constructor(
    readonly shape: readonly number[],
    readonly type: ElementType,
    readonly buffer: GPUBuffer,
    /** Bytes from the buffer's start; a multiple of 256, as bindings demand. */
    readonly offset: number,
    readonly label: string,
    private readonly owner: BufferPool | null,
  ) {}

  /** Elements. */
  get size(): number {
    return elementCount(this.shape);
  }

  get bytes(): number {
    return this.size * 4;
  }

  /** The same elements under another shape. The view owns nothing: release the original. */
  view(shape: readonly number[]): Tensor {
    if (elementCount(shape) !== this.size) {
      throw new ShapeError(`${this.label}: expected a view of ${this.size} elements, got ${shape.join('x')}; keep the number of elements`);
    }
    return new Tensor(shape, this.type, this.buffer, this.offset, this.label, null);
  }

  /** `size` elements from element `first` on (a multiple of 64, as bindings demand), as a vector. Owns nothing, like a view. */
  slice(first: number, size: number): Tensor {
    if (first % 64 !== 0 || first < 0 || size < 1 || first + size > this.size) {
      throw new ShapeError(`${this.label}: expected a stretch of its ${this.size} elements that begins at a multiple of 64, got ${size} from ${first} on`);
    }
    return new Tensor([size], this.type, this.buffer, this.offset + 4 * first, this.label, null);
  }

  /** Gives the buffer back to the pool; submitted work that still reads it is safe. Views have nothing to release. */
  release(): void {
    if (this.owner === null) return;
    if (this.released) throw new ResourceError(`tensor ${this.label}: expected one release, got a second`);
    this.released = true;
    this.owner.release(this.buffer);
  }
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Throws unless the tensor has this shape. */
export function requireShape(tensor: Tensor, shape: readonly number[], what: string): void {
  if (tensor.shape.length === shape.length && tensor.shape.every((extent, i) => extent === shape[i])) return;
  throw new ShapeError(`${what}: expected shape ${shape.join('x')}, got ${tensor.shape.join('x')} (${tensor.label})`);
}

export function elementsOver(type: ElementType, bytes: ArrayBuffer): Elements {
  switch (type) {
    case 'f32':
      return new Float32Array(bytes);
    case 'u32':
      return new Uint32Array(bytes);
    case 'i32':
      return new Int32Array(bytes);
  }
}
