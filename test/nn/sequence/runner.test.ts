// The language runner's promises: it learns, resumes bit for bit, tells the trial's own faults apart, and gives everything back.
import { describe, expect, it } from 'vitest';
import { type Candidate, DataError, type LanguageModel, networkHash, type RunnerEpoch, type Task, TrialError } from '../../../src/core/index.js';
import type { TokenText } from '../../../src/data/index.js';
import { decodeSnapshot, evaluateText, languageParameters, LanguageRunner, type LanguageRunnerOptions, languageSettings } from '../../../src/nn/index.js';
import { useDevice } from '../../ops/fixture.js';
import { NETS } from '../nets.js';
import { MODELS, randomText } from './models.js';

const gpu = useDevice();
const MODEL = MODELS['two layers with dropout'] as LanguageModel;
const HP = { batch_size: 3, steps: 5, learning_rate: 1, lr_step: 2, lr_factor: 0.5 };

function runner(options: Partial<LanguageRunnerOptions> = {}): LanguageRunner {
  return new LanguageRunner({ context: gpu.context(), train: randomText(9, 60), validation: randomText(9, 20, 'validation'), seed: 3, ...options });
}

function task(until: number, candidate: Partial<Candidate> = {}, from?: number): Task {
  return { trial: 1, attempt: 1, until, candidate: { architecture: MODEL, ap: {}, hp: HP, ...candidate }, ...(from === undefined ? {} : { from: { key: 'k', hash: 'h', epoch: from } }) };
}

async function collect(epochs: AsyncIterable<RunnerEpoch>): Promise<{ values: number[]; snapshots: Uint8Array[]; perplexities: number[] }> {
  const seen = { values: [] as number[], snapshots: [] as Uint8Array[], perplexities: [] as number[] };
  for await (const { value, metrics, seconds, snapshot } of epochs) {
    expect(seconds).toBeGreaterThanOrEqual(0);
    seen.values.push(value);
    seen.perplexities.push(metrics?.['validation_perplexity'] ?? NaN);
    seen.snapshots.push(await snapshot());
  }
  return seen;
}

const signal = new AbortController().signal;

describe('language runner', () => {
  it.each([['sgd', {}], ['adam', { optimizer: 1, learning_rate: 0.01 }], ['clipped, momentum', { clip_norm: 0.1, momentum: 0.9, learning_rate: 0.1 }]])('resumes bit for bit (%s)', async (_, more) => {
    const candidate = { hp: { ...HP, ...more } };
    const whole = await collect(runner().run(task(4, candidate), { signal }));
    const first = await collect(runner().run(task(2, candidate), { signal }));
    const checkpoint = first.snapshots[1] as Uint8Array;
    const rest = await collect(runner().run(task(4, candidate, 2), { signal, checkpoint }));
    expect([...first.values, ...rest.values]).toEqual(whole.values);
    expect(rest.snapshots).toEqual(whole.snapshots.slice(2));
  });

  it('learns a text that repeats, and its score is the negative log of the perplexity', async () => {
    const pattern = [0, 1, 2, 3, 1, 4, 5];
    const text: TokenText = { name: 'again and again', tokens: Uint32Array.from({ length: 211 }, (_, i) => pattern[i % pattern.length] ?? 0) };
    const model = { ...MODEL, dropout: 0, hidden: 12 };
    const { values, perplexities, snapshots } = await collect(runner({ train: text, validation: text }).run(task(40, { architecture: model, hp: { batch_size: 3, steps: 10, optimizer: 1, learning_rate: 0.02 } }), { signal }));
    expect(perplexities[0]).toBeGreaterThan(3);
    expect(perplexities.at(-1)).toBeLessThan(1.3);
    values.forEach((value, i) => expect(Math.exp(-value)).toBeCloseTo(perplexities[i] ?? NaN, 10));
    const { length, total } = languageParameters(model);
    const { weights } = decodeSnapshot(snapshots.at(-1) as Uint8Array, { architecture: networkHash(model), optimizer: 'adam', length, total, states: 2 });
    const judged = await evaluateText(gpu.context(), { model, weights }, text, { steps: 10, streams: 3 });
    expect(judged.loss).toBe(-(values.at(-1) ?? NaN));
  });

  it('says that a training diverged', async () => {
    const run = collect(runner().run(task(9, { hp: { ...HP, learning_rate: 1e6, weight_decay: 1e6, clip_norm: 0 } }), { signal }));
    await expect(run).rejects.toMatchObject({ kind: 'diverged' });
  });

  it('refuses what is no language model, unknown settings and models beyond its memory', async () => {
    const failing = (candidate: Partial<Candidate>, options = {}) => collect(runner(options).run(task(1, candidate), { signal }));
    await expect(failing({ architecture: Object.values(NETS)[0] ?? null })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(failing({ architecture: null })).rejects.toThrow(TrialError);
    await expect(failing({ hp: { stepz: 3 } })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(failing({ hp: { steps: 0 } })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(failing({}, { maxBytes: 1000 })).rejects.toMatchObject({ kind: 'memory' });
  });

  it('refuses texts that are too short or of another vocabulary', async () => {
    const run = (train: TokenText) => collect(runner({ train }).run(task(1), { signal }));
    await expect(run(randomText(9, 15))).rejects.toThrow(/at least 16 tokens .*got 15/);
    await expect(run({ name: 'foreign', tokens: new Uint32Array(60).fill(9) })).rejects.toThrow(DataError);
  });

  it('refuses a checkpoint of another model', async () => {
    const { snapshots } = await collect(runner().run(task(1, { architecture: { ...MODEL, dropout: 0 } }), { signal }));
    await expect(collect(runner().run(task(2, {}, 1), { signal, checkpoint: snapshots[0] as Uint8Array }))).rejects.toThrow(/another network/);
  });

  it('ends between epochs when told to', async () => {
    const abort = new AbortController();
    let epochs = 0;
    for await (const { epoch } of runner().run(task(50), { signal: abort.signal })) {
      epochs = epoch;
      if (epoch === 2) abort.abort();
    }
    expect(epochs).toBe(2);
  });
});

describe('settings of language models', () => {
  it('are usual ones for text, and Adam\'s rate for Adam', () => {
    expect(languageSettings({})).toMatchObject({ steps: 35, train: { optimizer: 'sgd', learningRate: 20, momentum: 0, batch: 20, clipNorm: 0.25 } });
    expect(languageSettings({ optimizer: 1 }).train.learningRate).toBe(0.002);
  });
});
