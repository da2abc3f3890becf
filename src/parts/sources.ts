// The sources of candidates that commands offer, by name, and their settings. Nothing is made here.
import { z } from 'zod';
import { ACQUISITIONS, LIARS } from '../search/index.js';

export const SOURCES = ['random', 'grid', 'evolution', 'local', 'bo', 'guided', 'q-learning', 'reinforce'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Regressions over a candidate's columns, the Gaussian process, and nets. */
export const SURROGATES = ['gp', 'rf', 'gbt', 'svr-rbf', 'svr-linear', 'krr', 'ridge', 'ols', 'gcn', 'mlp'] as const;
export type SurrogateName = (typeof SURROGATES)[number];

export function isSource(name: string): name is SourceName {
  return (SOURCES as readonly string[]).includes(name);
}

/** `--set` keys of sources. */
export const sourceShape = {
  points: z.coerce.number().int().min(1).default(5).describe('grid: values of a range'),
  population: z.coerce.number().int().min(1).default(20).describe('evolution: trials that are alive'),
  tournament: z.coerce.number().int().min(1).default(5).describe('evolution: of them so many compete to be the parent'),
  initial: z.coerce.number().int().min(1).optional().describe('trials drawn at random to begin with; default: 20, for local 10 a climb'),
  neighbours: z.coerce.number().int().min(1).default(24).describe('local: neighbours of a candidate that are looked at'),
  replay: z.coerce.number().int().min(1).default(128).describe('q-learning: remembered networks that are learnt from again for each one drawn'),
  schedule: z.coerce.number().int().min(1).optional().describe('q-learning: new networks over which epsilon falls; default: the trials'),
  rate: z.coerce.number().gt(0).default(0.5).describe('reinforce: step of the policy'),
  decay: z.coerce.number().min(0).lt(1).default(0.9).describe('reinforce: share of its moving averages that a new reward leaves'),
  entropy: z.coerce.number().min(0).default(0.01).describe('reinforce: bonus for undecided choices'),
  surrogate: z.enum(SURROGATES).optional().describe(`bo: what predicts a candidate's score: ${SURROGATES.join(', ')}; default: gp, or the net that --model names`),
  acquisition: z.enum(ACQUISITIONS).default('ei').describe('bo: ei (expected improvement), ucb (mean + beta deviations), thompson'),
  beta: z.coerce.number().min(0).default(1).describe('bo: of ucb'),
  liar: z.enum(LIARS).default('mean').describe('bo: what running trials count as: the min, mean or max of the scores, none'),
  round: z.coerce.number().int().min(1).optional().describe('bo, guided: trials that a fit serves; default: 1, 10'),
  candidates: z.coerce.number().int().min(1).optional().describe('bo, guided: ranked a round, where a space is searched; default: 2000, 100000'),
  'rank-on': z.enum(['cpu', 'gpu']).default('cpu').describe('bo, guided: where regressions rank: cpu (the addon, in f64), gpu (the device, in f32: for a million candidates on a real one); nets always rank on the device'),
  noise: z.coerce.number().min(0).default(0).describe('bo, guided: a worse predictor on purpose: what is ranked has a normal error of so many standard deviations of the predictions'),
  explore: z.coerce.number().min(0).max(1).default(0).describe('bo, guided: share of the trials that is drawn at random'),
} as const;

export type SourceSettings = z.infer<z.ZodObject<typeof sourceShape>>;
