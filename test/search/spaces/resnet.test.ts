// The space of residual networks: its contract, that it uses every choice, and what it refuses.
import { describe, expect, it } from 'vitest';
import { createRng, resnet, type Architecture } from '../../../src/core/index.js';
import { ResnetSpace, resnetSpaceDefaults } from '../../../src/search/index.js';
import { spaceContract } from '../../contracts/space.js';

const input = { channels: 3, height: 16, width: 16 };
const make = (change: object = {}): ResnetSpace => new ResnetSpace({ ...resnetSpaceDefaults, input, classes: 10, epochs: 12, ...change });

spaceContract('the ResNet space', () => make());

describe('the ResNet space', () => {
  const samples = Array.from({ length: 200 }, (_, i) => make().sample(createRng('resnet').fork(i)));

  it('uses every choice that it offers, steps in epochs', () => {
    const seen = (of: (c: (typeof samples)[number]) => number | undefined) => [...new Set(samples.map(of))].sort((a, b) => (a ?? 0) - (b ?? 0));
    expect(seen(({ ap }) => ap['blocks'])).toEqual(resnetSpaceDefaults.blocks);
    expect(seen(({ ap }) => ap['filters'])).toEqual(resnetSpaceDefaults.filters);
    expect(seen(({ ap }) => ap['kernel'])).toEqual(resnetSpaceDefaults.kernels);
    expect(seen(({ hp }) => hp['lr_step'])).toEqual([3, 6, 9, 12]);
    expect(samples.every(({ ap }) => ap['layers'] === 6 * (ap['blocks'] ?? NaN) + 2)).toBe(true);
  });

  it('takes networks of other sizes, and no other networks', () => {
    const other: Architecture = resnet({ input, classes: 10, blocks: 3, filters: 5 });
    expect(make().validate({ architecture: other, ap: {}, hp: { learning_rate: 0.1 } })).toMatchObject({ ap: { blocks: 3, filters: 5, kernel: 3 }, hp: { lr_step: 12, momentum: 0.9 } });
    expect(() => make({ classes: 7 }).validate({ architecture: other, ap: {}, hp: { learning_rate: 0.1 } })).toThrow(/for these images and classes/);
    expect(() => make().validate({ architecture: { ...other, layers: other.layers.slice(1) }, ap: {}, hp: { learning_rate: 0.1 } })).toThrow(/residual blocks/);
    expect(() => make().validate({ architecture: other, ap: {}, hp: {} })).toThrow(/learning_rate above 0, got nothing/);
    expect(() => make({ kernels: [4] })).toThrow(/odd kernels/);
  });
});
