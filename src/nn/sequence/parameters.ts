// The parameters of a language model: shapes, names and first values. First values are uniform: the table and the head in
// (-0.1, 0.1), as Zaremba et al. 2014 have it for all, a layer of LSTM in +-1 / sqrt(hidden); biases are zero.
import type { LanguageModel } from '../../core/index.js';
import { layoutOf, type ParameterLayout, type ParameterSpec } from '../parameters.js';

const TABLE_BOUND = 0.1;

/** `embedding.weight` (vocabulary x embedding), `lstm.0.input`, `lstm.0.recurrent`, `lstm.0.bias` (rows 4 j + gate), ..., `head.weight`, `head.bias`. */
export function languageParameters({ vocabulary, embedding, hidden, layers }: LanguageModel): ParameterLayout {
  const uniform = (layer: string, part: string, shape: readonly number[], bound: number): ParameterSpec =>
    ({ name: `${layer}.${part}`, role: 'weight', shape, first: { bound }, stream: `${layer}.${part}`, layer });
  const bias = (layer: string, size: number): ParameterSpec =>
    ({ name: `${layer}.bias`, role: 'bias', shape: [size], first: { constant: 0 }, stream: `${layer}.bias`, layer });
  const recurrent = Array.from({ length: layers }, (_, i) => {
    const bound = 1 / Math.sqrt(hidden);
    const layer = `lstm.${i}`;
    return [
      uniform(layer, 'input', [4 * hidden, i === 0 ? embedding : hidden], bound),
      uniform(layer, 'recurrent', [4 * hidden, hidden], bound),
      bias(layer, 4 * hidden),
    ];
  });
  return layoutOf([
    uniform('embedding', 'weight', [vocabulary, embedding], TABLE_BOUND),
    ...recurrent.flat(),
    uniform('head', 'weight', [vocabulary, hidden], TABLE_BOUND),
    bias('head', vocabulary),
  ]);
}
