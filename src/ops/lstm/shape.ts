// The extents of an LSTM layer over a window of a text: T steps, B sequences, I inputs, H hidden units.
import { ShapeError } from '../../core/index.js';
import { requireShape, type Tensor } from '../../gpu/index.js';
import type { ShapeFacts } from '../contracts.js';

/** Of the recurrence; the products over all steps at once are matmuls with shapes of their own. */
export interface LstmShape extends ShapeFacts {
  readonly T: number;
  readonly B: number;
  readonly H: number;
}

/** T B H of a recurrence from its gates (T B 4H) and states (T+1 B H), and throws unless each tensor has the shape of its name. */
export function lstmShape(gates: Tensor, tensors: Readonly<Record<string, Tensor>>): LstmShape {
  const [T, B, H] = three(gates, 'gates T B 4H');
  if (H % 4 !== 0) throw new ShapeError(`lstm: expected gates T B 4H, got ${gates.shape.join('x')} (${gates.label}); a unit has four gates`);
  const shape = { T, B, H: H / 4 };
  requireLstmShapes(shape, tensors);
  return shape;
}

export function requireLstmShapes({ T, B, H }: LstmShape, tensors: Readonly<Record<string, Tensor>>, I = 0): void {
  const expected: Readonly<Record<string, readonly number[]>> = {
    x: [T, B, I], dx: [T, B, I], w: [4 * H, I], dw: [4 * H, I], r: [4 * H, H], dr: [4 * H, H], bias: [4 * H], dbias: [4 * H],
    h: [T + 1, B, H], c: [T + 1, B, H], y: [T, B, H], dy: [T, B, H],
  };
  for (const [name, tensor] of Object.entries(tensors)) requireShape(tensor, expected[name] ?? [], `lstm ${name}`);
}

/** The extents of x (T B I). */
export function three({ shape, label }: Tensor, what: string): [number, number, number] {
  const [a, b, c, ...rest] = shape;
  if (a !== undefined && b !== undefined && c !== undefined && rest.length === 0) return [a, b, c];
  throw new ShapeError(`lstm: expected ${what}, got ${shape.join('x')} (${label})`);
}
