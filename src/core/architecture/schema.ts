// Architectures from outside (a file's metadata, a user's JSON): unknown members are refused, so a misspelt one is not ignored.
// Whether the extents fit each other is the shape rules' matter.
import { z } from 'zod';
import { ShapeError } from '../errors.js';
import type { Architecture, Layer } from './layers.js';
import { shapesOf } from './shapes.js';

const whole = z.number().int();
const pair = z.tuple([whole.min(0), whole.min(0)]);
const activation = z.enum(['relu', 'none']);
const named = { name: z.string().min(1).exactOptional() };
const weighted = { ...named, bias: z.literal(false).exactOptional(), init: z.strictObject({ std: z.number().min(0) }).exactOptional() };
const window = { stride: pair, padding: pair };

const conv = z.strictObject({
  type: z.literal('conv'), filters: whole, kernel: pair, ...window,
  dilation: pair.exactOptional(), groups: whole.exactOptional(), activation, ...weighted,
});
const pool = z.strictObject({
  type: z.literal('pool'), kind: z.enum(['max', 'average']), size: pair, ...window, ceil: z.literal(true).exactOptional(), ...named,
});
const batchNorm = z.strictObject({
  type: z.literal('batch-norm'), momentum: z.number().min(0).max(1).exactOptional(), epsilon: z.number().positive().exactOptional(), activation, ...named,
});
const lrn = z.strictObject({
  type: z.literal('lrn'), region: z.enum(['within', 'across']), size: whole, alpha: z.number(), beta: z.number(), k: z.number(), ...named,
});

const layer: z.ZodType<Layer> = z.lazy(() =>
  z.discriminatedUnion('type', [
    conv,
    pool,
    z.strictObject({ type: z.literal('global-pool'), ...named }),
    z.strictObject({ type: z.literal('dense'), units: whole, activation, ...weighted }),
    batchNorm,
    lrn,
    z.strictObject({ type: z.literal('dropout'), rate: z.number(), ...named }),
    z.strictObject({ type: z.literal('activation'), activation: z.literal('relu'), ...named }),
    z.strictObject({ type: z.literal('residual'), body: z.array(layer), shortcut: z.array(layer), activation, ...named }),
    z.strictObject({ type: z.literal('cell'), nodes: z.array(z.array(z.strictObject({ from: whole.min(0), layers: z.array(layer) }))), ...named }),
  ]),
);

const extent = whole.min(1);

/** The one schema of an architecture; types only, extents unchecked. */
export const architectureSchema: z.ZodType<Architecture> = z.strictObject({
  input: z.strictObject({ channels: extent, height: extent, width: extent }),
  layers: z.array(layer).min(1),
});

/** Checked plain data, its extents too. Throws a ShapeError that names the member at fault. */
export function parseArchitecture(data: unknown): Architecture {
  const parsed = architectureSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ShapeError(`architecture: expected { input, layers }, got ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'other data'}; see docs/networks.md`);
  }
  shapesOf(parsed.data);
  return parsed.data;
}
