// matmul: C = A.B with either side transposed, optional bias over columns and ReLU. A dense layer's gradients are matmuls too:
// y = x.w^T (+ bias, ReLU), dx = dy.w, dw = dy^T.x. With a third extent in front it is as many products in one dispatch, as the members of an
// ensemble want them; an operand without it is shared by all.
import { ShapeError } from '../../core/index.js';
import { type Dispatch, requireShape, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext } from '../contracts.js';
import { matmulF16 } from './f16.js';
import { matmulMatrix } from './matrix.js';
import { matmulPlain } from './plain.js';
import { matmulSubgroup } from './subgroup.js';
import { matmulTiled } from './tiled.js';
import type { MatmulShape } from './shape.js';
import { matmulWindows } from './windows.js';

export interface MatmulTensors {
  /** M x K, or K x M where transposed; or a batch of them. */
  readonly a: Tensor;
  /** K x N, or N x K where transposed; or a batch of them. */
  readonly b: Tensor;
  /** N values added to every row; or a batch of them. */
  readonly bias?: Tensor;
  /** M x N, overwritten; a batch where an operand is one. */
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
  variants: [matmulPlain, matmulTiled, matmulSubgroup, matmulWindows, matmulF16, matmulMatrix],
  flops: (_direction, { M, N, K, batch }) => 2 * batch * M * N * K,
  bytes: (_direction, { M, N, K, batch }) => 4 * batch * (M * K + K * N + M * N),
};

/** c = relu(a.b + bias). Throws a ShapeError where the extents do not fit. */
export async function matmul(context: OpContext, tensors: MatmulTensors, attributes: MatmulAttributes = {}): Promise<Dispatch[]> {
  const { a, b, bias, c } = tensors;
  const shape = matmulShape(tensors, attributes);
  const batch = batchOf(tensors);
  requireShape(c, [...batch, shape.M, shape.N], 'matmul c');
  if (bias) requireShape(bias, bias.shape.length > 1 ? [...batch, shape.N] : [shape.N], 'matmul bias');
  // The epilogue's binding must hold something; without BIAS nobody reads it.
  return dispatchesOf(context, matmulFamily, 'forward', shape, { a, b, bias: bias ?? a, c });
}

function matmulShape(tensors: MatmulTensors, attributes: MatmulAttributes): MatmulShape {
  const { a, b, bias } = tensors;
  const [M, K] = matrix(a, attributes.transposeA ?? false);
  const [inner, N] = matrix(b, attributes.transposeB ?? false);
  if (K !== inner) {
    throw new ShapeError(`matmul: expected equal inner extents, got ${a.shape.join('x')} and ${b.shape.join('x')} (${a.label}, ${b.label}); check the transposes`);
  }
  const flag = (on: unknown): number => (on ? 1 : 0);
  const [batch = 1] = batchOf(tensors);
  return { M, N, K, batch, transposeA: flag(attributes.transposeA), transposeB: flag(attributes.transposeB), bias: flag(bias), relu: flag(attributes.relu) };
}

/** [products], or nothing where both operands are single matrices. */
function batchOf({ a, b }: MatmulTensors): readonly number[] {
  const batches = [a, b].filter(({ shape }) => shape.length === 3).map(({ shape }) => shape[0] ?? 0);
  const [first, second] = batches;
  if (first !== undefined && second !== undefined && first !== second) {
    throw new ShapeError(`matmul: expected as many left operands as right ones, got ${a.shape.join('x')} and ${b.shape.join('x')} (${a.label}, ${b.label})`);
  }
  return batches.slice(0, 1);
}

function matrix({ shape, label }: Tensor, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined || shape.length > 3) {
    throw new ShapeError(`matmul: expected a matrix or a batch of them, got ${label} of ${shape.join('x')}; take a view of two or three extents`);
  }
  return transposed ? [columns, rows] : [rows, columns];
}
