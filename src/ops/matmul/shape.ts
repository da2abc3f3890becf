// The extents of a matmul as its variants see them.
import type { Buffers } from '../../gpu/index.js';
import type { ShapeFacts } from '../contracts.js';

export interface MatmulShape extends ShapeFacts {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** Products side by side; an operand that is no batch is shared by all. */
  readonly batch: number;
  /** Flags, 0 or 1. */
  readonly transposeA: number;
  readonly transposeB: number;
  readonly bias: number;
  readonly relu: number;
}

/** Extents, and elements from one product's operands to the next one's. */
export function matmulExtents({ M, N, K }: MatmulShape, { a, b, bias }: Buffers): Record<string, number> {
  return { M, N, K, a_step: a?.shape.length === 3 ? M * K : 0, b_step: b?.shape.length === 3 ? K * N : 0, bias_step: bias?.shape.length === 2 ? N : 0 };
}

/** The same and element strides: a(m,k) lies at m*a_row + k*a_column. */
export function matmulParams(shape: MatmulShape, buffers: Buffers): Record<string, number> {
  const { M, N, K, transposeA, transposeB } = shape;
  const [a_row, a_column] = transposeA ? [1, M] : [K, 1];
  const [b_row, b_column] = transposeB ? [1, K] : [N, 1];
  return { ...matmulExtents(shape, buffers), a_row, a_column, b_row, b_column };
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
