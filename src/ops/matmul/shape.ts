// The extents of a matmul as its variants see them.
import type { ShapeFacts } from '../contracts.js';

export interface MatmulShape extends ShapeFacts {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** Flags, 0 or 1. */
  readonly transposeA: number;
  readonly transposeB: number;
  readonly bias: number;
  readonly relu: number;
}

/** Extents and element strides: a(m,k) lies at m*a_row + k*a_column. */
export function matmulParams({ M, N, K, transposeA, transposeB }: MatmulShape): Record<string, number> {
  const [a_row, a_column] = transposeA ? [1, M] : [K, 1];
  const [b_row, b_column] = transposeB ? [1, K] : [N, 1];
  return { M, N, K, a_row, a_column, b_row, b_column };
}

/** Settings of the epilogue's two flags, for a variant's list of all pipelines. */
export const EPILOGUES: readonly Readonly<Record<string, number>>[] = [
  { BIAS: 0, RELU: 0 },
  { BIAS: 0, RELU: 1 },
  { BIAS: 1, RELU: 0 },
  { BIAS: 1, RELU: 1 },
];

const FLAGS: readonly number[] = [0, 1];

/** Overrides of a kernel that takes either operand either way. */
export function matmulFlags({ transposeA, transposeB, bias, relu }: MatmulShape): Readonly<Record<string, number>> {
  return { TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB, BIAS: bias, RELU: relu };
}

/** All of them, for a variant's list of all pipelines. */
export function matmulLayouts(): readonly Readonly<Record<string, number>>[] {
  return FLAGS.flatMap((TRANSPOSE_A) => FLAGS.flatMap((TRANSPOSE_B) => EPILOGUES.map((flags) => ({ TRANSPOSE_A, TRANSPOSE_B, ...flags }))));
}
