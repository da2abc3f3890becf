// Matrix products: square ones, and those of the dense layers and heads of the networks that the paper names.
import { matmul, matmulFamily } from '../../ops/index.js';
import type { BenchCase } from './case.js';
import { kernelCase, need, ofFamily, sumOf } from './kernel-case.js';

export interface MatmulAxes {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Products side by side, with operands of their own. */
  readonly members?: number;
}

export const MATMUL_SHAPES: readonly MatmulAxes[] = [
  { M: 256, N: 256, K: 256 },
  { M: 512, N: 512, K: 512 },
  { M: 1024, N: 1024, K: 1024 },
  // Dense 1,568 -> 128 of the peer CNN at batch 64: forward, input gradient, weight gradient; its head.
  { M: 64, N: 128, K: 1568, transposeB: true },
  { M: 64, N: 1568, K: 128 },
  { M: 128, N: 1568, K: 64, transposeA: true },
  { M: 64, N: 10, K: 128, transposeB: true },
  // Language model head, 700 tokens x 10,000 words.
  { M: 700, N: 10000, K: 200, transposeB: true },
  // A layer of five graph networks on 16 cells, forward and weight gradient.
  { M: 128, N: 288, K: 144, members: 5 },
  { M: 144, N: 288, K: 128, transposeA: true, members: 5 },
];

export function matmulCase({ M, N, K, transposeA = false, transposeB = false, members }: MatmulAxes): BenchCase {
  const batch = members ?? 1;
  const lead = members === undefined ? [] : [members];
  const shape = { M, N, K, batch, transposeA: transposeA ? 1 : 0, transposeB: transposeB ? 1 : 0, bias: 0, relu: 0 };
  return kernelCase({
    name: 'matmul forward',
    shape: `${members === undefined ? '' : `${members} of `}${M}x${N}x${K}${transposeA ? ' At' : ''}${transposeB ? ' Bt' : ''}`,
    axes: { M, N, K, ...(members === undefined ? {} : { members }) },
    ...ofFamily(matmulFamily, 'forward', shape),
    tensors: {
      a: { extents: [...lead, ...(transposeA ? [K, M] : [M, K])], fill: 'normal' },
      b: { extents: [...lead, ...(transposeB ? [N, K] : [K, N])], fill: 'normal' },
      c: { extents: [...lead, M, N], fill: 'output' },
    },
    output: 'c',
    // A visitor's kernel takes the operands as they lie.
    ...(transposeA || transposeB || members !== undefined ? {} : { params: { M, N, K } }),
    needs: [...(transposeA ? ['a_row', 'a_column'] : []), ...(transposeB ? ['b_row', 'b_column'] : [])],
    dispatches: (context, { a, b, c }) => matmul(context, { a: need(a), b: need(b), c: need(c) }, { transposeA, transposeB }),
    expected({ a, b }, at) {
      const [e, m, n] = [Math.floor(at / (M * N)), Math.floor(at / N) % M, at % N];
      const left = (k: number): number => a?.[e * M * K + (transposeA ? k * M + m : m * K + k)] ?? NaN;
      const right = (k: number): number => b?.[e * K * N + (transposeB ? n * K + k : k * N + n)] ?? NaN;
      return sumOf(Array.from({ length: K }, (_, k) => left(k) * right(k)));
    },
  });
}
