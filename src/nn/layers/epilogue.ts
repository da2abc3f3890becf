// What follows a layer's sums, and its gradient. Where a max pool follows a ReLU, the pool takes the ReLU over (they commute,
// in floating point too) and the bias's gradient with it: the mask then costs nothing, and the sum runs over the pooled
// gradient, a quarter of the elements for 2x2 windows.
import { biasGrad, reluGradInput } from '../../ops/index.js';
import type { Step } from '../step.js';
import { type Value, value } from '../value.js';

/** none: a bias alone; relu: bias and ReLU; pooled: the max pool above has the ReLU and sums the bias's gradient. */
export type Epilogue = 'none' | 'relu' | 'pooled';

export interface Masked {
  /** dL/d of what the ReLU was given. */
  readonly gradient: Value;
  readonly steps: readonly Step[];
}

/** The gradient below a ReLU whose output this is; the gradient itself where there is none. */
export function maskedGradient(output: Value, gradient: Value, relu: boolean): Masked {
  if (!relu) return { gradient, steps: [] };
  const masked = value(`${output.name} masked gradient`, gradient.shape);
  return { gradient: masked, steps: [reluGradientStep(output, gradient, masked)] };
}

/** `below` = the gradient where the ReLU's output is above zero, else zero. */
export function reluGradientStep(output: Value, gradient: Value, below: Value): Step {
  return {
    label: `${output.name} relu gradient`,
    reads: [output, gradient],
    writes: [below],
    prepare: (context, t) => reluGradInput(context, { dy: t(gradient), y: t(output), dx: t(below) }),
  };
}

/** Sums the gradient into the bias's, where there is one; `mask` as in ops' biasGrad. */
export function biasGradient(output: Value, gradient: Value, bias: Value | null, mask?: Value): Step[] {
  if (bias === null) return [];
  return [
    {
      label: `${output.name} bias gradient`,
      reads: mask ? [gradient, mask] : [gradient],
      writes: [bias],
      prepare: (context, t) => biasGrad(context, { dy: t(gradient), ...(mask ? { mask: t(mask) } : {}), db: t(bias) }),
    },
  ];
}
