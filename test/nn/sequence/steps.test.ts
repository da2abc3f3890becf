// Language models on the device against the written-out one: windows with carried states, 50 steps each from the oracle's weights,
// perplexity.
import { describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/core/index.js';
import { evaluateText, languageParameters } from '../../../src/nn/index.js';
import { expectWithin, useDevice } from '../../ops/fixture.js';
import { deviceEpoch, MODELS, oracleText, randomText, randomWeights, settingsOf } from './models.js';
import type { Named, Row } from './oracle.js';

const gpu = useDevice();

function expectGradients(model: LanguageModel, got: Float32Array, want: Named): void {
  for (const { name, shape, start, size } of languageParameters(model).slices) {
    const row = want.get(name) as Row;
    expectWithin(name, shape, got.subarray(start, start + size), row.map(({ value }) => value), (i) => row[i]?.error ?? NaN);
  }
}

describe.each(Object.entries(MODELS))('%s', (_, model) => {
  it.each(['plain', 'tiled', 'subgroup'])('carries its state through windows, the last one short (%s)', async (variant) => {
    // 9 steps of 3 streams in windows of 4, 4 and 1. At rate 0 all windows meet the same weights.
    const text = randomText(model.vocabulary, 28);
    const settings = settingsOf({ learning_rate: 0 });
    const weights = randomWeights(model);
    const context = gpu.context();
    const lstm = { ...context, chooser: { choose: (ask: Parameters<typeof context.chooser.choose>[0]) => context.chooser.choose({ ...ask, candidates: ofVariant(ask.family, variant, ask.candidates) }) } } as typeof context;
    const got = await deviceEpoch(lstm, model, settings, weights, text);
    const want = oracleText(model, settings, weights, text, 1);
    expect(Math.abs(got.train.loss - want.loss)).toBeLessThan(want.lossError);
    expect(got.train.tokens).toBe(27);
    expectGradients(model, got.velocity, want.last.gradients);
    const judged = oracleText(model, settings, weights, text, null);
    expect(Math.abs(got.validation.loss - judged.loss)).toBeLessThan(judged.lossError);
    expect(got.validation.perplexity).toBeCloseTo(Math.exp(judged.loss), 3);
  });

  it('takes 50 steps as the oracle does, each from the oracle\'s weights', async () => {
    const settings = settingsOf();
    const rate = settings.train.learningRate;
    let weights = randomWeights(model);
    for (let step = 1; step <= 50; step++) {
      const text = randomText(model.vocabulary, 13, `step ${step}`);
      const got = await deviceEpoch(gpu.context(), model, settings, weights, text, step);
      const { last, loss, lossError } = oracleText(model, settings, weights, text, step);
      expect(Math.abs(got.train.loss - loss), `loss of step ${step}`).toBeLessThan(lossError);
      const next = new Float32Array(weights.length);
      for (const { name, shape, start, size } of languageParameters(model).slices) {
        const row = last.gradients.get(name) as Row;
        const moved = row.map(({ value }, i) => (weights[start + i] as number) - rate * value);
        expectWithin(`step ${step}: ${name}`, shape, got.weights.subarray(start, start + size), moved, (i) => {
          const { value, error } = row[i] as Row[number];
          return rate * error + 3 * 2 ** -24 * (Math.abs(weights[start + i] as number) + Math.abs(rate * value));
        });
        next.set(moved, start);
      }
      weights = next;
    }
  }, 120_000);

  it('has the written-out perplexity on a text, whatever the windows', async () => {
    const weights = randomWeights(model, 'judged');
    const text = randomText(model.vocabulary, 41, 'judged');
    const want = oracleText(model, settingsOf({ batch_size: 1, steps: 40 }), weights, text, null);
    for (const steps of [7, 40]) {
      const got = await evaluateText(gpu.context(), { model, weights }, text, { steps, streams: 1 });
      expect(got.tokens).toBe(40);
      expect(Math.abs(got.loss - want.loss)).toBeLessThan(want.lossError);
      expect(got.perplexity).toBeCloseTo(Math.exp(want.loss), 3);
    }
  });

  it('notices a token that was changed', async () => {
    const settings = settingsOf({ learning_rate: 0 });
    const weights = randomWeights(model);
    const text = randomText(model.vocabulary, 13);
    const other = { ...text, tokens: text.tokens.map((token, i) => (i === 5 ? (token + 1) % model.vocabulary : token)) };
    const got = await deviceEpoch(gpu.context(), model, settings, weights, other);
    const want = oracleText(model, settings, weights, text, 1);
    expect(Math.abs(got.train.loss - want.loss)).toBeGreaterThan(want.lossError);
    expect(() => expectGradients(model, got.velocity, want.last.gradients)).toThrow(/are off/);
  });
});

/** The recurrence by one variant where it fits; everything else as it comes. */
function ofVariant<T extends { readonly variant: string }>(family: string, variant: string, candidates: readonly T[]): readonly T[] {
  const wanted = candidates.filter((candidate) => candidate.variant === variant);
  return family === 'lstm' && wanted.length > 0 ? wanted : candidates;
}
