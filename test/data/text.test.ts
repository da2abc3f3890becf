// Texts as token numbers: vocabularies, splits, streams; texts that cannot be used.
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { buildVocabulary, decodeText, encodeText, splitText, textStreams, textWindows, tokenise, unknownShare } from '../../src/data/index.js';

const WORDS = { tokens: 'words', size: 100 } as const;
const CHARS = { tokens: 'chars', size: 100 } as const;

describe('vocabulary', () => {
  it('counts words with an end for each line, the most frequent first', () => {
    const { tokens } = buildVocabulary('the cat sat\n\n the  dog sat\r\n', WORDS);
    expect(tokens).toEqual(['<eos>', 'sat', 'the', 'cat', 'dog', '<unk>']);
  });

  it('keeps a text\'s own <unk> where it ranks', () => {
    expect(buildVocabulary('<unk> <unk> <unk> a\nb', WORDS).tokens).toEqual(['<unk>', '<eos>', 'a', 'b']);
  });

  it('keeps the most frequent ones within the cap; the others are read as <unk>', () => {
    const vocabulary = buildVocabulary('a a a b b c\nd', { tokens: 'words', size: 4 });
    expect(vocabulary.tokens).toEqual(['a', '<eos>', 'b', '<unk>']);
    const numbers = encodeText(vocabulary, 'c a b\nnew');
    expect([...numbers]).toEqual([3, 0, 2, 1, 3, 1]);
    expect(unknownShare(vocabulary, numbers)).toBeCloseTo(2 / 6);
    expect(decodeText(vocabulary, numbers)).toBe('<unk> a b\n<unk>\n');
  });

  it('takes characters by code points and gives the text back', () => {
    const text = 'a😀b\naé';
    const vocabulary = buildVocabulary(text, CHARS);
    expect(vocabulary.tokens[0]).toBe('a');
    expect(vocabulary.tokens).toContain('😀');
    expect(decodeText(vocabulary, encodeText(vocabulary, text))).toBe(text);
    expect(() => decodeText(vocabulary, [99])).toThrow(DataError);
  });

  it('refuses texts without spaces where words are wanted, and says what to do', () => {
    for (const text of ['abcdefgh', '\u4f60\u597d\u4e16\u754c\n\u518d\u89c1', `${'x'.repeat(500)} ${'y'.repeat(500)}`]) {
      expect(() => buildVocabulary(text, WORDS, 'novel')).toThrow(/novel: .*--tokens chars/);
      expect(buildVocabulary(text, CHARS).tokens.length).toBeGreaterThan(1);
    }
  });

  it('refuses empty texts', () => {
    for (const options of [WORDS, CHARS]) expect(() => buildVocabulary(' \n', options)).toThrow(DataError);
    expect(() => splitText('void', '')).toThrow(/void: expected a text/);
  });
});

describe('a single text', () => {
  it('is cut 90 : 5 : 5 in reading order at the ends of lines', () => {
    const text = Array.from({ length: 400 }, (_, i) => `line number ${i}\n`).join('');
    const { train, validation, test } = splitText('lines', text);
    expect(train + validation + (test ?? '')).toBe(text);
    for (const part of [train, validation, test ?? '']) expect(part.endsWith('\n')).toBe(true);
    expect(train.length / text.length).toBeCloseTo(0.9, 1);
    expect(validation.split('\n').length).toBeGreaterThan(15);
  });

  it('is cut between characters where it has no lines', () => {
    const { train, validation, test } = splitText('long', '😀'.repeat(1000));
    for (const part of [train, validation, test ?? '']) expect([...part].every((c) => c === '😀')).toBe(true);
  });

  it('gives its vocabulary by the training part alone', () => {
    const set = tokenise({ name: 'x', train: 'a b', validation: 'a c', test: null }, WORDS);
    expect(set.vocabulary.tokens).not.toContain('c');
    expect([...set.validation.tokens]).toEqual([set.vocabulary.tokens.indexOf('a'), set.vocabulary.tokens.indexOf('<unk>'), set.vocabulary.tokens.indexOf('<eos>')]);
    expect(set.test).toBeNull();
  });
});

describe('streams', () => {
  const text = { name: 'count', tokens: Uint32Array.from({ length: 12 }, (_, i) => i) };

  it('read a part of the text each, and predict the token that follows', () => {
    const { steps, tokens } = textStreams(text, 3);
    expect(steps).toBe(3);
    expect([...tokens]).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8, 3, 6, 9]);
  });

  it('come in windows, the last as long as it is', () => {
    expect(textWindows({ streams: 3, steps: 5 }, 2)).toEqual([{ start: 0, count: 6 }, { start: 6, count: 6 }, { start: 12, count: 3 }]);
  });

  it('want a text of at least B x T + 1 tokens', () => {
    expect(textStreams(text, 3, 3).steps).toBe(3);
    expect(() => textStreams(text, 3, 4)).toThrow(/at least 13 tokens .*got 12/);
    expect(() => textStreams({ name: 'none', tokens: new Uint32Array() }, 1)).toThrow(DataError);
  });
});
