// A prepared list of dispatches: bind groups made, parameters packed into one buffer, encoded into one command encoder, one
// compute pass and one submit a run. WebGPU orders the dispatches of a pass by the buffers they touch, so each sees what
// the ones before it wrote.
import type { Dispatch } from './dispatch.js';
import type { BufferPool } from './pool.js';
import { requireWithin } from './errors.js';
import { PARAM_STRIDE } from './params.js';
import type { PassTimer } from './timing.js';
import { Usage } from './usage.js';

interface Bound {
  readonly dispatch: Dispatch;
  readonly group: GPUBindGroup;
}

export class Program {
  private readonly bound: readonly Bound[];
  private readonly packed: Uint8Array<ArrayBuffer>;
  private readonly uniforms: GPUBuffer;
  private uploaded: readonly number[] = [];

  /** Use `device.program`, which watches for errors. */
  constructor(
    private readonly gpu: GPUDevice,
    private readonly pool: BufferPool,
    private readonly check: () => void,
    readonly label: string,
    readonly dispatches: readonly Dispatch[],
  ) {
    dispatches.forEach((d) => requireGrid(gpu, d));
    this.packed = new Uint8Array(Math.max(1, dispatches.length) * PARAM_STRIDE);
    this.uniforms = pool.acquire(this.packed.byteLength, Usage.uniform | Usage.copyTarget, `${label} params`);
    this.bound = dispatches.map((d, i) => ({ dispatch: d, group: this.bind(d, i) }));
  }

  /** Submits all dispatches once. Returns at once; `device.settle()` or a read waits. */
  run(): void {
    this.submit((encoder) => this.pass(encoder, this.bound));
  }

  /** Runs once and returns the pass's device time in seconds (timestamp queries). */
  async time(timer: PassTimer): Promise<number> {
    this.submit((encoder) => {
      this.pass(encoder, this.bound, timer.writes(0));
      timer.resolve(encoder);
    });
    return (await timer.seconds(1))[0] ?? 0;
  }

  /** Runs once, a pass a dispatch, and returns each one's device time in seconds. Slower than `run`: for looking, not for comparing. */
  async profile(timer: PassTimer): Promise<{ label: string; seconds: number }[]> {
    const batch = this.bound.slice(0, timer.capacity);
    this.submit((encoder) => {
      batch.forEach((bound, i) => this.pass(encoder, [bound], timer.writes(i)));
      timer.resolve(encoder);
    });
    const seconds = await timer.seconds(batch.length);
    return batch.map(({ dispatch }, i) => ({ label: dispatch.label, seconds: seconds[i] ?? 0 }));
  }

  /** Gives back the parameter buffer and the dispatches' scratch. */
  release(): void {
    this.pool.release(this.uniforms);
    for (const { owns } of this.dispatches) owns.forEach((tensor) => tensor.release());
  }

  private submit(encode: (encoder: GPUCommandEncoder) => void): void {
    this.check();
    this.uploadParams();
    const encoder = this.gpu.createCommandEncoder({ label: this.label });
    encode(encoder);
    this.gpu.queue.submit([encoder.finish()]);
  }

  private pass(encoder: GPUCommandEncoder, bound: readonly Bound[], timestampWrites?: GPUComputePassTimestampWrites): void {
    const pass = encoder.beginComputePass(timestampWrites ? { label: this.label, timestampWrites } : { label: this.label });
    for (const { dispatch, group } of bound) {
      pass.setPipeline(dispatch.pipeline.gpu);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...dispatch.grid);
    }
    pass.end();
  }

  private uploadParams(): void {
    if (this.dispatches.every((d, i) => d.params.version === this.uploaded[i])) return;
    this.dispatches.forEach((d, i) => d.params.copyTo(this.packed, i * PARAM_STRIDE));
    this.gpu.queue.writeBuffer(this.uniforms, 0, this.packed);
    this.uploaded = this.dispatches.map((d) => d.params.version);
  }

  private bind({ pipeline, params, buffers, label }: Dispatch, index: number): GPUBindGroup {
    const uniform = { binding: 0, resource: { buffer: this.uniforms, offset: index * PARAM_STRIDE, size: params.size } };
    const tensors = Object.entries(buffers).map(([name, { buffer, offset, bytes }]) => ({
      binding: pipeline.bindings.get(name) ?? 0,
      // Whole vec4s, so that a kernel may read an odd-sized tensor four at a time; pooled buffers are multiples of 256.
      resource: { buffer, offset, size: Math.ceil(bytes / 16) * 16 },
    }));
    const entries = params.size > 0 ? [uniform, ...tensors] : tensors;
    return this.gpu.createBindGroup({ label, layout: pipeline.gpu.getBindGroupLayout(0), entries });
  }
}

function requireGrid(gpu: GPUDevice, { grid, label }: Dispatch): void {
  const widest = Math.max(...grid);
  requireWithin(gpu.limits, 'maxComputeWorkgroupsPerDimension', widest, `dispatch ${label}`, 'fold the grid into y and z (linearGrid) or use a smaller batch');
}
