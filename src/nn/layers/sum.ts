// Sums of branches. All have the sum's elements; their extents may be written otherwise.
import { accumulate, add } from '../../ops/index.js';
import type { Step, TensorOf } from '../step.js';
import type { Value } from '../value.js';

/** y = a + b, or relu of it. */
export function sumStep(label: string, a: Value, b: Value, y: Value, relu = false): Step {
  return { label, reads: [a, b], writes: [y], prepare: (context, t) => add(context, { a: like(t, a, y), b: like(t, b, y), y: t(y) }, { relu }) };
}

/** y = the sum of two values or more. */
export function sumSteps(label: string, [a, b, ...rest]: readonly [Value, Value, ...Value[]], y: Value): Step[] {
  const onto = (more: Value): Step => ({ label, reads: [more, y], writes: [y], prepare: (context, t) => accumulate(context, { a: like(t, more, y), y: t(y) }) });
  return [sumStep(label, a, b, y), ...rest.map(onto)];
}

function like(t: TensorOf, v: Value, y: Value): ReturnType<TensorOf> {
  return t(v).view(y.shape);
}
