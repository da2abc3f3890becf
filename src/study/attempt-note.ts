// The notes on who took an attempt: a fleet hands a trial out before it knows, and says so afterwards; and where a curve goes on on another adapter
// than it began on, it says that too.
import { z } from 'zod';
import type { Json } from '../core/index.js';

export const ATTEMPT_NOTE = 'attempt';
export const ADAPTER_NOTE = 'adapter-changed';

const schema = z.object({ trial: z.number(), attempt: z.number(), worker: z.string(), adapterClass: z.string(), adapter: z.string() });

export type AttemptNote = z.infer<typeof schema>;

/** `epoch`: the last one that `from` trained. */
const changeSchema = z.object({ trial: z.number(), attempt: z.number(), epoch: z.number(), from: z.string(), to: z.string() });

export type AdapterChange = z.infer<typeof changeSchema>;

interface MaybeNote {
  readonly type: string;
  readonly about?: string;
  readonly data?: Json;
}

/** Null where it is none. */
export function attemptOf(event: MaybeNote): AttemptNote | null {
  if (event.type !== 'note' || event.about !== ATTEMPT_NOTE) return null;
  return schema.safeParse(event.data).data ?? null;
}

/** Null where it is none. */
export function adapterChangeOf(event: MaybeNote): AdapterChange | null {
  if (event.type !== 'note' || event.about !== ADAPTER_NOTE) return null;
  return changeSchema.safeParse(event.data).data ?? null;
}
