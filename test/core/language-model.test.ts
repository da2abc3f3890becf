// Language models as plain data: what they cost, how they read, and what is refused.
import { describe, expect, it } from 'vitest';
import {
  describeNetwork, isLanguageModel, type LanguageModel, languageModelWeights, languageModelByName, networkDepth, networkHash, networkWeights, parseLanguageModel, ShapeError, UsageError,
} from '../../src/core/index.js';

const MODEL: LanguageModel = { kind: 'lstm-lm', vocabulary: 10, embedding: 3, hidden: 5, layers: 2, dropout: 0.5 };

describe('language model', () => {
  it('counts the table, four gates a unit and the head', () => {
    const first = 4 * 5 * 3 + 4 * 5 * 5 + 4 * 5;
    const second = 4 * 5 * 5 + 4 * 5 * 5 + 4 * 5;
    expect(languageModelWeights(MODEL)).toBe(10 * 3 + first + second + 10 * 5 + 10);
    expect(networkWeights(MODEL)).toBe(languageModelWeights(MODEL));
    expect(networkDepth(MODEL)).toBe(3);
  });

  it('reads on one line and is told from image nets', () => {
    expect(describeNetwork(MODEL)).toBe('embedding 3, 2 x lstm 5, dropout 0.5, dense 10');
    expect(describeNetwork({ ...MODEL, layers: 1, dropout: 0 })).toBe('embedding 3, lstm 5, dense 10');
    expect(isLanguageModel(MODEL)).toBe(true);
    expect(isLanguageModel({ input: { channels: 1, height: 1, width: 1 }, layers: [] })).toBe(false);
  });

  it('is identified by its content, whatever the order of its members', () => {
    const { kind, ...rest } = MODEL;
    expect(networkHash({ ...rest, kind })).toBe(networkHash(MODEL));
    expect(networkHash({ ...MODEL, hidden: 6 })).not.toBe(networkHash(MODEL));
  });

  it.each([
    ['vocabulary', { ...MODEL, vocabulary: 1 }],
    ['hidden', { ...MODEL, hidden: 2.5 }],
    ['dropout', { ...MODEL, dropout: 1 }],
    ['layers', { ...MODEL, layers: 0 }],
    ['size', { ...MODEL, size: 3 }],
  ])('refuses a wrong %s by name', (name, data) => {
    expect(parseLanguageModel(MODEL)).toEqual(MODEL);
    expect(() => parseLanguageModel(data)).toThrow(ShapeError);
    expect(() => parseLanguageModel(data)).toThrow(name);
  });

  it('comes by name with settings', () => {
    expect(languageModelByName('lstm-lm', 50)).toEqual({ kind: 'lstm-lm', vocabulary: 50, embedding: 200, hidden: 200, layers: 2, dropout: 0 });
    expect(languageModelByName('lstm-lm: hidden=30, layers=2', 50, { dropout: 0.5 })).toEqual({ kind: 'lstm-lm', vocabulary: 50, embedding: 30, hidden: 30, layers: 2, dropout: 0.5 });
    expect(languageModelByName('lstm-lm:hidden=30,embedding=8', 50)).toMatchObject({ embedding: 8, hidden: 30 });
    expect(() => languageModelByName('resnet-20', 50)).toThrow(UsageError);
    expect(() => languageModelByName('lstm-lm:units=3', 50)).toThrow(/embedding, hidden, layers, dropout with numbers, got 'units'/);
    expect(() => languageModelByName('lstm-lm:hidden=', 50)).toThrow(UsageError);
    expect(() => languageModelByName('lstm-lm:hidden=1.5', 50)).toThrow(ShapeError);
  });
});
