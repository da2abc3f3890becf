// The sources of candidates that commands offer, by name, and their settings. Nothing is made here.
import { z } from 'zod';

export const SOURCES = ['random', 'evolution', 'local'] as const;
export type SourceName = (typeof SOURCES)[number];

export function isSource(name: string): name is SourceName {
  return (SOURCES as readonly string[]).includes(name);
}

/** `--set` keys of sources. */
export const sourceShape = {
  population: z.coerce.number().int().min(1).default(20).describe('evolution: trials that are alive'),
  tournament: z.coerce.number().int().min(1).default(5).describe('evolution: of them so many compete to be the parent'),
  initial: z.coerce.number().int().min(1).optional().describe('trials drawn at random to begin with; default: 10 a climb for local'),
  neighbours: z.coerce.number().int().min(1).default(24).describe('local: neighbours of a candidate that are looked at'),
} as const;

export type SourceSettings = z.infer<z.ZodObject<typeof sourceShape>>;
