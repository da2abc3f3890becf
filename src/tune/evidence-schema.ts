// Evidence and decisions as they come back from a file: checked field by field, since a file may be cut, edited or another program's.
import { z } from 'zod';
import { DataError } from '../core/index.js';
import type { Evidence } from './evidence.js';
import type { Decision } from './tuner.js';

const numbers = z.record(z.string(), z.number());
const choice = z.object({ variant: z.string(), spec: numbers, overrides: numbers });
const seconds = z.number().nonnegative();

const measured = z.object({
  choice,
  outcome: z.enum(['raced', 'dropped', 'failed', 'unmeasured']),
  samples: z.array(seconds),
  runs: z.number().int().min(1),
  median: seconds.nullable(),
  noise: seconds.nullable(),
  error: z.string().exactOptional(),
});

const schema = z.object({
  key: z.object({
    adapter: z.string(), driver: z.string(), backend: z.string(), abilities: z.string(),
    kernels: z.string(), family: z.string(), direction: z.string(), shapes: z.string(),
  }),
  shape: numbers,
  clock: z.enum(['timestamps', 'wall']),
  time: z.number(),
  seconds,
  ranking: z.array(choice).min(1),
  measured: z.array(measured).min(1),
});

/** Throws a DataError that names the field. */
export function parseEvidence(value: unknown): Evidence {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DataError(`evidence: expected what foretell tune measures, got ${issue?.path.join('.') || 'something else'}: ${issue?.message ?? ''}`);
}

const decision = z.object({
  family: z.string(),
  direction: z.string(),
  shapes: z.string(),
  from: z.enum(['measured', 'cache', 'neighbour', 'untuned']),
  ranking: z.array(choice),
  seconds,
  reason: z.string().exactOptional(),
});

/** Throws a DataError that names the field. */
export function parseDecision(value: unknown): Decision {
  const parsed = decision.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DataError(`tuner's decision: expected what a study journals, got ${issue?.path.join('.') || 'something else'}: ${issue?.message ?? ''}`);
}
