// Language models and texts small enough to be written out, and one device step of them from given weights.
import { createRng, type LanguageModel, networkHash } from '../../../src/core/index.js';
import { textStreams, textWindows, type TokenText } from '../../../src/data/index.js';
import { beginLanguageTraining, decodeSnapshot, encodeSnapshot, languageParameters, type LanguageSettings, languageSettings, type TextStats } from '../../../src/nn/index.js';
import type { OpContext } from '../../../src/ops/index.js';
import { keptOracle } from '../../ops/oracle/dropout.js';
import { languagePass, namedOf, type Pass, type Window, zeroStates } from './oracle.js';

export const SEED = 'language';
/** What dropout draws with in a training of that seed. */
export const DRAWS = createRng(SEED).fork('draws').int(2 ** 32);

export const MODELS: Readonly<Record<string, LanguageModel>> = {
  'one layer': { kind: 'lstm-lm', vocabulary: 11, embedding: 5, hidden: 6, layers: 1, dropout: 0 },
  'two layers with dropout': { kind: 'lstm-lm', vocabulary: 9, embedding: 4, hidden: 5, layers: 2, dropout: 0.25 },
};

export function settingsOf(hp: Readonly<Record<string, number>> = {}): LanguageSettings {
  return languageSettings({ batch_size: 3, steps: 4, clip_norm: 0, learning_rate: 0.5, ...hp });
}

export function randomText(vocabulary: number, length: number, seed = 'text'): TokenText {
  const rng = createRng(seed);
  return { name: seed, tokens: Uint32Array.from({ length }, () => rng.int(vocabulary)) };
}

/** Larger than first weights are, so that gates open and close. */
export function randomWeights(model: LanguageModel, seed = 'weights'): Float32Array<ArrayBuffer> {
  const rng = createRng(seed);
  const { slices, total } = languageParameters(model);
  const flat = new Float32Array(total);
  for (const { start, size } of slices) for (let i = start; i < start + size; i++) flat[i] = 0.6 * rng.normal();
  return flat;
}

export interface Stepped {
  readonly weights: Float32Array<ArrayBuffer>;
  /** SGD's velocity: the gradient of the last window where momentum is 0. */
  readonly velocity: Float32Array<ArrayBuffer>;
  readonly train: TextStats;
  readonly validation: TextStats;
}

/** One epoch on the device from these weights; its first window is step `step`. */
export async function deviceEpoch(context: OpContext, model: LanguageModel, settings: LanguageSettings, weights: Float32Array<ArrayBuffer>, text: TokenText, step = 1): Promise<Stepped> {
  const { length, total } = languageParameters(model);
  const header = { architecture: networkHash(model), optimizer: 'sgd', epoch: 0, step: step - 1 };
  const checkpoint = encodeSnapshot({ ...header, weights, state: [new Float32Array(length)] });
  const training = await beginLanguageTraining(context, { model, settings, seed: SEED, train: text, validation: text, checkpoint });
  try {
    const { train, validation } = await training.epoch();
    const after = decodeSnapshot(await training.snapshot(), { ...header, length, total, states: 1 });
    return { weights: after.weights, velocity: after.state[0] ?? new Float32Array(), train, validation };
  } finally {
    training.release();
  }
}

/** A text's windows as the oracle takes them. `step` of the first one; null = an evaluation, which drops nothing. */
export function oracleWindows({ dropout, layers, ...model }: LanguageModel, { train, steps }: LanguageSettings, text: TokenText, step: number | null): Window[] {
  const B = train.batch;
  const streams = textStreams(text, B);
  const size = B * steps;
  return textWindows(streams, steps).map(({ start, count }, w) => {
    const taken = (from: number): number[] => Array.from({ length: size }, (_, i) => (i < count ? (streams.tokens[from + i] ?? 0) : 0));
    const masks = step === null || dropout === 0 ? null : Array.from({ length: layers + 1 }, (_, stream) =>
      keptOracle(size * (stream === 0 ? model.embedding : model.hidden), { rate: dropout, seed: DRAWS, stream }, step + w));
    const kept = (stream: number, i: number): number => (masks?.[stream]?.[i] ? 1 / (1 - dropout) : 0);
    return { B, tokens: taken(start), labels: taken(start + B), count, ...(masks ? { kept } : {}) };
  });
}

/** All windows of a text with the same weights, the state carried: the last window's pass, and the mean loss of all. */
export function oracleText(model: LanguageModel, settings: LanguageSettings, weights: ArrayLike<number>, text: TokenText, step: number | null): { last: Pass; loss: number; lossError: number } {
  const named = namedOf(model, weights);
  const windows = oracleWindows(model, settings, text, step);
  let [states, last, loss, lossError, count] = [zeroStates(model, settings.train.batch), null as Pass | null, 0, 0, 0];
  for (const window of windows) {
    last = languagePass(model, named, window, states);
    states = last.states;
    loss += last.loss.value * window.count;
    lossError += last.loss.error * window.count;
    count += window.count;
  }
  if (!last) throw new Error('text: expected a window');
  return { last, loss: loss / count, lossError: lossError / count };
}
