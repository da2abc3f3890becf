// Hyper-parameters of a language model's training: those of every training, the steps of a window, and what is usual for text.
import { TrialError } from '../../core/index.js';
import { HYPERPARAMETERS, trainSettings, type TrainSettings } from '../hyper.js';

export interface LanguageSettings {
  /** `batch` = parallel streams. */
  readonly train: TrainSettings;
  /** T: back-propagation through time ends at a window's first step. */
  readonly steps: number;
}

const MOST_STEPS = 4096;

/**
 * PyTorch's word_language_model: plain SGD at rate 20, 20 streams of 35 steps, gradients of the mean loss clipped to a norm of .25.
 * Zaremba, Sutskever and Vinyals 2014 sum over the 35 steps: their rate 1 and norm 5 would be 35 and .14 here.
 */
const USUAL: Readonly<Record<string, number>> = { learning_rate: 20, momentum: 0, batch_size: 20, clip_norm: 0.25 };
const USUAL_STEPS = 35;

/** Adam's own rate, where a candidate names the optimizer and no rate. */
const ADAM_RATE = 0.002;

/** Names and standard values, for help texts. */
export const LANGUAGE_HYPERPARAMETERS: typeof HYPERPARAMETERS = {
  ...Object.fromEntries(Object.entries(HYPERPARAMETERS).map(([name, hyper]) => [name, { ...hyper, standard: USUAL[name] ?? hyper.standard }])),
  steps: { standard: USUAL_STEPS, range: [1, MOST_STEPS, 'whole'] },
};

/** @throws TrialError 'invalid' on a name that training does not know or a value out of range */
export function languageSettings(hp: Readonly<Record<string, number>>): LanguageSettings {
  const { steps = USUAL_STEPS, ...rest } = hp;
  if (!Number.isInteger(steps) || steps < 1 || steps > MOST_STEPS) {
    throw new TrialError('invalid', `hyper-parameter steps: expected a whole number from 1 to ${MOST_STEPS}, got ${steps}; correct the space or the net`);
  }
  const adaptive = rest['optimizer'] !== undefined && rest['optimizer'] !== 0;
  return { train: trainSettings({ ...USUAL, ...(adaptive ? { learning_rate: ADAM_RATE } : {}), ...rest }), steps };
}
