import { describe, expect, it } from 'vitest';
import { createRng, isLanguageModel } from '../../../src/core/index.js';
import { CudaConvnetSpace, LstmSpace, lstmSpaceDefaults, NumberSpace } from '../../../src/search/index.js';
import { spaceContract } from '../../contracts/space.js';

const convnet = () => new CudaConvnetSpace({ input: { channels: 1, height: 14, width: 14 }, classes: 10, epochs: 27, multiplier: 0.25, batch: 50 });
const lstm = () => new LstmSpace({ ...lstmSpaceDefaults, vocabulary: 80 });

spaceContract('the Cuda-Convnet space', convnet);
spaceContract('the LSTM space', lstm);
spaceContract('a space of numbers', () => new NumberSpace({ rate: { low: 1e-4, high: 1, log: true }, width: { low: 8, high: 64, integer: true, log: true }, share: { low: 0, high: 1 }, depth: [1, 2, 3] }));

const samples = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));

describe('the Cuda-Convnet space', () => {
  it('fills its ranges: rates over five decades, reductions 0 to 3, powers to 3', () => {
    const drawn = samples(400, (i) => convnet().sample(createRng(i)));
    const rates = drawn.map(({ hp }) => Math.log10(hp['learning_rate'] ?? NaN));
    expect(Math.min(...rates)).toBeLessThan(-4);
    expect(Math.max(...rates)).toBeGreaterThan(0.4);
    expect(new Set(drawn.map(({ hp }) => hp['lr_reductions']))).toEqual(new Set([0, 1, 2, 3]));
    const powers = drawn.map(({ ap }) => ap['lrn_power'] ?? NaN);
    expect([Math.min(...powers) > 0.01, Math.max(...powers) < 3, Math.max(...powers) > 2.7]).toEqual([true, true, true]);
  });

  it('trains with its authors\' constants, and varies the normalisations alone', () => {
    const { architecture, hp } = convnet().sample(createRng(1));
    expect(hp).toMatchObject({ momentum: 0.9, bias_rate_factor: 2, bias_decay_factor: 0, batch_size: 50, lr_epochs: 27 });
    const other = convnet().sample(createRng(2));
    const withoutNorms = (network: typeof architecture) => JSON.stringify(network, (key, value: unknown) => (key === 'alpha' || key === 'beta' ? undefined : value));
    expect(withoutNorms(other.architecture)).toBe(withoutNorms(architecture));
    expect(JSON.stringify(other.architecture)).not.toBe(JSON.stringify(architecture));
  });

  it('refuses what is out of range, and another network', () => {
    const candidate = convnet().sample(createRng(1));
    expect(() => convnet().validate({ ...candidate, hp: { ...candidate.hp, learning_rate: 6 } })).toThrow(/learning_rate in \[0.00005, 5\], got 6/);
    expect(() => convnet().validate({ ...candidate, hp: { ...candidate.hp, lr_reductions: 4 } })).toThrow(/0 to 3/);
    const wider = new CudaConvnetSpace({ input: { channels: 1, height: 14, width: 14 }, classes: 10, epochs: 27, multiplier: 0.5 }).sample(createRng(1));
    expect(() => convnet().validate(wider)).toThrow(/its network/);
    expect(() => new CudaConvnetSpace({ input: { channels: 1, height: 14, width: 14 }, classes: 10, epochs: 27, multiplier: 0 })).toThrow(/above 0/);
  });
});

describe('the LSTM space', () => {
  it('draws models over the text\'s tokens', () => {
    const drawn = samples(200, (i) => lstm().sample(createRng(i)));
    expect(drawn.every(({ architecture }) => architecture !== null && isLanguageModel(architecture) && architecture.vocabulary === 80)).toBe(true);
    expect(new Set(drawn.map(({ ap }) => ap['hidden']))).toEqual(new Set(lstmSpaceDefaults.hidden));
  });

  it('refuses another vocabulary and missing hyper-parameters', () => {
    const candidate = lstm().sample(createRng(1));
    expect(() => new LstmSpace({ ...lstmSpaceDefaults, vocabulary: 90 }).validate(candidate)).toThrow(/90 tokens, got 80/);
    expect(() => lstm().validate({ ...candidate, hp: {} })).toThrow(/learning_rate/);
    expect(() => new LstmSpace({ ...lstmSpaceDefaults, vocabulary: 80, hidden: [] })).toThrow(/at least one choice of hidden/);
  });
});
