// Subgroup sizes that kernels can be specialised for.
import type { AdapterFacts } from '../gpu/index.js';

export const SUBGROUP_SIZES: readonly number[] = [4, 8, 16, 32, 64];

/** Lanes of every subgroup, or null where the adapter has none or does not fix their number. */
export function lanesOf({ subgroup }: AdapterFacts): number | null {
  if (subgroup === null || subgroup.min !== subgroup.max) return null;
  return SUBGROUP_SIZES.includes(subgroup.min) ? subgroup.min : null;
}
