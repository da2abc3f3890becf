// Which tokens a text is made of, and their numbers: words between white space with an end of line each, or characters.
// Built from training text alone; what it does not hold is read as <unk>. Knows no sub-words and changes no case.
import { DataError } from '../core/index.js';

export const UNKNOWN = '<unk>';
export const END_OF_LINE = '<eos>';

export type TokenKind = 'words' | 'chars';

export interface Vocabulary {
  readonly kind: TokenKind;
  /** By number, the most frequent first; equally frequent ones in the order of their code units. Holds UNKNOWN once. */
  readonly tokens: readonly string[];
}

export interface VocabularyOptions {
  readonly tokens: TokenKind;
  /** The most tokens to keep, <unk> included. */
  readonly size: number;
}

/** A mean above this is no text of words: real prose has 4 to 6 characters a word, German law 7. */
const LONGEST_MEAN_WORD = 40;

/** @throws DataError where the text is empty, or has no words and words are wanted */
export function buildVocabulary(text: string, { tokens: kind, size }: VocabularyOptions, name = 'text'): Vocabulary {
  if (!Number.isInteger(size) || size < 2) throw new DataError(`${name}: expected a vocabulary of at least 2 tokens, got ${size}`);
  if (text.trim() === '') throw new DataError(`${name}: expected a text, got ${text.length} characters of white space; give another file`);
  if (kind === 'words') requireWords(text, name);
  const counts = new Map<string, number>();
  for (const token of tokensOf(text, kind)) counts.set(token, (counts.get(token) ?? 0) + 1);
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([token]) => token);
  return { kind, tokens: capped(ranked, size) };
}

/** Keeps the most frequent and <unk>, which stands where it ranks in a text that has it, else last. */
function capped(ranked: readonly string[], size: number): string[] {
  const kept = ranked.slice(0, size);
  if (kept.includes(UNKNOWN)) return kept;
  return [...kept.slice(0, size - 1), UNKNOWN];
}

/** Token numbers of a text. */
export function encodeText({ kind, tokens }: Vocabulary, text: string): Uint32Array<ArrayBuffer> {
  const numbers = new Map(tokens.map((token, i) => [token, i]));
  const unknown = numbers.get(UNKNOWN) ?? 0;
  return Uint32Array.from(tokensOf(text, kind), (token) => numbers.get(token) ?? unknown);
}

/** Text of token numbers; words get a space between them. Throws a DataError on a number that the vocabulary lacks. */
export function decodeText({ kind, tokens }: Vocabulary, numbers: Iterable<number>): string {
  const words = Array.from(numbers, (number) => {
    const token = tokens[number];
    if (token === undefined) throw new DataError(`vocabulary: expected numbers below ${tokens.length}, got ${number}; the tokens belong to another vocabulary`);
    return token === END_OF_LINE ? '\n' : token;
  });
  return kind === 'chars' ? words.join('') : words.join(' ').replaceAll(' \n', '\n').replaceAll('\n ', '\n');
}

/** Share of a text's tokens that it does not know. */
export function unknownShare(vocabulary: Vocabulary, numbers: Uint32Array): number {
  const unknown = vocabulary.tokens.indexOf(UNKNOWN);
  return numbers.length === 0 ? 0 : numbers.reduce((count, number) => count + (number === unknown ? 1 : 0), 0) / numbers.length;
}

function* tokensOf(text: string, kind: TokenKind): Generator<string> {
  if (kind === 'chars') {
    yield* text;
    return;
  }
  for (const line of linesOf(text)) {
    yield* wordsOf(line);
    yield END_OF_LINE;
  }
}

/** Lines without words are no lines: a blank one would only teach that <eos> follows <eos>. */
function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

function wordsOf(line: string): string[] {
  return line.trim().split(/\s+/);
}

function requireWords(text: string, name: string): void {
  const lines = linesOf(text);
  let [words, length, spaced] = [0, 0, false];
  for (const line of lines) {
    const found = wordsOf(line);
    spaced ||= found.length > 1;
    words += found.length;
    for (const word of found) length += word.length;
  }
  if (spaced && length / words <= LONGEST_MEAN_WORD) return;
  const got = spaced ? `words of ${Math.round(length / words)} characters on average` : `${lines.length} lines of ${Math.round(length / lines.length)} characters without a space`;
  throw new DataError(`${name}: expected words with white space between them, got ${got}; a word vocabulary is impossible: use characters (--tokens chars)`);
}
