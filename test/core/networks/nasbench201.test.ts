// NAS-Bench-201's network around a cell: sizes as the benchmark has them, and a cell known by what it computes.
import { describe, expect, it } from 'vitest';
import { cellNetwork, cellOfNetwork, createRng, CELL_OPERATIONS, networkGraph, parseArchitecture, parseCell, pathsOf, printCell, shapesOf, usefulCell, weightCount, type Cell } from '../../../src/core/index.js';

const TASK = { input: { channels: 3, height: 32, width: 32 }, classes: 10 };
const all = (op: string): string => `|${op}~0|+|${op}~0|${op}~1|+|${op}~0|${op}~1|${op}~2|`;
const build = (text: string, change: object = {}) => cellNetwork({ ...TASK, cell: parseCell(text), ...change });
const useful = (text: string): string | null => {
  const cell = usefulCell(parseCell(text));
  return cell === null ? null : printCell(cell);
};

describe('NAS-Bench-201\'s network', () => {
  it('has the parameters that the benchmark states for its largest cell: 1.531546 million', () => {
    expect(weightCount(build(all('nor_conv_3x3')))).toBe(1_531_546);
  });

  it('halves extents twice, odd ones up, and doubles channels', () => {
    const input = { channels: 1, height: 14, width: 13 };
    const shapes = shapesOf(build(all('skip_connect'), { input, channels: 4, cells: 1 })).map(({ channels, height, width }) => `${channels}x${height}x${width}`);
    expect([...new Set(shapes)]).toEqual(['1x14x13', '4x14x13', '8x7x7', '16x4x4', '16x1x1', '10x1x1']);
  });

  it('is plain data that its schema accepts', () => {
    const network = build(all('nor_conv_1x1'), { cells: 1 });
    expect(parseArchitecture(JSON.parse(JSON.stringify(network)))).toEqual(network);
  });

  it('leaves out what nothing gets through', () => {
    const text = '|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|';
    expect(pathsOf(networkGraph({ ...build(text, { cells: 1 }), layers: build(text, { cells: 1 }).layers.slice(2, 3) }))).toEqual(['']);
    expect(useful(text)).toBe('|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|');
    expect(() => build(all('none'))).toThrow(/expected a way .* from input to output/);
    expect(useful(all('none'))).toBeNull();
  });

  it('gives one network to cells that name their nodes otherwise', () => {
    const [second, first] = ['|none~0|+|avg_pool_3x3~0|none~1|+|none~0|none~1|nor_conv_1x1~2|', '|avg_pool_3x3~0|+|none~0|none~1|+|none~0|nor_conv_1x1~1|none~2|'] as const;
    expect(useful(second)).toBe(first);
    expect(build(second)).toEqual(build(first));
  });

  it('tells its cell', () => {
    const rng = createRng('cells');
    let told = 0;
    for (let i = 0; i < 200; i++) {
      const cell: Cell = [1, 2, 3].map((inputs) => Array.from({ length: inputs }, () => rng.pick(CELL_OPERATIONS)));
      const same = usefulCell(cell);
      if (same === null) continue;
      expect(usefulCell(same)).toEqual(same);
      expect(cellOfNetwork(cellNetwork({ ...TASK, cell, cells: 1 }))).toEqual(same);
      told++;
    }
    expect(told).toBeGreaterThan(150);
  });
});
