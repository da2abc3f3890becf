// A language model as stages over a window of T steps of B streams: embedding, layers of LSTM, head, dropout before each layer of
// LSTM and before the head. Pure: it takes no memory and no device. Rows of every value go step by step: place t B + b.
import type { LanguageModel } from '../../core/index.js';
import { denseStage } from '../layers/dense.js';
import { dropoutStage } from '../layers/dropout.js';
import { parameterNamed, type ParameterValues, parameterValues } from '../parameter-values.js';
import type { Stage } from '../step.js';
import { type Value, value } from '../value.js';
import { embeddingStage } from './embedding-stage.js';
import { lstmStage } from './lstm-stage.js';
import { languageParameters } from './parameters.js';
import type { WindowExtents } from './window-extents.js';

export interface LanguageGraph extends ParameterValues, WindowExtents {
  /** Rows of all values, T B. */
  readonly batch: number;
  /** T B token numbers, u32, and those that follow them. */
  readonly tokens: Value;
  readonly labels: Value;
  readonly stages: readonly Stage[];
  /** T B x vocabulary. */
  readonly logits: Value;
  /** States that go on from one window to the next. */
  readonly kept: ReadonlySet<Value>;
}

export function languageGraph(model: LanguageModel, extents: WindowExtents): LanguageGraph {
  const { vocabulary, embedding, hidden, layers, dropout } = model;
  const batch = extents.steps * extents.streams;
  const parameters = parameterValues(languageParameters(model));
  const named = (name: string) => parameterNamed(parameters, name);
  const tokens = value('tokens', [batch], 'u32');
  const stages: Stage[] = [embeddingStage(tokens, named('embedding.weight'), value('embedding', [batch, embedding]))];
  const top = (): Value => stages.at(-1)?.output ?? tokens;
  // In place: neither an embedding nor an LSTM looks at its own output again.
  const drop = (stream: number): void => void (dropout > 0 && stages.push(dropoutStage({ type: 'dropout', rate: dropout }, top(), top(), stream)));
  const kept = new Set<Value>();
  for (let layer = 0; layer < layers; layer++) {
    drop(layer);
    const [input, recurrent, bias] = ['input', 'recurrent', 'bias'].map((part) => named(`lstm.${layer}.${part}`));
    if (!input || !recurrent || !bias) throw new RangeError(`lstm.${layer}: a parameter is missing`);
    const { stage, states } = lstmStage(`lstm.${layer}`, top(), { input, recurrent, bias }, { ...extents, hidden });
    states.forEach((state) => kept.add(state));
    stages.push(stage);
  }
  drop(layers);
  const [weight, bias] = [named('head.weight'), named('head.bias')];
  const logits = value('logits', [batch, vocabulary]);
  stages.push(denseStage(top(), logits, { weight: weight.value, weightGradient: weight.gradient, bias: bias.value, biasGradient: bias.gradient }, 'none'));
  return { ...extents, batch, ...parameters, tokens, labels: value('labels', [batch], 'u32'), stages, logits, kept };
}
