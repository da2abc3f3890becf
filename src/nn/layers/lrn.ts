// Local response normalisation, within a channel or across channels. Training keeps the scale for the gradient.
import type { LrnLayer } from '../../core/index.js';
import { lrnBackward, lrnForward } from '../../ops/index.js';
import type { Stage } from '../step.js';
import { type Value, value } from '../value.js';

export function lrnStage({ region, size, alpha, beta, k }: LrnLayer, input: Value, output: Value): Stage {
  const attributes = { region, size, alpha, beta, k };
  const scale = value(`${output.name} scale`, output.shape);
  return {
    output,
    forward: () => [
      {
        label: `${output.name} forward`,
        reads: [input],
        writes: [output, scale],
        prepare: (context, t) => lrnForward(context, { x: t(input), y: t(output), scale: t(scale) }, attributes),
      },
    ],
    backward: (gradient, below) =>
      below
        ? [
            {
              label: `${output.name} gradient`,
              reads: [input, output, scale, gradient],
              writes: [below],
              prepare: (context, t) => lrnBackward(context, { x: t(input), y: t(output), dy: t(gradient), scale: t(scale), dx: t(below) }, attributes),
            },
          ]
        : [],
  };
}
