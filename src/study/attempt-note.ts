// The note on who took an attempt: a fleet hands a trial out before it knows, and says so afterwards.
import { z } from 'zod';
import type { Json } from '../core/index.js';

export const ATTEMPT_NOTE = 'attempt';

const schema = z.object({ trial: z.number(), attempt: z.number(), worker: z.string(), adapterClass: z.string(), adapter: z.string() });

export type AttemptNote = z.infer<typeof schema>;

/** Null where it is none. */
export function attemptOf(event: { readonly type: string; readonly about?: string; readonly data?: Json }): AttemptNote | null {
  if (event.type !== 'note' || event.about !== ATTEMPT_NOTE) return null;
  return schema.safeParse(event.data).data ?? null;
}
