// matmul: C = A.B with either side transposed, optional bias over columns and ReLU. A dense layer's gradients are matmuls too:
// y = x.w^T (+ bias, ReLU), dx = dy.w, dw = dy^T.x.
import { ShapeError } from '../../core/index.js';
import { type Dispatch, requireShape, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';
import { matmulF16 } from './f16.js';
import { matmulMatrix } from './matrix.js';
import { matmulPlain } from './plain.js';
import { matmulSubgroup } from './subgroup.js';
import { matmulTiled } from './tiled.js';
import type { MatmulShape } from './shape.js';

export interface MatmulTensors {
  /** M x K, or K x M where transposed. */
  readonly a: Tensor;
  /** K x N, or N x K where transposed. */
  readonly b: Tensor;
  /** N values added to every row. */
  readonly bias?: Tensor;
  /** M x N, overwritten. */
  readonly c: Tensor;
}

export interface MatmulAttributes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly relu?: boolean;
}

export const matmulFamily: Family<MatmulShape> = {
  name: 'matmul',
  directions: ['forward'],
  variants: [matmulPlain, matmulTiled, matmulSubgroup, matmulF16, matmulMatrix],
  flops: (_direction, { M, N, K }) => 2 * M * N * K,
  bytes: (_direction, { M, N, K }) => 4 * (M * K + K * N + M * N),
};

/** c = relu(a.b + bias). Throws a ShapeError where the extents do not fit. */
export async function matmul(context: OpContext, tensors: MatmulTensors, attributes: MatmulAttributes = {}): Promise<Dispatch[]> {
  const { a, b, bias, c } = tensors;
  const shape = matmulShape(tensors, attributes);
  requireShape(c, [shape.M, shape.N], 'matmul c');
  if (bias) requireShape(bias, [shape.N], 'matmul bias');
  // The epilogue's binding must hold something; without BIAS nobody reads it.
  return dispatchesOf(context, matmulFamily, 'forward', shape, { a, b, bias: bias ?? a, c });
}

function matmulShape({ a, b, bias }: MatmulTensors, attributes: MatmulAttributes): MatmulShape {
  const [M, K] = matrix(a, attributes.transposeA ?? false);
  const [inner, N] = matrix(b, attributes.transposeB ?? false);
  if (K !== inner) {
    throw new ShapeError(`matmul: expected equal inner extents, got ${a.shape.join('x')} and ${b.shape.join('x')} (${a.label}, ${b.label}); check the transposes`);
  }
  const flag = (on: unknown): number => (on ? 1 : 0);
  return { M, N, K, transposeA: flag(attributes.transposeA), transposeB: flag(attributes.transposeB), bias: flag(bias), relu: flag(attributes.relu) };
}

function matrix({ shape, label }: Tensor, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns, ...rest] = shape;
  if (rows === undefined || columns === undefined || rest.length > 0) {
    throw new ShapeError(`matmul: expected a matrix, got ${label} of ${shape.join('x')}; take a view of two extents`);
  }
  return transposed ? [columns, rows] : [rows, columns];
}
