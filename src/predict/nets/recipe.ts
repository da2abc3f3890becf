// How nets are built and trained. Figures are Kendall's tau on NAS-Bench-201's other cells (docs/predictors.md has them with their commands).
import type { EnsembleLoss } from '../../ops/index.js';
import type { NetKind } from './inputs.js';

export interface NetRecipe {
  /** Each is trained without its share of the rows. */
  readonly members: number;
  /** A graph layer each. */
  readonly channels: readonly number[];
  readonly dense: readonly number[];
  readonly dropout: number;
  /** At 156 rows. */
  readonly epochs: number;
  readonly batch: number;
  /** Of Adam, at first; a cosine brings it to 0. */
  readonly rate: number;
  /** Decoupled. */
  readonly decay: number;
  readonly loss: EnsembleLoss;
}

const COMMON = { members: 5, dropout: 0, epochs: 100, batch: 16, rate: 1e-3, decay: 1e-3, loss: 'squares' } as const;

const RECIPES: Readonly<Record<NetKind, NetRecipe>> = {
  // Four layers of 144 and a dense layer of 128: Wen et al. 2020.
  gcn: { ...COMMON, channels: [144, 144, 144, 144], dense: [128] },
  mlp: { ...COMMON, channels: [], dense: [128, 128] },
};

export function recipeOf(kind: NetKind, change: Partial<NetRecipe>): NetRecipe {
  return { ...RECIPES[kind], ...change };
}
