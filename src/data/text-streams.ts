// A text as B parallel streams for truncated back-propagation through time: stream b reads the b-th part of the text from its
// beginning to its end, a window of T steps at a time.
import { DataError } from '../core/index.js';
import type { TokenText } from './text.js';

export interface TokenStreams {
  readonly name: string;
  /** B. */
  readonly streams: number;
  /** Predictions of each stream. */
  readonly steps: number;
  /** (steps + 1) x B, step by step: row s predicts row s + 1. */
  readonly tokens: Uint32Array<ArrayBuffer>;
}

/**
 * Up to B - 1 tokens at the end are left out, so that all streams are of one length.
 * @param minimum steps that each stream must have at least
 * @throws DataError where the text is shorter than B x minimum + 1 tokens
 */
export function textStreams({ name, tokens }: TokenText, streams: number, minimum = 1): TokenStreams {
  const steps = Math.floor((tokens.length - 1) / streams);
  if (steps < minimum) {
    throw new DataError(`${name}: expected at least ${streams * minimum + 1} tokens (${streams} streams of ${minimum} steps, and one to predict), got ${tokens.length}; use a longer text, fewer streams or fewer steps`);
  }
  const rows = new Uint32Array((steps + 1) * streams);
  for (let b = 0; b < streams; b++) {
    for (let step = 0; step <= steps; step++) rows[step * streams + b] = tokens[b * steps + step] ?? 0;
  }
  return { name, streams, steps, tokens: rows };
}

export interface TextWindow {
  /** Number of its first prediction in `tokens`. */
  readonly start: number;
  /** Predictions, the streams' together: T x B but for the last window. */
  readonly count: number;
}

/** Windows of at most `length` steps, in reading order. */
export function textWindows({ streams, steps }: Pick<TokenStreams, 'streams' | 'steps'>, length: number): TextWindow[] {
  return Array.from({ length: Math.ceil(steps / length) }, (_, w) => ({ start: w * length * streams, count: Math.min(length, steps - w * length) * streams }));
}
