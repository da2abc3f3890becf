// The table of a language model: rows by token, and its gradient. Tokens have none.
import { embeddingForward, embeddingGradWeight } from '../../ops/index.js';
import type { ParameterValue } from '../parameter-values.js';
import type { Stage } from '../step.js';
import type { Value } from '../value.js';

export function embeddingStage(tokens: Value, { value: table, gradient: tableGradient }: ParameterValue, output: Value): Stage {
  return {
    output,
    forward: () => [
      { label: 'embedding', reads: [tokens, table], writes: [output], prepare: (context, t) => embeddingForward(context, { table: t(table), tokens: t(tokens), y: t(output) }) },
    ],
    backward: (gradient) => [
      {
        label: 'embedding gradient',
        reads: [tokens, gradient],
        writes: [tableGradient],
        prepare: (context, t) => embeddingGradWeight(context, { dy: t(gradient), tokens: t(tokens), dtable: t(tableGradient) }),
      },
    ],
  };
}
