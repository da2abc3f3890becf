// Device time by timestamp queries at the ends of compute passes, the only place where they are portable. Resolution is the
// adapter's (Dawn rounds to about 0.1 ms unless its toggle timestamp_quantization is off).
import { KernelError } from '../core/index.js';
import type { BufferPool } from './pool.js';
import { MAP_READ_MODE, STAGING_USAGE, Usage } from './usage.js';

export class PassTimer {
  private readonly queries: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly staging: GPUBuffer;

  /** `capacity`: passes timed in one submit. Throws where the device has no `timestamp-query`. */
  constructor(
    gpu: GPUDevice,
    private readonly pool: BufferPool,
    readonly capacity = 1,
  ) {
    if (!gpu.features.has('timestamp-query')) {
      throw new KernelError('timing: expected an adapter with timestamp-query, got one without; use the wall clock around settle()');
    }
    this.queries = gpu.createQuerySet({ type: 'timestamp', count: 2 * capacity });
    this.resolved = pool.acquire(16 * capacity, Usage.queryResolve | Usage.copySource, 'timestamps');
    this.staging = pool.acquire(16 * capacity, STAGING_USAGE, 'timestamps staging');
  }

  writes(pass: number): GPUComputePassTimestampWrites {
    return { querySet: this.queries, beginningOfPassWriteIndex: 2 * pass, endOfPassWriteIndex: 2 * pass + 1 };
  }

  resolve(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.queries, 0, 2 * this.capacity, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, this.staging, 0, 16 * this.capacity);
  }

  /** Seconds of the first `passes` passes of the last resolved submit. */
  async seconds(passes: number): Promise<number[]> {
    const stamps = await this.stamps();
    return Array.from({ length: passes }, (_, i) => Number((stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n)) / 1e9);
  }

  /** Nanoseconds, begin and end of each pass of the last resolved submit. */
  async stamps(): Promise<BigUint64Array> {
    await this.staging.mapAsync(MAP_READ_MODE, 0, 16 * this.capacity);
    const stamps = new BigUint64Array(this.staging.getMappedRange(0, 16 * this.capacity).slice(0));
    this.staging.unmap();
    return stamps;
  }

  release(): void {
    this.queries.destroy();
    this.pool.release(this.resolved);
    this.pool.release(this.staging);
  }
}
