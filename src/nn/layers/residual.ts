// Two branches from one input, added, and a ReLU. Backward both get the sum's gradient, and what they give their input is added.
// The branches are chains that were built already; an empty shortcut is the input itself.
import { chainBackward, chainForward } from '../chain.js';
import type { Stage } from '../step.js';
import { type Value, value } from '../value.js';
import { maskedGradient } from './epilogue.js';
import { sumStep } from './sum.js';

export interface Branches {
  readonly body: readonly Stage[];
  readonly shortcut: readonly Stage[];
}

export function residualStage({ body, shortcut }: Branches, input: Value, output: Value, relu: boolean): Stage {
  const outOf = (stages: readonly Stage[]): Value => stages.at(-1)?.output ?? input;
  return {
    output,
    forward: (training) => [...chainForward(body, training), ...chainForward(shortcut, training), sumStep(`${output.name} sum`, outOf(body), outOf(shortcut), output, relu)],
    backward: (above, below) => {
      const { gradient, steps } = maskedGradient(output, above, relu);
      if (below === null) return [...steps, ...chainBackward(body, gradient, null), ...chainBackward(shortcut, gradient, null)];
      const throughBody = value(`${output.name} body gradient`, below.shape);
      const beside = shortcut.length === 0 ? gradient : value(`${output.name} shortcut gradient`, below.shape);
      return [
        ...steps,
        ...chainBackward(body, gradient, throughBody),
        ...chainBackward(shortcut, gradient, beside),
        sumStep(`${output.name} gradients' sum`, throughBody, beside, below),
      ];
    },
  };
}
