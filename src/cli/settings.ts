// `--set KEY=VALUE` against a shape of known keys: the one place where such text is checked. A key's description says what it takes.
import { z } from 'zod';
import { UsageError } from '../core/index.js';

/** Throws UsageError on an unknown key (it lists them all) or a value out of range. */
export function checkedSettings<S extends z.ZodRawShape>(shape: S, set: Readonly<Record<string, string>>): z.infer<z.ZodObject<S>> {
  const unknown = Object.keys(set).find((key) => !(key in shape));
  if (unknown !== undefined) throw new UsageError(`--set ${unknown}: expected one of\n${listing(shape)}`);
  const parsed = z.strictObject(shape).safeParse(set);
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<S>>;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  throw new UsageError(`--set ${key}=${set[key] ?? ''}: ${issue?.message ?? 'wrong value'} (${describe(shape, key)})`);
}

/** A line a key. */
export function listing(shape: z.ZodRawShape): string {
  const initial = z.strictObject(shape).parse({}) as { readonly [key: string]: unknown };
  const words = (key: string): string => (initial[key] === undefined ? describe(shape, key) : `${describe(shape, key)}; default ${String(initial[key])}`);
  return Object.keys(shape).map((key) => `  ${key.padEnd(16)} ${words(key)}`).join('\n');
}

function describe(shape: z.ZodRawShape, key: string): string {
  return (shape[key] as z.ZodType).description ?? key;
}
