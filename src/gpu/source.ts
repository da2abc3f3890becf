// The text of the kernels, by `family/variant.wgsl`, and the one way to specialise it beside `override`: a whole line
// `const NAME: u32 = 4u; // @spec` gets another value. Every other line stays as it is in the file, so that a compiler's
// line number is the file's own. The text is handed in; nothing here reads a disk.
import { KernelError } from '../core/index.js';

/** Values for a file's `@spec` lines. */
export type Spec = Readonly<Record<string, number>>;

export type ParamType = 'u32' | 'i32' | 'f32';

/** The file's `struct Params`, field by field: scalars only, so each takes four bytes. */
export type ParamLayout = readonly { readonly name: string; readonly type: ParamType }[];

/** A kernel file's variables that tensors are bound to, storage or uniform, and their binding numbers. */
export type Bindings = ReadonlyMap<string, number>;

const SPEC_LINE = /^const (\w+): (u32|i32|f32) = ([^;]+); \/\/ @spec\b.*$/;

export class KernelSources {
  constructor(private readonly texts: Readonly<Record<string, string>>) {}

  files(): string[] {
    return Object.keys(this.texts).sort();
  }

  /** The file with its `@spec` lines set; throws a KernelError on a file or a spec that does not exist. */
  text(file: string, spec: Spec = {}): string {
    const lines = this.raw(file).split('\n');
    const unused = new Set(Object.keys(spec));
    const replaced = lines.map((line) => specialise(line, spec, unused));
    if (unused.size > 0) {
      throw new KernelError(`kernels/${file}: expected @spec names among ${this.specs(file).join(', ') || '(none)'}, got ${[...unused].join(', ')}`);
    }
    return replaced.join('\n');
  }

  /** Names of the file's `@spec` lines. */
  specs(file: string): string[] {
    return this.raw(file).split('\n').flatMap((line) => SPEC_LINE.exec(line)?.[1] ?? []);
  }

  entries(file: string): string[] {
    return [...this.raw(file).matchAll(/@compute[\s\S]*?\bfn\s+(\w+)/g)].map((match) => match[1] ?? '');
  }

  params(file: string): ParamLayout {
    const body = /\bstruct\s+Params\s*\{([^}]*)\}/.exec(this.raw(file))?.[1];
    if (body === undefined) return [];
    const fields = body.replace(/\/\/.*$/gm, '').split(',').map((field) => field.trim()).filter(Boolean);
    return fields.map((field) => paramField(file, field));
  }

  /** Bindings of the file's tensors by their variables' names; binding 0 is the parameters'. */
  bindings(file: string): Bindings {
    const declared = this.raw(file).matchAll(/^@group\(0\) @binding\(([1-9]\d*)\) var<(?:storage[^>]*|uniform)> (\w+)/gm);
    return new Map([...declared].map(([, binding, name]) => [name ?? '', Number(binding)]));
  }

  private raw(file: string): string {
    const text = this.texts[file];
    if (text === undefined) throw new KernelError(`kernels/${file}: expected one of ${this.files().join(', ')}; hand its text to openDevice`);
    return text;
  }
}

function specialise(line: string, spec: Spec, unused: Set<string>): string {
  const match = SPEC_LINE.exec(line);
  const name = match?.[1];
  const value = name === undefined ? undefined : spec[name];
  if (name === undefined || value === undefined) return line;
  unused.delete(name);
  const type = match?.[2] as ParamType;
  return `const ${name}: ${type} = ${literal(name, type, value)}; // @spec`;
}

function literal(name: string, type: ParamType, value: number): string {
  if (type === 'f32') return `f32(${value})`;
  if (!Number.isInteger(value) || (type === 'u32' && value < 0)) throw new KernelError(`@spec ${name}: expected a whole ${type}, got ${value}`);
  return type === 'u32' ? `${value}u` : `${value}i`;
}

function paramField(file: string, field: string): ParamLayout[number] {
  const [, name, type] = /^(\w+)\s*:\s*(u32|i32|f32)$/.exec(field) ?? [];
  if (name === undefined || type === undefined) {
    throw new KernelError(`kernels/${file}: expected scalar fields (u32, i32, f32) in struct Params, got "${field}"`);
  }
  return { name, type: type as ParamType };
}
