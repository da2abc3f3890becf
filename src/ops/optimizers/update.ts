// What the optimizers share: one dispatch over flat tensors, an optional table of rate factors and decays, an optional clip. Knows
// no optimizer and no network.
import { type Dispatch, dispatch, linearGrid, type ParamValues, requireShape, type Tensor } from '../../gpu/index.js';
import type { OpContext } from '../contracts.js';
import { vectorCount, wholeVectors } from '../vectors.js';

const WORKGROUP = 256;

/** Weights that share a row of a table of factors; a parameter of a network starts at a multiple of them. */
export const FACTOR_BLOCK = 64;

export interface UpdateTables {
  /** ceil(weights / 64) x 2, f32: for each 64 weights a factor of the rate and the decay that takes the place of the settings'. */
  readonly factors?: Tensor;
  /** What `clipByNorm` writes: the gradient's factor, and its norm. */
  readonly clip?: Tensor;
}

interface Update {
  /** `optimizer/FILE.wgsl` */
  readonly name: string;
  readonly weights: Tensor;
  readonly grad: Tensor;
  /** By the kernel's names; each of the weights' shape. */
  readonly state: Readonly<Record<string, Tensor>>;
  readonly params: ParamValues;
  readonly overrides: Readonly<Record<string, number>>;
}

/** @throws ShapeError where a tensor is not the weights' shape or a table not theirs */
export async function updateDispatch({ device }: OpContext, { factors, clip }: UpdateTables, update: Update): Promise<Dispatch[]> {
  const { name, weights, grad, state, params, overrides } = update;
  for (const [role, tensor] of Object.entries({ grad, ...state })) requireShape(tensor, weights.shape, `${name} ${role}`);
  if (factors) requireShape(factors, [Math.ceil(weights.size / FACTOR_BLOCK), 2], `${name} factors`);
  if (clip) requireShape(clip, [2], `${name} clip`);
  const flags = { FACTORS: factors ? 1 : 0, CLIP: clip ? 1 : 0 };
  const pipeline = await device.pipeline({ file: `optimizer/${name}.wgsl`, entry: 'update', overrides: { ...overrides, ...flags } });
  const size = vectorCount(weights.size);
  const whole = Object.fromEntries(Object.entries({ grad, weights, ...state }).map(([role, tensor]) => [role, wholeVectors(tensor)]));
  // A binding must hold something; without its flag nobody reads it.
  const buffers = { ...whole, factors: factors ?? grad, clip: clip ?? grad };
  return [dispatch(pipeline, { params: { size, ...params }, buffers, grid: linearGrid(size, WORKGROUP) })];
}
