// Windows of LSTM language models, trained and judged: embedding, recurrence, head, loss, backward, clipping, update.
import type { LanguageModel } from '../../core/index.js';
import type { TokenText } from '../../data/index.js';
import type { Device } from '../../gpu/index.js';
import { beginLanguageTraining, languageSettings, type LanguageTraining } from '../../nn/index.js';
import type { BenchCase, OpenCase, Runnable } from './case.js';
import { preferring, stepChoices } from './whole-steps.js';

export interface LanguageAxes {
  /** Parallel streams. */
  readonly batch: number;
  readonly steps: number;
  /** Units, and columns of the embedding. */
  readonly hidden: number;
  readonly layers: number;
  readonly vocabulary: number;
}

const COMMON = { batch: 20, steps: 35, hidden: 200 };

export const LANGUAGE_SHAPES: readonly LanguageAxes[] = [
  { ...COMMON, layers: 1, vocabulary: 1000 },
  { ...COMMON, layers: 2, vocabulary: 1000 },
  { ...COMMON, layers: 1, vocabulary: 10000 },
  { ...COMMON, layers: 2, vocabulary: 10000 },
];

export const LANGUAGE_PASSES = ['training', 'forward'] as const;
export type LanguagePass = (typeof LANGUAGE_PASSES)[number];

/** Windows of text: the loss of this many is compared. */
const WINDOWS = 3;
/** Forward, and twice that backward. */
const PASSES = { training: 3, forward: 1 };

export function languageCase(axes: LanguageAxes, pass: LanguagePass): BenchCase {
  const { batch, steps, hidden, layers, vocabulary } = axes;
  const model: LanguageModel = { kind: 'lstm-lm', vocabulary, embedding: hidden, hidden, layers, dropout: 0 };
  return {
    name: `language model ${pass}`,
    shape: `${layers} layer${layers === 1 ? '' : 's'}, vocabulary ${vocabulary}, ${batch}x${steps}x${hidden}`,
    axes: { ...axes },
    flops: PASSES[pass] * batch * steps * tokenFlops(model),
    bytes: 0,
    oracle: `the loss of ${WINDOWS} windows beside the same by plain kernels, within 1 %`,
    items: { count: batch * steps, unit: 'tokens' },
    choices: stepChoices,
    open: async (device) => openLanguage(device, model, axes, pass),
  };
}

function openLanguage(device: Device, model: LanguageModel, { batch, steps, vocabulary }: LanguageAxes, pass: LanguagePass): OpenCase {
  const text = wordsLike(vocabulary, batch * steps * WINDOWS + batch);
  const begin = (variant: string): Promise<LanguageTraining> =>
    beginLanguageTraining(
      { device, chooser: preferring(variant) },
      { model, settings: languageSettings({ batch_size: batch, steps }), seed: 'bench', train: text, validation: text },
    );
  const lossOf = async (variant: string): Promise<number> => {
    const training = await begin(variant);
    const { train } = await training.epoch();
    training.release();
    return train.loss;
  };
  let plain: Promise<number> | null = null;
  return {
    async prepare({ variant }): Promise<Runnable> {
      const training = await begin(variant);
      const submit = (): void => void (pass === 'training' ? training.window() : training.judgeWindow());
      const { program } = pass === 'training' ? training.programs.step : training.programs.judge;
      submit();
      return {
        run: submit,
        time: (timer) => program.time(timer),
        async check() {
          plain ??= lossOf('plain');
          const [got, want] = [await lossOf(variant), await plain];
          return Math.abs(got - want) <= 0.01 * want ? null : `loss of ${WINDOWS} windows: got ${got}, want ${want} within 1 %`;
        },
        release: () => training.release(),
      };
    },
    release: () => undefined,
  };
}

/** Multiply-adds x 2 of one token's forward pass: gates of each layer, and the head. */
function tokenFlops({ embedding, hidden, layers, vocabulary }: LanguageModel): number {
  const inputs = embedding + (layers - 1) * hidden;
  return 2 * (4 * hidden * (inputs + layers * hidden) + hidden * vocabulary);
}

/** Tokens with Zipf's frequencies, the same for every run. */
function wordsLike(vocabulary: number, count: number): TokenText {
  let state = 1;
  const tokens = Uint32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.min(vocabulary - 1, Math.floor(vocabulary ** (state / 2 ** 32)) - 1);
  });
  return { name: 'words', tokens };
}
