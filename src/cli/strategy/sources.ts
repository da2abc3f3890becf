// The sources of candidates that commands offer, by name, and their settings. Nothing is made here.
import { z } from 'zod';

export const SOURCES = ['random', 'grid', 'evolution', 'local', 'q-learning', 'reinforce'] as const;
export type SourceName = (typeof SOURCES)[number];

export function isSource(name: string): name is SourceName {
  return (SOURCES as readonly string[]).includes(name);
}

/** `--set` keys of sources. */
export const sourceShape = {
  points: z.coerce.number().int().min(1).default(5).describe('grid: values of a range'),
  population: z.coerce.number().int().min(1).default(20).describe('evolution: trials that are alive'),
  tournament: z.coerce.number().int().min(1).default(5).describe('evolution: of them so many compete to be the parent'),
  initial: z.coerce.number().int().min(1).optional().describe('trials drawn at random to begin with; default: 10 a climb for local'),
  neighbours: z.coerce.number().int().min(1).default(24).describe('local: neighbours of a candidate that are looked at'),
  replay: z.coerce.number().int().min(1).default(128).describe('q-learning: remembered networks that are learnt from again for each one drawn'),
  schedule: z.coerce.number().int().min(1).optional().describe('q-learning: new networks over which epsilon falls; default: the trials'),
  rate: z.coerce.number().gt(0).default(0.5).describe('reinforce: step of the policy'),
  decay: z.coerce.number().min(0).lt(1).default(0.9).describe('reinforce: share of its moving averages that a new reward leaves'),
  entropy: z.coerce.number().min(0).default(0.01).describe('reinforce: bonus for undecided choices'),
} as const;

export type SourceSettings = z.infer<z.ZodObject<typeof sourceShape>>;
