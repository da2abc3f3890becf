// The mean of each channel.
import { globalPoolBackward, globalPoolForward } from '../../ops/index.js';
import type { Stage } from '../step.js';
import type { Value } from '../value.js';

export function globalPoolStage(input: Value, output: Value): Stage {
  return {
    output,
    forward: () => [
      {
        label: `${output.name} forward`,
        reads: [input],
        writes: [output],
        prepare: (context, t) => globalPoolForward(context, { x: t(input), y: t(output) }),
      },
    ],
    backward: (gradient, below) =>
      below
        ? [
            {
              label: `${output.name} gradient`,
              reads: [gradient],
              writes: [below],
              prepare: (context, t) => globalPoolBackward(context, { dy: t(gradient), dx: t(below) }),
            },
          ]
        : [],
  };
}
