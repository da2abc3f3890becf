// What follows a layer's sums, and its gradient. Where a max pool follows a ReLU, the pool takes the ReLU over (they commute,
// in floating point too) and the bias's gradient with it: the mask then costs nothing, and the sum runs over the pooled
// gradient, a quarter of the elements for 2x2 windows.
import { biasGrad, reluGradInPlace } from '../../ops/index.js';
import type { LayerParameters, Step } from '../step.js';
import type { Value } from '../value.js';

/** none: a bias alone; relu: bias and ReLU; pooled: the max pool above has the ReLU and sums the bias's gradient. */
export type Epilogue = 'none' | 'relu' | 'pooled';

/** Masks the gradient in place and sums it into the bias's. */
export function activationGradient(output: Value, gradient: Value, { biasGradient }: LayerParameters, epilogue: Epilogue): Step[] {
  if (epilogue === 'pooled') return [];
  const mask: Step = {
    label: `${output.name} relu gradient`,
    reads: [output, gradient],
    writes: [gradient],
    prepare: (context, t) => reluGradInPlace(context, { y: t(output), dy: t(gradient) }),
  };
  const sum: Step = {
    label: `${output.name} bias gradient`,
    reads: [gradient],
    writes: [biasGradient],
    prepare: (context, t) => biasGrad(context, { dy: t(gradient), db: t(biasGradient) }),
  };
  return epilogue === 'relu' ? [mask, sum] : [sum];
}
