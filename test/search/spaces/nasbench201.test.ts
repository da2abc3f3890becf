// NAS-Bench-201's cells as rows of a table and as networks: the contract, how many there are, and what lies one operation away.
import { describe, expect, it } from 'vitest';
import { createRng, parseCell, printCell, usefulCell, type Candidate, type Cell } from '../../../src/core/index.js';
import { identityOf, NasBench201Space } from '../../../src/search/index.js';
import { spaceContract } from '../../contracts/space.js';

const table = new NasBench201Space();
const networks = new NasBench201Space({ input: { channels: 1, height: 14, width: 14 }, classes: 10, channels: 4, epochs: 12 });

spaceContract('NAS-Bench-201 as a table', () => new NasBench201Space(), { derivesNumbers: false });
spaceContract('NAS-Bench-201 as networks', () => networks);

const textOf = (space: NasBench201Space, candidate: Candidate): string => printCell(space.cellOf(candidate) ?? []);
const operations = (cell: Cell | null): readonly string[] => cell?.flat() ?? [];

describe('the table', () => {
  it('holds 15,625 cells, each apart', () => {
    const grid = table.grid();
    const cells = Array.from({ length: grid.size }, (_, i) => grid.at(i));
    expect(cells).toHaveLength(15_625);
    expect(new Set(cells.map((candidate) => textOf(table, candidate))).size).toBe(15_625);
  });

  it('has 24 neighbours of each, in the one operation of six', () => {
    const candidate = table.sample(createRng(1));
    const near = table.neighbours(candidate, createRng(2), 100);
    expect(near).toHaveLength(24);
    const from = operations(table.cellOf(candidate));
    for (const other of near) expect(operations(table.cellOf(other)).filter((operation, i) => operation !== from[i])).toHaveLength(1);
  });
});

describe('the networks', () => {
  const text = '|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|';

  it('are as many as compute something else', () => {
    const grid = table.grid();
    const cells = Array.from({ length: grid.size }, (_, i) => usefulCell(table.cellOf(grid.at(i)) ?? []));
    const different = new Set(cells.flatMap((cell) => (cell === null ? [] : [printCell(cell)])));
    expect(cells.filter((cell) => cell === null).length).toBe(341);
    // No node between input and output (4), one (4 x 4 x 5), two (80 x 116: the ways in and out that use both).
    expect(different.size).toBe(4 + 80 + 80 * 116);
    expect(networks.grid().size).toBe(different.size);
  });

  it('know a cell by what it computes', () => {
    const candidate = networks.candidate(parseCell(text)) as Candidate;
    expect(textOf(networks, candidate)).toBe('|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|');
    expect(networks.candidate(parseCell('|none~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|'))).toBeNull();
    expect(() => networks.validate({ ...candidate, architecture: networks.sample(createRng(4)).architecture })).toThrow(/the network of its cell/);
  });

  it('come back to a node that nothing used, by one way in and one way out', () => {
    const candidate = networks.candidate(parseCell(text)) as Candidate;
    const near = networks.neighbours(candidate, createRng(3), 1000);
    expect(new Set(near.map(identityOf)).size).toBe(near.length);
    const texts = near.map((other) => textOf(networks, other));
    expect(texts).toContain('|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|avg_pool_3x3~1|none~2|');
    expect(texts).toContain('|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|');
    // The three other operations of its one edge; a node between input and output, of any two of four.
    expect(near).toHaveLength(3 + 4 * 4);
  });

  it('refuse settings that make no sense', () => {
    expect(() => new NasBench201Space({ input: { channels: 1, height: 8, width: 8 }, classes: 10, epochs: 0 })).toThrow(/epochs to be a whole number from 1, got 0/);
  });
});
