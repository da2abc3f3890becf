// A text on the device: token numbers as B parallel streams, uploaded once for a network, and the step that takes a window of it.
import { DataError } from '../../core/index.js';
import { textStreams, type TextWindow, textWindows, type TokenText } from '../../data/index.js';
import type { Device, Tensor } from '../../gpu/index.js';
import { textWindow } from '../../ops/index.js';
import type { Step } from '../step.js';
import type { LanguageGraph } from './graph.js';
import type { WindowExtents } from './window-extents.js';

export interface DeviceText {
  readonly name: string;
  /** steps + 1 rows of B. */
  readonly text: Tensor;
  readonly windows: readonly TextWindow[];
  release(): void;
}

/**
 * @param minimum steps that each stream must have at least
 * @throws DataError where the text is too short or holds tokens that the model lacks, LimitError where it does not fit the device
 */
export function uploadText(device: Device, source: TokenText, { steps, streams }: WindowExtents, vocabulary: number, minimum = 1): DeviceText {
  const beyond = source.tokens.findIndex((token) => token >= vocabulary);
  if (beyond >= 0) throw new DataError(`${source.name}: expected token numbers below ${vocabulary}, the model's vocabulary, got ${source.tokens[beyond]} at ${beyond}; encode the text with the model's own vocabulary`);
  const laid = textStreams(source, streams, minimum);
  const text = device.tensor([laid.steps + 1, streams], { type: 'u32', data: laid.tokens, label: `${source.name} tokens` });
  return { name: source.name, text, windows: textWindows(laid, steps), release: () => text.release() };
}

/** tokens and labels = the window at the dispatches' params `start` and `count`. */
export function windowStep({ tokens, labels }: Pick<LanguageGraph, 'tokens' | 'labels'>, { text }: DeviceText): Step {
  return {
    label: 'window', reads: [], writes: [tokens, labels], follows: ['start', 'count'],
    prepare: (context, t) => textWindow(context, { text, tokens: t(tokens), labels: t(labels) }),
  };
}
