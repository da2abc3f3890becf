// Small LSTM language models and how they are trained: layers, units, embedding, dropout; rate, clipping, window, streams. Which
// text it is, and so how many tokens there are, is the caller's.
import { isLanguageModel, languageModelWeights, networkDepth, UsageError, type Candidate, type Json, type LanguageModel, type Rng, type Space } from '../../core/index.js';
import { inTurn, logarithmic, others, steps } from './neighbours.js';

export interface LstmSpaceOptions {
  /** Tokens of the text. */
  readonly vocabulary: number;
  readonly layers: readonly number[];
  readonly hidden: readonly number[];
  readonly embedding: readonly number[];
  readonly dropout: readonly number[];
  /** Log-uniform. */
  readonly learningRate: readonly [low: number, high: number];
  /** Log-uniform: the gradient's largest global norm. */
  readonly clipNorm: readonly [low: number, high: number];
  readonly steps: readonly number[];
  readonly streams: readonly number[];
}

/** Rates from hardly moving to diverging, units from too few to more than a small text needs: a search has something to find. */
export const lstmSpaceDefaults: Omit<LstmSpaceOptions, 'vocabulary'> = {
  layers: [1, 2], hidden: [16, 24, 32, 48, 64], embedding: [8, 16, 32], dropout: [0, 0.1, 0.2, 0.35],
  learningRate: [0.3, 40], clipNorm: [0.05, 2], steps: [10, 20, 35], streams: [10, 20],
};

export class LstmSpace implements Space {
  readonly name = 'lstm';
  readonly settings: { readonly [key: string]: Json };

  constructor(private readonly options: LstmSpaceOptions) {
    const empty = (['layers', 'hidden', 'embedding', 'dropout', 'steps', 'streams'] as const).find((name) => options[name].length === 0);
    if (empty !== undefined) throw new UsageError(`lstm space: expected at least one choice of ${empty}, got none`);
    for (const [low, high] of [options.learningRate, options.clipNorm]) {
      if (!(low > 0 && high > low)) throw new UsageError(`lstm space: expected a range low < high above 0, got ${low}..${high}`);
    }
    this.settings = { ...options };
  }

  sample(rng: Rng): Candidate {
    const { vocabulary, layers, hidden, embedding, dropout, learningRate, clipNorm, steps, streams } = this.options;
    const model: LanguageModel = {
      kind: 'lstm-lm', vocabulary, embedding: rng.pick(embedding), hidden: rng.pick(hidden), layers: rng.pick(layers), dropout: rng.pick(dropout),
    };
    const hp = { learning_rate: rng.logUniform(...learningRate), clip_norm: rng.logUniform(...clipNorm), steps: rng.pick(steps), batch_size: rng.pick(streams) };
    return withNumbers({ architecture: model, ap: {}, hp }, model);
  }

  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(candidate);
    const { layers, hidden, embedding, dropout, learningRate, clipNorm, steps: windows, streams } = this.options;
    const model = self.architecture as LanguageModel;
    const built = (change: Partial<LanguageModel>): Candidate => withNumbers({ ...self, architecture: { ...model, ...change } }, { ...model, ...change });
    const trained = (change: Candidate['hp']): Candidate => ({ ...self, hp: { ...self.hp, ...change } });
    const { learning_rate: rate = 0, clip_norm: norm = 0, steps: window = 0, batch_size: batch = 0 } = self.hp;
    return inTurn(self, [
      others(layers, model.layers, rng, (value) => built({ layers: value })),
      others(hidden, model.hidden, rng, (value) => built({ hidden: value })),
      others(embedding, model.embedding, rng, (value) => built({ embedding: value })),
      others(dropout, model.dropout, rng, (value) => built({ dropout: value })),
      steps(rate, logarithmic(learningRate), rng, (value) => trained({ learning_rate: value })),
      steps(norm, logarithmic(clipNorm), rng, (value) => trained({ clip_norm: value })),
      others(windows, window, rng, (value) => trained({ steps: value })),
      others(streams, batch, rng, (value) => trained({ batch_size: value })),
    ], rng, most);
  }

  /** Accepts every language model over the text's vocabulary, sampled here or not. */
  validate(candidate: Candidate): Candidate {
    const { architecture, hp } = candidate;
    if (architecture === null || !isLanguageModel(architecture)) throw new UsageError(`lstm space: expected a language model, got ${architecture === null ? 'null' : 'an image architecture'}`);
    if (architecture.vocabulary !== this.options.vocabulary) throw new UsageError(`lstm space: expected a vocabulary of ${this.options.vocabulary} tokens, got ${architecture.vocabulary}`);
    for (const name of ['learning_rate', 'clip_norm', 'steps', 'batch_size']) {
      const value = hp[name];
      if (value === undefined || !Number.isFinite(value) || value < 0) throw new UsageError(`lstm space: expected hp.${name} to be a number of at least 0, got ${value ?? 'nothing'}`);
    }
    return withNumbers(candidate, architecture);
  }
}

function withNumbers(candidate: Candidate, model: LanguageModel): Candidate {
  const { embedding, hidden, layers, dropout } = model;
  return { ...candidate, ap: { weights: languageModelWeights(model), layers: networkDepth(model), lstm_layers: layers, hidden, embedding, dropout } };
}
