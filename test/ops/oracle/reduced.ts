// How far a sum of products may lie from its exact value where operands and products are f16: kernels/*/f16.wgsl and matrix.wgsl
// derive it, this computes it.

const U = 2 ** -11;
/** The least normal f16: anything below may be flushed to zero. */
const LEAST = 2 ** -14;

/** Terms of one output: what is summed, and of which operands. */
export type Terms = readonly (readonly [a: number, b: number])[];

export interface ReducedSum {
  readonly value: number;
  readonly magnitude: number;
  /** Sum of |a| + |b|. */
  readonly operands: number;
  readonly terms: number;
}

export function reducedSum(terms: Terms, bias = 0): ReducedSum {
  let [value, magnitude, operands] = [bias, Math.abs(bias), 0];
  for (const [a, b] of terms) {
    value += a * b;
    magnitude += Math.abs(a * b);
    operands += Math.abs(a) + Math.abs(b);
  }
  return { value, magnitude, operands, terms: terms.length };
}

/** `chain`: products that are added in f16; 0 = products and sums in f32 (subgroup matrices, whose sums may truncate). */
export function reducedBound({ magnitude, operands, terms }: ReducedSum, chain: number): number {
  const rounded = chain === 0 ? 2 : 3 + chain;
  const flushed = LEAST * (operands + (chain === 0 ? 0 : terms * (1 + chain)));
  const summed = chain === 0 ? terms * 2 ** -23 : 2 * Math.sqrt(terms + 1) * 2 ** -24;
  // Second order: (1 + u)^n - 1 < n u (1 + n u).
  return rounded * U * (1 + rounded * U) * magnitude + flushed + summed * magnitude;
}

