// Candidates from outside (a file of known configurations, a user's own list): what is left out is empty, what is not known is refused.
// Whether a candidate lies in a space is the space's matter.
import { z } from 'zod';
import { parseArchitecture } from './architecture/schema.js';
import { UsageError } from './errors.js';
import { type Network, parseLanguageModel } from './language-model.js';
import type { Candidate } from './trial.js';

const numbers = z.record(z.string(), z.number());
const whole = z.number().int().min(0);
const graph = z.strictObject({ operations: z.array(z.string()).min(2), edges: z.array(z.tuple([whole, whole])) });
const schema = z.strictObject({ architecture: z.unknown().default(null), ap: numbers.default({}), hp: numbers.default({}), graph: graph.exactOptional() });

/** Throws UsageError or ShapeError that names the member at fault. */
export function parseCandidate(data: unknown): Candidate {
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`candidate: expected { architecture, ap, hp, graph }, of which only what the space needs, got ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'other data'}`);
  }
  return { ...parsed.data, architecture: networkOf(parsed.data.architecture) };
}

function networkOf(data: unknown): Network | null {
  if (data === null) return null;
  return typeof data === 'object' && 'kind' in data ? parseLanguageModel(data) : parseArchitecture(data);
}
