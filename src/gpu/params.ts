// A dispatch's uniform parameters: sizes, strides, learning rates. Names and types are the kernel file's own `struct Params`,
// so a forgotten or misspelt one is an error here and not a wrong number on the device.
import { KernelError } from '../core/index.js';
import type { ParamLayout, ParamType } from './source.js';

export type ParamValues = Readonly<Record<string, number>>;

/** Uniform bindings start at multiples of this many bytes (WebGPU's default limit). */
export const PARAM_STRIDE = 256;

export class Params {
  private readonly bytes: DataView;
  /** Counts changes; a program uploads again when it differs from what it uploaded. */
  version = 0;

  constructor(
    private readonly layout: ParamLayout,
    values: ParamValues,
    private readonly label: string,
  ) {
    this.bytes = new DataView(new ArrayBuffer(layout.length * 4));
    const missing = layout.filter(({ name }) => values[name] === undefined).map(({ name }) => name);
    if (missing.length > 0) throw new KernelError(`${label}: expected params ${this.names()}, missing ${missing.join(', ')}`);
    if (this.size > PARAM_STRIDE) throw new KernelError(`${label}: expected at most ${PARAM_STRIDE / 4} params, got ${layout.length}`);
    this.set(values);
  }

  get size(): number {
    return this.bytes.byteLength;
  }

  /** Changes some parameters from the program's next run on; the launch grid stays. */
  set(values: ParamValues): void {
    for (const [name, value] of Object.entries(values)) {
      const index = this.layout.findIndex((field) => field.name === name);
      const field = this.layout[index];
      if (field === undefined) throw new KernelError(`${this.label}: expected params among ${this.names()}, got ${name}`);
      this.write(index * 4, field.type, name, value);
    }
    this.version++;
  }

  has(name: string): boolean {
    return this.layout.some((field) => field.name === name);
  }

  copyTo(target: Uint8Array, offset: number): void {
    target.set(new Uint8Array(this.bytes.buffer), offset);
  }

  private write(at: number, type: ParamType, name: string, value: number): void {
    if (type === 'f32') return this.bytes.setFloat32(at, value, true);
    const [low, high] = type === 'u32' ? [0, 2 ** 32] : [-(2 ** 31), 2 ** 31];
    if (!Number.isInteger(value) || value < low || value >= high) {
      throw new KernelError(`${this.label}: expected param ${name} to be a whole ${type}, got ${value}`);
    }
    if (type === 'u32') this.bytes.setUint32(at, value, true);
    else this.bytes.setInt32(at, value, true);
  }

  private names(): string {
    return this.layout.map(({ name }) => name).join(', ') || '(none)';
  }
}
