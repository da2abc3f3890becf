// The one device of a process: tensors in and out, pipelines, programs, and where errors surface. An error that the driver
// reports late (lost device, uncaptured validation) is thrown by the next call from the foreground.
// It opens what it is handed: finding an adapter on a machine is host's work, reading kernels from disk too.
import { DeviceLostError, KernelError, ShapeError, messageOf } from '../core/index.js';
import { type AdapterFacts, factsOf } from './adapter.js';
import type { Dispatch } from './dispatch.js';
import { DeviceMemoryError, LimitError, requireWithin, ResourceError } from './errors.js';
import { type Pipeline, PipelineCache, type PipelineKey } from './pipeline.js';
import { BufferPool } from './pool.js';
import { Program } from './program.js';
import { readTensors } from './readback.js';
import { withScopes } from './scopes.js';
import { KernelSources } from './source.js';
import { type ElementType, elementCount, type Elements, Tensor } from './tensor.js';
import { PassTimer } from './timing.js';
import { TENSOR_USAGE } from './usage.js';

export interface OpenOptions {
  readonly gpu: GPU;
  /** `family/variant.wgsl` -> text. */
  readonly kernels: Readonly<Record<string, string>>;
  /** What the GPU object runs on, where its opener knows. */
  readonly backend?: string;
  /** Features to ask for where the adapter has them. */
  readonly features?: readonly GPUFeatureName[];
}

export interface TensorOptions {
  readonly type?: ElementType;
  readonly label?: string;
  /** First values; without them the contents are undefined. */
  readonly data?: Elements;
}

/** The last one Dawn offers with the toggle allow_unsafe_apis alone. */
const WANTED: readonly GPUFeatureName[] = ['subgroups', 'timestamp-query', 'shader-f16', 'chromium-experimental-subgroup-matrix' as GPUFeatureName];

/** Opens the adapter's device within WebGPU's default limits. Throws a DeviceLostError where there is none to be had. */
export async function openDevice({ gpu, kernels, backend = 'unknown', features = WANTED }: OpenOptions): Promise<Device> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new DeviceLostError('expected a WebGPU adapter, got none; install a Vulkan driver (Mesa lavapipe runs on any CPU) and run foretell doctor');
  const requiredFeatures = features.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredFeatures });
  return new Device(device, factsOf(adapter.info, device, backend), new KernelSources(kernels));
}

export class Device {
  readonly pool: BufferPool;
  private readonly pipelines: PipelineCache;
  private failure: Error | null = null;
  private closed = false;

  /** Use `openDevice`. */
  constructor(
    readonly gpu: GPUDevice,
    readonly facts: AdapterFacts,
    readonly sources: KernelSources,
  ) {
    this.pool = new BufferPool(gpu);
    this.pipelines = new PipelineCache(gpu, sources);
    void gpu.lost.then((info) => this.onLost(info));
    gpu.onuncapturederror = (event) => {
      this.failure ??= uncaptured(event.error);
    };
  }

  get pipelineCount(): number {
    return this.pipelines.count;
  }

  /** Throws what went wrong since the last call: a lost device (for good) or an error nobody caught (once). */
  check(): void {
    if (this.closed) throw new ResourceError('device: expected an open device, got one already destroyed');
    const failure = this.failure;
    if (failure === null) return;
    if (!(failure instanceof DeviceLostError)) this.failure = null;
    throw failure;
  }

  /** A new tensor; release it when done. Contents are undefined unless `data` is given. */
  tensor(shape: readonly number[], { type = 'f32', label = 'tensor', data }: TensorOptions = {}): Tensor {
    this.check();
    if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
      throw new ShapeError(`${label}: expected extents of whole numbers from 1, got ${shape.join('x')}`);
    }
    const bytes = elementCount(shape) * 4;
    requireWithin(this.gpu.limits, 'maxStorageBufferBindingSize', bytes, `tensor ${label} (${shape.join('x')})`, 'use a smaller batch or a narrower layer');
    const tensor = new Tensor(shape, type, this.pool.acquire(bytes, TENSOR_USAGE, label), 0, label, this.pool);
    if (data) this.upload(tensor, data);
    return tensor;
  }

  /** Writes a tensor's values, in order with submitted work; `data` is copied before this returns. */
  upload(tensor: Tensor, data: Elements): void {
    this.check();
    if (data.length !== tensor.size) throw new ShapeError(`${tensor.label}: expected ${tensor.size} values, got ${data.length}`);
    this.gpu.queue.writeBuffer(tensor.buffer, tensor.offset, data);
  }

  /** Sets all bytes to zero, in order with submitted work. */
  clear(...tensors: readonly Tensor[]): void {
    this.encode((encoder) => tensors.forEach((t) => encoder.clearBuffer(t.buffer, t.offset, t.bytes)));
  }

  /** Copies all elements of one tensor into another of the same size. */
  copy(from: Tensor, to: Tensor): void {
    if (from.size !== to.size) throw new ShapeError(`copy ${from.label} to ${to.label}: expected equal sizes, got ${from.size} and ${to.size}`);
    this.encode((encoder) => encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, from.bytes));
  }

  /** The tensor's values once all work submitted so far is done. */
  async read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
    const [values] = await this.readAll([tensor]);
    if (values instanceof Float32Array) return values;
    throw new ResourceError(`${tensor.label}: expected an f32 tensor, got ${tensor.type}; use readAll`);
  }

  /** Several tensors through one staging buffer and one mapAsync. */
  async readAll(tensors: readonly Tensor[]): Promise<Elements[]> {
    this.check();
    try {
      return await readTensors(this.gpu, this.pool, tensors);
    } catch (cause) {
      throw await this.lossOr(cause);
    }
  }

  pipeline(key: PipelineKey): Promise<Pipeline> {
    this.check();
    return this.pipelines.get(key);
  }

  /** Binds and checks a list of dispatches; throws what the device refuses. */
  program(label: string, dispatches: readonly Dispatch[]): Promise<Program> {
    return this.scoped(label, () => new Program(this.gpu, this.pool, () => this.check(), label, dispatches));
  }

  /** Runs synchronous `work` with error scopes open: KernelError for a validation or internal error, DeviceMemoryError for memory. */
  async scoped<T>(label: string, work: () => T): Promise<T> {
    this.check();
    return withScopes(this.gpu, label, work);
  }

  timer(capacity = 1): PassTimer {
    this.check();
    return new PassTimer(this.gpu, this.pool, capacity);
  }

  /** Resolves when all submitted work is done. */
  async settle(): Promise<void> {
    this.check();
    await this.gpu.queue.onSubmittedWorkDone();
    this.check();
  }

  /** Ends the device and everything on it. May be called more than once. */
  destroy(): void {
    if (this.closed) return;
    this.closed = true;
    this.pool.destroy();
    this.gpu.destroy();
  }

  private encode(work: (encoder: GPUCommandEncoder) => void): void {
    this.check();
    const encoder = this.gpu.createCommandEncoder();
    work(encoder);
    this.gpu.queue.submit([encoder.finish()]);
  }

  private onLost(info: GPUDeviceLostInfo): void {
    if (this.closed) return;
    this.failure = new DeviceLostError(`the adapter was lost (${info.reason}): ${info.message}; reopen the device and resume from the last checkpoint`);
  }

  /** A rejected map means a lost device more often than not, and its news may come a turn later. */
  private async lossOr(cause: unknown): Promise<Error> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.failure instanceof DeviceLostError) return this.failure;
    if (cause instanceof LimitError || cause instanceof KernelError || cause instanceof ShapeError) return cause;
    return new DeviceLostError(`reading back failed: ${messageOf(cause)}; reopen the device and resume from the last checkpoint`);
  }
}

/** Dawn's binding puts no error classes on the global object, so the class is told by its name. */
function uncaptured(error: GPUError): Error {
  const memory = error.constructor.name === 'GPUOutOfMemoryError';
  if (memory) return new DeviceMemoryError(`expected room on the device, got none (${error.message}); use a smaller batch or network`);
  return new KernelError(`uncaptured device error: ${error.message}`);
}
