// An LSTM language model as plain data: embedding, layers of LSTM, a dense layer over the vocabulary. What it costs, what
// identifies it, and the check of data from outside. Which text and which vocabulary is the trainer's matter.
import { z } from 'zod';
import type { Architecture } from './architecture/layers.js';
import { depthOf, weightCount } from './architecture/counts.js';
import { describeArchitecture } from './architecture/describe.js';
import { ShapeError, UsageError } from './errors.js';
import { hashOf } from './hash.js';

export interface LanguageModel {
  readonly kind: 'lstm-lm';
  /** Tokens that it knows, and the logits of each place. */
  readonly vocabulary: number;
  /** Columns of the embedding. */
  readonly embedding: number;
  /** Units of each LSTM layer. */
  readonly hidden: number;
  readonly layers: number;
  /** Share of what goes into each layer and out of the last one that training drops; 0 = none. */
  readonly dropout: number;
}

/** What a candidate may hold: a chain of image layers, or a language model. */
export type Network = Architecture | LanguageModel;

const whole = z.number().int().min(1).max(2 ** 24);

/** The one schema of a language model; unknown members are refused. */
export const languageModelSchema: z.ZodType<LanguageModel> = z.strictObject({
  kind: z.literal('lstm-lm'), vocabulary: whole.min(2), embedding: whole, hidden: whole, layers: whole.max(64), dropout: z.number().min(0).lt(1),
});

/** Checked plain data. Throws a ShapeError that names the member at fault. */
export function parseLanguageModel(data: unknown): LanguageModel {
  const parsed = languageModelSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ShapeError(`language model: expected { kind: 'lstm-lm', vocabulary, embedding, hidden, layers, dropout }, got ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'other data'}`);
}

/**
 * What may be said of a model beside its vocabulary, with standard values: Zaremba et al. 2014's small model without its dropout. The
 * embedding is as wide as the layers unless it says so.
 */
export const LANGUAGE_MODEL_SETTINGS: Readonly<Record<'embedding' | 'hidden' | 'layers' | 'dropout', number>> = { embedding: 200, hidden: 200, layers: 2, dropout: 0 };

/**
 * `lstm-lm`, or with settings `lstm-lm:hidden=650,layers=2,dropout=0.5`; `settings` go before the text's own.
 * @throws UsageError on another name or setting or what is no number, ShapeError on a number out of range
 */
export function languageModelByName(text: string, vocabulary: number, settings: Readonly<Record<string, number>> = {}): LanguageModel {
  const known = Object.keys(LANGUAGE_MODEL_SETTINGS);
  const [name = '', ...rest] = text.trim().split(':');
  if (name !== 'lstm-lm') throw new UsageError(`net: expected lstm-lm for a text, got ${name}; write lstm-lm:hidden=200,layers=2`);
  const pairs = rest.join(':').split(',').filter((pair) => pair.trim() !== '').map((pair) => pair.split('=').map((part) => part.trim()));
  const said: Record<string, number> = { ...Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value === '' ? NaN : Number(value)])), ...settings };
  const wrong = Object.keys(said).find((key) => !known.includes(key) || !Number.isFinite(said[key]));
  if (wrong !== undefined) throw new UsageError(`net ${text}: expected settings ${known.join(', ')} with numbers, got '${wrong}'; write lstm-lm:hidden=200,layers=2`);
  const { hidden = LANGUAGE_MODEL_SETTINGS.hidden } = said;
  return parseLanguageModel({ kind: 'lstm-lm', vocabulary, ...LANGUAGE_MODEL_SETTINGS, embedding: hidden, ...said });
}

export function isLanguageModel(network: Network): network is LanguageModel {
  return 'kind' in network;
}

/** Trained numbers: the table, each layer's two matrices and one bias of four gates a unit, the head and its bias. */
export function languageModelWeights({ vocabulary, embedding, hidden, layers }: LanguageModel): number {
  const recurrent = (inputs: number): number => 4 * hidden * (inputs + hidden + 1);
  return vocabulary * embedding + recurrent(embedding) + (layers - 1) * recurrent(hidden) + vocabulary * (hidden + 1);
}

/** `embedding 200, 2 x lstm 200, dropout 0.5, dense 10000`. */
export function describeLanguageModel({ vocabulary, embedding, hidden, layers, dropout }: LanguageModel): string {
  const recurrent = layers === 1 ? `lstm ${hidden}` : `${layers} x lstm ${hidden}`;
  return [`embedding ${embedding}`, recurrent, ...(dropout > 0 ? [`dropout ${dropout}`] : []), `dense ${vocabulary}`].join(', ');
}

export function networkHash(network: Network): string {
  return hashOf(network);
}

export function describeNetwork(network: Network): string {
  return isLanguageModel(network) ? describeLanguageModel(network) : describeArchitecture(network);
}

/** Trained parameters. Throws a ShapeError where an image layer does not fit. */
export function networkWeights(network: Network): number {
  return isLanguageModel(network) ? languageModelWeights(network) : weightCount(network);
}

/** Layers with weights from the input to the logits; an embedding is a table and counts as none. */
export function networkDepth(network: Network): number {
  return isLanguageModel(network) ? network.layers + 1 : depthOf(network);
}
