// MetaQNN's space: its contract, that walks follow the paper's rules, and what a network of it is.
import { describe, expect, it } from 'vitest';
import { createRng, metaqnnFault, parseMetaqnn, shapesOf, type Architecture, type Candidate } from '../../../src/core/index.js';
import { MetaqnnNetSpace, type MetaqnnSpaceOptions } from '../../../src/search/index.js';
import { spaceContract } from '../../contracts/space.js';

const make = (change: Partial<MetaqnnSpaceOptions> = {}): MetaqnnNetSpace => new MetaqnnNetSpace({ input: { channels: 3, height: 32, width: 32 }, classes: 10, ...change });
const layersOf = (candidate: Candidate) => make().layersOf(candidate) ?? [];

spaceContract('MetaQNN\'s space', () => make());

describe('MetaQNN\'s space', () => {
  const samples = Array.from({ length: 300 }, (_, i) => make().sample(createRng('metaqnn').fork(i)));

  it('draws what the rules allow, of every kind of layer, as deep as it may', () => {
    expect(samples.map((candidate) => metaqnnFault(layersOf(candidate), make().rules)).filter((fault) => fault !== null)).toEqual([]);
    expect(new Set(samples.flatMap((candidate) => layersOf(candidate).map(({ type }) => type)))).toEqual(new Set(['C', 'P', 'FC', 'GAP', 'SM']));
    const shallow = Array.from({ length: 100 }, (_, i) => make({ depth: 3 }).sample(createRng(i)));
    expect(Math.max(...shallow.map(({ ap }) => ap['layers'] ?? NaN))).toBe(5);
  });

  it('begins with a walk\'s first choice, all alike: 12 convolutions and the end', () => {
    const firsts = Array.from({ length: 1300 }, (_, i) => layersOf(make().sample(createRng('first').fork(i)))[0]?.type);
    const ends = firsts.filter((type) => type === 'SM').length;
    expect(ends).toBeGreaterThan(60);
    expect(ends).toBeLessThan(140);
  });

  it('builds the released string\'s network: dropout in its places, filters times the multiplier, the paper\'s numbers', () => {
    const layers = parseMetaqnn('[C(64,1,1), C(128,1,1), D(1,3), P(2,2), C(64,1,1), D(2,3), C(128,5,1), C(128,3,1), D(3,3), GAP(10), SM(10)]');
    const { architecture, ap, hp, graph } = make().candidate(layers);
    const net = architecture as Architecture;
    expect(net.layers.filter(({ type }) => type === 'dropout').map((layer) => ('rate' in layer ? layer.rate : NaN))).toEqual([1 / 6, 2 / 6, 3 / 6]);
    expect(ap).toMatchObject({ layers: 8, conv_layers: 5, pool_layers: 1, global_pool: 1, filters: 512 });
    expect(hp).toEqual({ optimizer: 1, learning_rate: 1e-3, lr_factor: 0.2, lr_step: 5, weight_decay: 5e-4, batch_size: 128, flip: 1 });
    expect(graph?.operations).toEqual(['input', 'C64x1', 'C128x1', 'P2', 'C64x1', 'C128x5', 'C128x3', 'GAP', 'SM', 'output']);
    const narrow = make({ multiplier: 1 / 16 }).candidate(layers);
    expect(shapesOf(narrow.architecture as Architecture).map(({ channels }) => channels)).toEqual([3, 4, 8, 8, 8, 4, 4, 8, 8, 8, 10, 10, 10]);
    expect(narrow.graph).toEqual(graph);
  });

  it('builds the network of a graph that is handed in alone', () => {
    const [first] = samples as [Candidate];
    expect(make().validate({ architecture: null, ap: {}, hp: {}, ...(first.graph ? { graph: first.graph } : {}) })).toEqual(first);
  });

  it('has as neighbours a layer changed, inserted or removed', () => {
    const middle = samples.find(({ ap }) => ap['layers'] === 5) as Candidate;
    const near = make().neighbours(middle, createRng(1), 500);
    expect(new Set(near.map(({ ap }) => ap['layers']))).toEqual(new Set([4, 5, 6]));
    const from = layersOf(middle).map((layer) => JSON.stringify(layer));
    for (const other of near.filter(({ ap }) => ap['layers'] === 5)) expect(layersOf(other).filter((layer, i) => JSON.stringify(layer) !== from[i])).toHaveLength(1);
  });

  it('refuses what the rules forbid, another network than its layers\' and settings that make no sense', () => {
    const [first, second] = samples as [Candidate, Candidate];
    expect(() => make({ depth: 1 }).validate(samples.find(({ ap }) => (ap['layers'] ?? 0) > 3) as Candidate)).toThrow(/is not allowed after/);
    expect(() => make().validate({ ...first, architecture: second.architecture })).toThrow(/network of its graph's layers/);
    expect(() => make().validate({ ...first, hp: { learning_rate: 0 } })).toThrow(/learning_rate above 0/);
    expect(() => make({ input: { channels: 3, height: 32, width: 28 } })).toThrow(/square images, got 32 x 28/);
    expect(() => make({ multiplier: 0 })).toThrow(/multiplier above 0/);
  });
});
