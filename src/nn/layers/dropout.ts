// Dropout: the mask is a function of the training's seed, the step and the layer's place, so a resumed training draws the same
// one and nothing is kept for the gradient. Where the layer before does not need its output as it was, elements are dropped in
// place: `output` is `input` then, and an evaluation has nothing to do.
import type { DropoutLayer } from '../../core/index.js';
import { dropout } from '../../ops/index.js';
import type { Stage, Step } from '../step.js';
import type { Value } from '../value.js';

/** `stream` (u32) is the layer's own among the network's dropout layers. */
export function dropoutStage({ rate }: DropoutLayer, input: Value, output: Value, stream: number): Stage {
  const step = (what: string, x: Value, y: Value, share: number): Step => ({
    label: `${output.name} ${what}`,
    reads: [x],
    writes: [y],
    follows: ['seed', 'step'],
    prepare: (context, t) => dropout(context, { x: t(x), y: t(y) }, { rate: share, seed: 0, stream }),
  });
  const copies = input === output ? [] : [step('identity', input, output, 0)];
  return {
    output,
    forward: (training) => (training ? [step('dropout', input, output, rate)] : copies),
    backward: (gradient, below) => (below ? [step('dropout gradient', gradient, below, rate)] : []),
  };
}
