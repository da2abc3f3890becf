// A manifest says which files hold a set of learning curves and what their columns mean. Ours and users' own are alike: nothing
// about a set is known but what its manifest says. Here is its form; it opens no file.
import { z } from 'zod';
import { DataError, messageOf } from '../../core/index.js';

const names = z.array(z.string().min(1));

const unit = z.strictObject({ scale: z.number().refine((scale) => scale !== 0, 'expected another scale than 0'), offset: z.number().default(0) });

const direction = z.enum(['max', 'maximise', 'maximize', 'min', 'minimise', 'minimize']).transform((word) => (word.startsWith('max') ? 'maximise' as const : 'minimise' as const));

const metric = z.strictObject({
  name: z.string().min(1).optional(),
  /** A pattern (`acc_{n}`, n a whole number), or the columns by name in order. */
  columns: z.union([z.string().regex(/^[^{}]*\{n\}[^{}]*$/, 'expected a pattern with {n} in the place of the epoch, such as acc_{n}'), names.min(1)]),
  /** The column that is epoch 1; earlier ones (an untrained model) are left out. Default: the one with the smallest number. */
  first: z.string().min(1).optional(),
  direction,
  transform: z.enum(['none', 'log']).default('none'),
  /** Into 0..1, larger is better, from the recorded number: offset + scale x number. Default: from the numbers' range. */
  unit: unit.optional(),
});

const dropping = z.strictObject({
  column: z.string().min(1),
  above: z.number().optional(),
  below: z.number().optional(),
  equals: z.union([z.string(), z.number()]).optional(),
});

/** How a text column becomes numbers; without a word numbers are numbers, MetaQNN strings and cells are read, the rest is one-hot. */
const encoding = z.enum(['one-hot', 'metaqnn', 'metaqnn-paths', 'cell-paths']);

const schema = z.strictObject({
  name: z.string().regex(/^[\w.+-]+$/, 'expected letters, digits, _ . + -'),
  /** For people: what it is, where it comes from, under which licence. */
  about: z.string().optional(),
  /** One CSV (gzip or not) with everything, or several that are joined by `id`. */
  files: z.union([z.string().min(1).transform((file) => [file]), names.min(1)]),
  /** The column that names a row; without it rows are named by their number from 0. */
  id: z.string().min(1).optional(),
  metric,
  architecture: names.default([]),
  hyperparameters: names.default([]),
  /** The column that holds the architecture as text (a MetaQNN string, a cell), for who wants to build it. */
  network: z.string().min(1).optional(),
  /** Rows that agree in these columns are one configuration. Default: all of architecture and hyperparameters. */
  group: names.optional(),
  drop: z.array(dropping).default([]),
  encode: z.record(z.string(), encoding).default({}),
  /** Where `foretell data get` finds the files, with their SHA-256. */
  download: z.array(z.strictObject({ file: z.string().min(1), url: z.url(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).default([]),
});

export type CurveManifest = z.infer<typeof schema>;
export type ColumnEncoding = z.infer<typeof encoding>;

/** @throws DataError that names the member at fault; `origin` is where the text comes from */
export function parseManifest(text: string, origin: string): CurveManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${origin}: expected a manifest as JSON (${messageOf(cause)})`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new DataError(`${origin}: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'not a manifest'}; docs/curve-sets.md shows the form`);
}
