// A text for a language model: parts to train on, to judge by and to test with, as token numbers of one vocabulary.
import { DataError } from '../core/index.js';
import { buildVocabulary, encodeText, type Vocabulary, type VocabularyOptions } from './vocabulary.js';

/** Text as it was read. */
export interface TextSource {
  readonly name: string;
  readonly train: string;
  readonly validation: string;
  /** Null where nothing is kept for it. */
  readonly test: string | null;
}

/** Token numbers in reading order. */
export interface TokenText {
  readonly name: string;
  readonly tokens: Uint32Array<ArrayBuffer>;
}

export interface TextSet {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  readonly train: TokenText;
  readonly validation: TokenText;
  readonly test: TokenText | null;
}

/** Shares of a single text that are kept for judging and for testing. */
const VALIDATION_SHARE = 0.05;
const TEST_SHARE = 0.05;

/** @throws DataError where the training text is empty or has no words and words are wanted */
export function tokenise(source: TextSource, options: VocabularyOptions): TextSet {
  const { name, train, validation, test } = source;
  const vocabulary = buildVocabulary(train, options, name);
  const part = (what: string, text: string): TokenText => ({ name: `${name} ${what}`, tokens: encodeText(vocabulary, text) });
  return { name, vocabulary, train: part('train', train), validation: part('validation', validation), test: test === null ? null : part('test', test) };
}

/**
 * The first 90 % of a text to train on, then 5 % and 5 %: cut in reading order, so that no sentence stands on both sides, and at
 * the ends of lines where lines are short enough for that.
 * @throws DataError where the text is empty
 */
export function splitText(name: string, text: string): TextSource {
  if (text.trim() === '') throw new DataError(`${name}: expected a text, got ${text.length} characters of white space; give another file`);
  const first = cut(text, Math.floor(text.length * (1 - VALIDATION_SHARE - TEST_SHARE)));
  const second = Math.max(first, cut(text, Math.floor(text.length * (1 - TEST_SHARE))));
  return { name, train: text.slice(0, first), validation: text.slice(first, second), test: text.slice(second) };
}

/** The end of the line around `at` where it is within 1 % of the text, else the next space, else the place itself (never inside a pair of surrogates). */
function cut(text: string, at: number): number {
  const reach = Math.ceil(text.length / 100);
  for (const mark of ['\n', ' ']) {
    const found = text.indexOf(mark, at);
    if (found >= 0 && found - at <= reach) return found + 1;
  }
  const low = text.charCodeAt(at);
  return low >= 0xdc00 && low <= 0xdfff ? at + 1 : at;
}
