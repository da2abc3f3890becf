// A value is what flows through a network: a name and a shape, without memory. Its identity is the object itself.
import type { ElementType } from '../gpu/index.js';

export interface Value {
  readonly name: string;
  /** Batch first: N x C x H x W or N x features. */
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export function value(name: string, shape: readonly number[], type: ElementType = 'f32'): Value {
  return { name, shape, type };
}
