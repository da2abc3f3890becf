// Spaces and recorded sets as choices in a row: what is offered, which states are one, and that paths and candidates are each other's inverse.
import { describe, expect, it } from 'vitest';
import { createRng, parseMetaqnn, type Candidate } from '../../../src/core/index.js';
import { cellDecisions, chainDecisions, ChainSpace, chainSpaceDefaults, metaqnnDecisions, MetaqnnNetSpace, recordedDecisions, type Decisions } from '../../../src/search/index.js';
import { walk } from '../../../src/search/sources/decisions.js';
import { Explored } from '../../../src/search/sources/explored.js';
import { metaqnnPath, metaqnnState } from '../../../src/search/sources/metaqnn-decisions.js';
import { binary } from './binary.js';

const space = new MetaqnnNetSpace({ input: { channels: 3, height: 32, width: 32 }, classes: 10, multiplier: 1 / 16 });
const candidate = (id: number): Candidate => ({ architecture: null, ap: { id }, hp: {} });

function inverse(decisions: Decisions, seed: number): void {
  const rng = createRng('walk').fork(seed);
  const path = walk(decisions, (_, actions) => rng.pick(actions));
  const candidate = decisions.candidate(path);
  expect(candidate === null ? null : decisions.pathOf(candidate)).toEqual(path);
}

describe('decisions', () => {
  it('are MetaQNN networks a layer at a time', () => {
    const decisions = metaqnnDecisions(space.rules, space);
    expect(decisions.actions([])).toContain('C(64,5,1)');
    expect(decisions.actions([])).not.toContain('P(2,2)');
    expect(decisions.actions(['C(64,3,1)', 'GAP(10)'])).toEqual(['SM(10)']);
    expect(decisions.actions(['C(64,3,1)', 'SM(10)'])).toEqual([]);
    for (let seed = 0; seed < 30; seed++) inverse(decisions, seed);
  });

  it('share a state where the last layer, its depth, the bucket and the dense row agree', () => {
    const at = (text: string): string => metaqnnState(metaqnnPath(parseMetaqnn(text)), 32);
    expect(at('[C(64,1,1), C(64,3,1)]')).toBe(at('[C(512,5,1), C(64,3,1)]'));
    expect(at('[C(64,1,1), C(64,3,1)]')).not.toBe(at('[C(64,3,1)]'));
    // 32 -> 9 and 32 -> 16 are both 8 and above; 32 -> 9 -> 3 is not.
    expect(at('[C(64,1,1), P(5,3), C(64,1,1)]')).toBe(at('[C(64,1,1), P(2,2), C(64,1,1)]'));
    expect(at('[C(64,1,1), P(5,3), C(64,1,1), P(5,3)]')).not.toBe(at('[C(64,1,1), C(64,1,1), C(64,1,1), P(5,3)]'));
    expect(at('[C(64,1,1), P(5,3), C(64,1,1), P(5,3), FC(128), FC(128)]')).not.toBe(at('[C(64,1,1), P(5,3), C(64,1,1), P(5,3), C(64,1,1), FC(128)]'));
  });

  it('are cells an edge at a time', () => {
    const cells = cellDecisions({ candidate: (cell) => ({ ...candidate(0), ap: Object.fromEntries(cell.flat().map((op, i) => [op + String(i), i])) }), cellOf: ({ ap }) => [Object.keys(ap).map((key) => key.slice(0, -1))] });
    expect(cells.actions([])).toHaveLength(5);
    for (let seed = 0; seed < 10; seed++) inverse(cells, seed);
  });

  it('are chains a layer at a time behind a learning rate, never beyond the space\'s bounds', () => {
    // So few operations that large convolutions fit in only with a pool behind them, and not twice.
    const chains = new ChainSpace({ input: { channels: 1, height: 28, width: 28 }, classes: 10, ...chainSpaceDefaults, maxFlops: 3e5 });
    const decisions = chainDecisions(chains);
    const rates = decisions.actions([]);
    expect(rates.map(Number)).toEqual([1e-4, expect.closeTo(7.4e-4, 5), expect.closeTo(5.48e-3, 5), expect.closeTo(0.0405, 4), expect.closeTo(0.3, 12)]);
    const [rate = ''] = rates;
    expect(decisions.actions([rate])).toContain('conv 4 3');
    expect(decisions.actions([rate]).some((word) => !word.startsWith('conv'))).toBe(false);
    expect(decisions.actions([rate, 'conv 4 3'])).toEqual(expect.arrayContaining(['max pool', 'dense 32', 'end']));
    expect(decisions.actions([rate, 'conv 4 3', 'max pool', 'dense 32'])).toEqual(['end']);
    expect(decisions.actions([rate, 'conv 4 3', 'end'])).toEqual([]);
    // 16 filters before the outputs alone cost 251 kFLOP, with 28 x 28 x 16 weights of 1x1 25 more; those of 3x3 are too many without a pool.
    expect(decisions.actions([rate, 'conv 16 3'])).toEqual(['max pool', 'average pool']);
    const rng = createRng('chains');
    for (let i = 0; i < 60; i++) {
      const path = walk(decisions, (_, actions) => rng.pick(actions));
      const found = decisions.candidate(path) as Candidate;
      expect(chains.validate(found)).toEqual(found);
      expect(found.hp).toMatchObject({ momentum: 0.9, weight_decay: expect.closeTo(3.16e-4, 5) as number });
      expect(decisions.pathOf(JSON.parse(JSON.stringify(found)) as Candidate)).toEqual(path);
    }
    expect(decisions.pathOf(chains.sample(createRng(1)))).toBeNull();
    expect(decisions.state([rate, 'conv 4 3', 'conv 8 1'])).toBe(decisions.state([rate, 'conv 8 5', 'conv 8 1']));
    expect(decisions.state([rate, 'conv 8 1'])).not.toBe(decisions.state([rates[1] ?? '', 'conv 8 1']));
  });

  it('of a recorded set offer only what leads to a recorded network, the first of equals', () => {
    const nets = ['[C(64,3,1), P(2,2), SM(10)]', '[C(64,3,1), C(128,1,1), D(1,1), SM(10)]', '[C(64,3,1), P(2,2), SM(10)]'];
    const networks = nets.map((architecture, id) => ({ candidate: candidate(id), architecture }));
    const decisions = recordedDecisions(networks, { size: 32 });
    expect(decisions.actions([])).toEqual(['C(64,3,1)']);
    expect(decisions.actions(['C(64,3,1)'])).toEqual(['C(128,1,1)', 'P(2,2)']);
    expect(decisions.candidate(['C(64,3,1)', 'P(2,2)', 'SM(10)'])).toBe(networks[0]?.candidate);
    expect(decisions.pathOf(candidate(1))).toEqual(['C(64,3,1)', 'C(128,1,1)', 'SM(10)']);
    expect(decisions.pathOf(candidate(7))).toBeNull();
    expect(() => recordedDecisions([{ candidate: candidate(0), architecture: null }], { size: 32 })).toThrow(/expected a recorded set whose architectures/);
  });

  it('close behind what was tried, up to the first choice', () => {
    const explored = new Explored(binary(2));
    explored.add(['l', 'l']);
    expect([explored.has(['l', 'l']), explored.has(['l']), explored.open(['l'])]).toEqual([true, false, ['r']]);
    explored.add(['l', 'r']);
    expect([explored.has(['l']), explored.open([])]).toEqual([true, ['r']]);
    for (const last of ['l', 'r']) explored.add(['r', last]);
    expect(explored.has([])).toBe(true);
  });
});
