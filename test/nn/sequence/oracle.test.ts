// The written-out language model against central differences: its gradients are those of its own loss.
import { describe, expect, it } from 'vitest';
import { createRng, type LanguageModel } from '../../../src/core/index.js';
import { languageParameters } from '../../../src/nn/index.js';
import { MODELS, oracleText, randomText, randomWeights, settingsOf } from './models.js';

const STEP = 1e-5;

describe.each(Object.entries(MODELS))('%s', (_, model: LanguageModel) => {
  it('has the gradients that its loss has', () => {
    const settings = settingsOf();
    const text = randomText(model.vocabulary, 12);
    const flat = Float64Array.from(randomWeights(model));
    const { last } = oracleText(model, settings, flat, text, 1);
    const loss = (): number => oracleText(model, settings, flat, text, 1).loss;
    const rng = createRng('places');
    for (const { name, start, size } of languageParameters(model).slices) {
      for (let trial = 0; trial < 6; trial++) {
        const at = rng.int(size);
        const was = flat[start + at] as number;
        flat[start + at] = was + STEP;
        const above = loss();
        flat[start + at] = was - STEP;
        const below = loss();
        flat[start + at] = was;
        expect(Math.abs((above - below) / (2 * STEP) - (last.gradients.get(name)?.[at]?.value ?? NaN)), `${name} ${at}`).toBeLessThan(1e-9);
      }
    }
  });
});
