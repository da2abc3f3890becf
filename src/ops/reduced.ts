// What the variants of reduced precision share: which adapters they fit, their tiles, and the sizes of subgroup matrices.
import type { AdapterFacts, Spec } from '../gpu/index.js';
import { lanesOf } from './subgroups.js';

/** f16 tiles, the favourite first; the second has half the registers. */
export const F16_TILES: readonly Spec[] = [
  { TILE: 8, DEPTH: 16, CHAIN: 4 }, { TILE: 4, DEPTH: 16, CHAIN: 4 },
];

/** Columns of an f16 tile, and rows and columns of a workgroup on subgroup matrices. */
export const REDUCED_SPAN = 64;

export function hasF16({ features }: AdapterFacts): boolean {
  return features.includes('shader-f16');
}

/** Lanes of a subgroup that the matrix kernels are written for: what adapters with matrices and subgroups of one size have. */
const MATRIX_LANES: readonly number[] = [32, 64];

/** Products of subgroup matrices, rows x columns x inner extent: what today's adapters offer with f16 operands and f32 results. */
const SIZES: readonly Spec[] = [[16, 16, 16], [8, 8, 8], [8, 16, 16], [16, 8, 16], [16, 8, 8]].map(([ROWS = 0, COLUMNS = 0, INNER = 0]) => ({ ROWS, COLUMNS, INNER }));

/** Sizes that the adapter offers; none where its subgroups are not of one known size. */
export function matrixSpecs(adapter: AdapterFacts): Spec[] {
  const LANES = lanesOf(adapter);
  if (LANES === null || !MATRIX_LANES.includes(LANES) || !hasF16(adapter)) return [];
  const offered = (adapter.matrices ?? []).filter(({ component, result }) => component === 'f16' && result === 'f32');
  return SIZES.filter(({ ROWS, COLUMNS, INNER }) => offered.some(({ M, N, K }) => M === ROWS && N === COLUMNS && K === INNER)).map((size) => ({ LANES, ...size }));
}

/** For a variant's list of all pipelines. */
export function allMatrixSpecs(): Spec[] {
  return MATRIX_LANES.flatMap((LANES) => SIZES.map((size) => ({ LANES, ...size })));
}
