// The chain space: its contract, its bounds, that it uses every choice, and a net counted by hand.
import { describe, expect, it } from 'vitest';
import { createRng, forwardFlops, ShapeError, UsageError, weightCount, type Architecture, type Candidate, type Layer } from '../../../src/core/index.js';
import { ChainSpace, chainNumbers, chainSpaceDefaults } from '../../../src/search/index.js';
import { spaceContract } from '../../contracts/space.js';

const input = { channels: 1, height: 28, width: 28 };
const make = (change: object = {}): ChainSpace => new ChainSpace({ ...chainSpaceDefaults, input, classes: 10, ...change });

spaceContract('ChainSpace', () => make());

const conv = (filters: number): Layer => ({ type: 'conv', filters, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'relu' });
const dense = (units: number, activation: 'relu' | 'none'): Layer => ({ type: 'dense', units, activation });

describe('ChainSpace', () => {
  const samples = Array.from({ length: 400 }, (_, i) => make().sample(createRng('chain').fork(i)));
  const net = (c: Candidate): Architecture => c.architecture as Architecture;

  it('stays within its bound of FLOP and about a third of it on average', () => {
    const flops = samples.map((c) => forwardFlops(net(c)));
    expect(Math.max(...flops)).toBeLessThanOrEqual(chainSpaceDefaults.maxFlops);
    const mean = flops.reduce((a, b) => a + b, 0) / flops.length;
    expect(mean / chainSpaceDefaults.maxFlops).toBeGreaterThan(0.27);
    expect(mean / chainSpaceDefaults.maxFlops).toBeLessThan(0.53);
  });

  it('uses every choice that it offers', () => {
    const convs = samples.flatMap((c) => net(c).layers.filter((l) => l.type === 'conv'));
    expect([...new Set(convs.map((l) => l.filters))].sort((a, b) => a - b)).toEqual(chainSpaceDefaults.filters);
    expect([...new Set(convs.map((l) => l.kernel[0]))].sort()).toEqual(chainSpaceDefaults.kernels);
    expect(new Set(samples.map((c) => c.ap.conv_layers))).toEqual(new Set([1, 2, 3]));
    expect(new Set(samples.map((c) => c.ap.dense_layers))).toEqual(new Set([1, 2]));
    expect(new Set(samples.map((c) => c.hp.momentum))).toEqual(new Set(chainSpaceDefaults.momentum));
  });

  it('spreads learning rates evenly over the decades', () => {
    const share = samples.filter((c) => (c.hp.learning_rate ?? 0) < Math.sqrt(1e-4 * 0.3)).length / samples.length;
    expect(share).toBeGreaterThan(0.42);
    expect(share).toBeLessThan(0.58);
  });

  it('counts a net worked out by hand', () => {
    const architecture: Architecture = {
      input,
      layers: [
        { type: 'conv', filters: 8, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'relu' },
        { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
        { type: 'dense', units: 32, activation: 'relu' },
        { type: 'dense', units: 10, activation: 'none' },
      ],
    };
    expect(chainNumbers(architecture)).toEqual({
      weights: 8 * 10 + 32 * (8 * 14 * 14 + 1) + 10 * 33,
      flops: 2 * (8 * 9 * 784 + 32 * 1568 + 320),
      layers: 4, conv_layers: 1, pool_layers: 1, dense_layers: 2, filters: 8, kernel_mean: 3, hidden_units: 32,
    });
    expect(weightCount(architecture)).toBe(chainNumbers(architecture).weights);
  });

  it('has the neighbours that are counted by hand, and no net beyond its bounds among them', () => {
    const small = make({ filters: [4, 8], kernels: [3], units: [32], maxBlocks: 2, maxDense: 1, momentum: [0.9] });
    const candidate = small.validate({ architecture: { input, layers: [conv(4), dense(32, 'relu'), dense(10, 'none')] }, ap: {}, hp: { learning_rate: 0.1, momentum: 0.9, weight_decay: 1e-3 } });
    const nets = small.neighbours(candidate, createRng(1), 1000).filter(({ hp }) => hp === candidate.hp).map((c) => net(c).layers.map((l) => ('filters' in l ? `C${l.filters}` : l.type === 'pool' ? l.kind : l.type)).join(' '));
    // 8 filters; a pool of two kinds; no hidden layer; another block of 4 or 8 before or behind, where both 4s are one net.
    expect(nets.sort()).toEqual(['C4 C4 dense dense', 'C4 C8 dense dense', 'C4 average dense dense', 'C4 dense', 'C4 max dense dense', 'C8 C4 dense dense', 'C8 dense dense']);
    const near = samples.slice(0, 50).flatMap((c) => make().neighbours(c, createRng(2), 30));
    expect(Math.max(...near.map(({ ap }) => ap['flops'] ?? NaN))).toBeLessThanOrEqual(chainSpaceDefaults.maxFlops);
    expect(new Set(near.map(({ ap }) => ap['conv_layers']))).toEqual(new Set([1, 2, 3]));
  });

  it('refuses other images, other classes, costly nets, convs after dense layers and bad numbers', () => {
    const good = samples[0] as Candidate;
    const other = (layers: Architecture['layers']): Candidate => ({ ...good, architecture: { input, layers } });
    expect(() => new ChainSpace({ ...chainSpaceDefaults, input: { channels: 3, height: 32, width: 32 }, classes: 10 }).validate(good)).toThrow(ShapeError);
    expect(() => make({ classes: 7 }).validate(good)).toThrow(/expected 7 outputs, got 10/);
    expect(() => make({ maxFlops: 1000 }).validate(good)).toThrow(/at most 1000 FLOP/);
    expect(() => make().validate(other([...net(good).layers].reverse()))).toThrow(/dense layers last/);
    expect(() => make().validate({ ...good, hp: { ...good.hp, learning_rate: 0 } })).toThrow(/learning_rate/);
    expect(() => make().validate({ ...good, hp: {} })).toThrow(UsageError);
  });

  it('says so where nothing can be sampled', () => {
    expect(() => make({ maxFlops: 10 }).sample(createRng(1))).toThrow(/raise maxFlops/);
    expect(() => make({ kernels: [2] })).toThrow(/odd kernels/);
    expect(() => make({ filters: [] })).toThrow(/at least one choice of filters/);
  });
});
