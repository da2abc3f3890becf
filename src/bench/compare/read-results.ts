// A result file as `--json FILE` wrote it, checked line by line.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DataError, messageOf } from '../../core/index.js';
import type { BenchLine } from '../measure/record.js';

const positive = z.number().positive();
const line = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('environment'), adapter: z.looseObject({ name: z.string(), driver: z.string() }), clock: z.enum(['timestamps', 'wall']) }),
  z.looseObject({ type: z.literal('roofline'), fmaGflops: positive, copyGBs: positive }),
  z.looseObject({
    type: z.literal('case'), case: z.string(), shape: z.string(), variant: z.string(), gflops: positive, median_ms: positive,
    samples_ms: z.array(positive).min(1), checked: z.boolean(),
  }),
  z.looseObject({ type: z.literal('failed'), case: z.string(), shape: z.string(), variant: z.string(), message: z.string() }),
  z.looseObject({ type: z.literal('summary') }),
]);

/** @throws DataError on a file that cannot be read, a line that is no JSON or no result, or no case at all */
export function readResults(file: string): readonly BenchLine[] {
  const texts = textOf(file).split('\n').filter((text) => text.trim() !== '');
  const lines = texts.map((text, i) => {
    const parsed = line.safeParse(json(text));
    if (parsed.success) return parsed.data as unknown as BenchLine;
    const [issue] = parsed.error.issues;
    throw new DataError(`${file}, line ${i + 1}: expected a result of foretell bench --json, got ${issue?.path.join('.') || 'it'}: ${issue?.message ?? ''}; was the file cut off, or is it another one?`);
  });
  if (lines.some(({ type }) => type === 'case')) return lines;
  throw new DataError(`${file}: expected results of at least one case, got none; write them with foretell bench --json FILE`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataError(`${file}: expected a file that can be read, got ${messageOf(cause)}; check its path`, { cause });
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
