// Buffers by size class, kept for reuse: a search builds and drops hundreds of networks, and a driver's allocation costs
// far more than a free list. Contents of a reused buffer are whatever its last user left. Reuse needs no waiting: the queue
// runs in order, so a new user's writes land after the old user's reads.
import { DeviceMemoryError, ResourceError, requireWithin } from './errors.js';

export interface PoolStats {
  /** Buffers handed out and not given back: a leak count once the owner should be done. */
  readonly inUse: number;
  readonly bytesInUse: number;
  readonly bytesKept: number;
  readonly peakBytes: number;
  readonly created: number;
}

export class BufferPool {
  private readonly free = new Map<string, GPUBuffer[]>();
  private readonly lent = new Map<GPUBuffer, string>();
  private bytesInUse = 0;
  private bytesKept = 0;
  private peakBytes = 0;
  private created = 0;

  /** `keepBytes`: idle buffers beyond this many bytes are destroyed when given back. */
  constructor(
    private readonly device: GPUDevice,
    private readonly keepBytes = 512 * 2 ** 20,
  ) {}

  acquire(bytes: number, usage: number, label: string): GPUBuffer {
    requireWithin(this.device.limits, 'maxBufferSize', bytes, `buffer ${label}`, 'use a smaller batch or a narrower layer');
    const size = Math.min(sizeClass(bytes), this.device.limits.maxBufferSize);
    const key = `${size}/${usage}`;
    const buffer = this.reuse(key, size) ?? this.create(size, usage, label);
    this.lent.set(buffer, key);
    this.bytesInUse += size;
    this.peakBytes = Math.max(this.peakBytes, this.bytesInUse + this.bytesKept);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    const key = this.lent.get(buffer);
    if (key === undefined) throw new ResourceError(`buffer ${buffer.label}: expected a buffer in use, got one already given back; release it once`);
    this.lent.delete(buffer);
    this.bytesInUse -= buffer.size;
    if (this.bytesKept + buffer.size > this.keepBytes) {
      buffer.destroy();
      return;
    }
    this.bytesKept += buffer.size;
    const shelf = this.free.get(key) ?? [];
    shelf.push(buffer);
    this.free.set(key, shelf);
  }

  stats(): PoolStats {
    return {
      inUse: this.lent.size,
      bytesInUse: this.bytesInUse,
      bytesKept: this.bytesKept,
      peakBytes: this.peakBytes,
      created: this.created,
    };
  }

  /** Labels of the buffers in use, for the message about a leak. */
  labels(): string[] {
    return [...this.lent.keys()].map((buffer) => buffer.label);
  }

  /** Destroys idle buffers; those in use stay. */
  trim(): void {
    for (const shelf of this.free.values()) for (const buffer of shelf) buffer.destroy();
    this.free.clear();
    this.bytesKept = 0;
  }

  destroy(): void {
    this.trim();
    for (const buffer of this.lent.keys()) buffer.destroy();
    this.lent.clear();
    this.bytesInUse = 0;
  }

  private reuse(key: string, size: number): GPUBuffer | undefined {
    const buffer = this.free.get(key)?.pop();
    if (buffer) this.bytesKept -= size;
    return buffer;
  }

  private create(size: number, usage: number, label: string): GPUBuffer {
    this.created++;
    try {
      return this.device.createBuffer({ size, usage, label });
    } catch (cause) {
      throw new DeviceMemoryError(`buffer ${label}: expected ${size} bytes of device memory, got none (${String(cause)}); use a smaller batch or network`);
    }
  }
}

/** The next of four steps an octave from 1 KiB (256 bytes below): at most a quarter of a buffer is waste. */
export function sizeClass(bytes: number): number {
  if (bytes <= 1024) return Math.max(256, Math.ceil(bytes / 256) * 256);
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.ceil(bytes / step) * step;
}
