// Compiled pipelines, each built once: file + entry + spec + overrides is the key, and sizes are uniforms, so their number
// is bounded by the variants in the repository and not by what a search proposes.
import { KernelError, messageOf } from '../core/index.js';
import type { Bindings, KernelSources, ParamLayout, Spec } from './source.js';

export interface PipelineKey {
  /** `family/variant.wgsl`. */
  readonly file: string;
  readonly entry: string;
  readonly spec?: Spec;
  readonly overrides?: Readonly<Record<string, number>>;
}

export interface Pipeline {
  readonly label: string;
  readonly gpu: GPUComputePipeline;
  readonly params: ParamLayout;
  readonly bindings: Bindings;
}

export class PipelineCache {
  private readonly pipelines = new Map<string, Promise<Pipeline>>();
  private readonly modules = new Map<string, Promise<GPUShaderModule>>();

  constructor(
    private readonly device: GPUDevice,
    private readonly sources: KernelSources,
  ) {}

  /** Pipelines compiled so far. */
  get count(): number {
    return this.pipelines.size;
  }

  /** Throws a KernelError with the kernel file's own line where the text does not compile. */
  get(key: PipelineKey): Promise<Pipeline> {
    const id = identity(key);
    const known = this.pipelines.get(id);
    if (known) return known;
    const pending = this.compile(key, id);
    this.pipelines.set(id, pending);
    return pending;
  }

  private async compile(key: PipelineKey, label: string): Promise<Pipeline> {
    const module = await this.module(key);
    const compute = { module, entryPoint: key.entry, constants: { ...key.overrides } };
    try {
      const gpu = await this.device.createComputePipelineAsync({ label, layout: 'auto', compute });
      return { label, gpu, params: this.sources.params(key.file), bindings: this.sources.bindings(key.file) };
    } catch (cause) {
      throw new KernelError(`kernels/${key.file}, entry ${key.entry} (${label}): ${messageOf(cause)}`);
    }
  }

  private module(key: PipelineKey): Promise<GPUShaderModule> {
    const id = `${key.file} ${sorted(key.spec)}`;
    const pending = this.modules.get(id) ?? this.compileModule(key);
    this.modules.set(id, pending);
    return pending;
  }

  private async compileModule({ file, spec }: PipelineKey): Promise<GPUShaderModule> {
    const code = this.sources.text(file, spec);
    this.device.pushErrorScope('validation');
    const module = this.device.createShaderModule({ label: file, code });
    const [info, error] = await Promise.all([module.getCompilationInfo(), this.device.popErrorScope()]);
    const faults = info.messages.filter((message) => message.type === 'error');
    if (faults.length === 0 && !error) return module;
    throw new KernelError(faults.map((fault) => located(file, code, fault)).join('\n') || `kernels/${file}: ${error?.message ?? ''}`);
  }
}

function located(file: string, code: string, { lineNum, linePos, message }: GPUCompilationMessage): string {
  return `kernels/${file}:${lineNum}:${linePos}: ${message}\n    ${code.split('\n')[lineNum - 1] ?? ''}`;
}

function identity({ file, entry, spec, overrides }: PipelineKey): string {
  return [file, entry, sorted(spec), sorted(overrides)].filter(Boolean).join(' ');
}

function sorted(values: Readonly<Record<string, number>> = {}): string {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join(',');
}
