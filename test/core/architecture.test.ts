// Shapes, weights and flops of architectures against values worked out by hand, and refusals that say the way out.
import { describe, expect, it } from 'vitest';
import {
  architectureHash,
  depthOf,
  describeArchitecture,
  forwardFlops,
  placedLayers,
  shapesOf,
  ShapeError,
  weightCount,
  weightCountWithoutBiases,
  type Architecture,
  type Layer,
} from '../../src/core/index.js';

/** The peer CNN of bench:peers; its numbers are worked out by hand below. */
const peer: Architecture = {
  input: { channels: 1, height: 28, width: 28 },
  layers: [
    { type: 'conv', filters: 16, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu' },
    { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
    { type: 'conv', filters: 32, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu' },
    { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: 10, activation: 'none' },
  ],
};

describe('architecture', () => {
  it('works out shapes, input first', () => {
    expect(shapesOf(peer).map((s) => [s.channels, s.height, s.width])).toEqual([
      [1, 28, 28],
      [16, 28, 28],
      [16, 14, 14],
      [32, 14, 14],
      [32, 7, 7],
      [128, 1, 1],
      [10, 1, 1],
    ]);
  });

  it('floors the last window of a strided layer', () => {
    const layers = [{ type: 'pool', kind: 'max', size: [3, 2], stride: [2, 3], padding: [0, 1] }] as const;
    const [, out] = shapesOf({ input: { channels: 3, height: 8, width: 9 }, layers });
    expect(out).toEqual({ channels: 3, height: 3, width: 4 });
  });

  it('counts weights with biases', () => {
    expect(weightCount(peer)).toBe(16 * 26 + 32 * (16 * 25 + 1) + 128 * (1568 + 1) + 10 * 129);
  });

  it('counts the flops of one image forward', () => {
    expect(forwardFlops(peer)).toBe(2 * (28 * 28 * 16 * 25 + 14 * 14 * 32 * 400 + 1568 * 128 + 1280));
  });

  it('refuses a window that is larger than its input, naming the layer and the way out', () => {
    const layers = [{ type: 'conv', filters: 4, kernel: [7, 3], stride: [1, 1], padding: [0, 1], activation: 'relu' }] as const;
    const bad: Architecture = { input: { channels: 1, height: 6, width: 6 }, layers };
    expect(() => shapesOf(bad)).toThrow(ShapeError);
    expect(() => shapesOf(bad)).toThrow(/layer 0 \(conv 4 7x3\).*at most 6.*got 7.*shrink/);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s units', (units) => {
    const layers = [{ type: 'dense', units, activation: 'none' }] as const;
    expect(() => shapesOf({ input: peer.input, layers })).toThrow(/whole numbers from 1/);
  });

  it('hashes by content, not by the order of keys', () => {
    const [first, ...rest] = peer.layers;
    const reordered = Object.fromEntries(Object.entries(first as object).reverse()) as unknown as typeof first;
    const same: Architecture = { layers: [reordered as (typeof peer.layers)[number], ...rest], input: peer.input };
    expect(architectureHash(same)).toBe(architectureHash(peer));
    expect(architectureHash({ ...peer, layers: rest })).not.toBe(architectureHash(peer));
  });

  it('describes itself in one line', () => {
    expect(describeArchitecture(peer)).toBe('conv 16 5x5, max 2x2/2x2, conv 32 5x5, max 2x2/2x2, dense 128, dense 10');
  });
});

/** Every kind of layer; 3 x 9 x 9 in. */
const every: Architecture = {
  input: { channels: 3, height: 9, width: 9 },
  layers: [
    { type: 'conv', filters: 6, kernel: [3, 3], stride: [1, 1], padding: [2, 2], dilation: [2, 2], groups: 3, activation: 'none', bias: false, name: 'first' },
    { type: 'batch-norm', activation: 'relu' },
    { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0], ceil: true },
    { type: 'lrn', region: 'within', size: 3, alpha: 1e-4, beta: 0.75, k: 1 },
    {
      type: 'residual',
      body: [{ type: 'conv', filters: 4, kernel: [3, 3], stride: [2, 2], padding: [1, 1], activation: 'relu' }, { type: 'dropout', rate: 0.5 }],
      shortcut: [{ type: 'conv', filters: 4, kernel: [1, 1], stride: [2, 2], padding: [0, 0], activation: 'none', bias: false }],
      activation: 'relu',
    },
    { type: 'activation', activation: 'relu' },
    { type: 'global-pool' },
    { type: 'dense', units: 10, activation: 'none' },
  ],
};

describe('architecture with layers of every kind', () => {
  const only = (layer: Layer): Architecture => ({ input: every.input, layers: [layer] });

  it('works out shapes and places, those inside a block too', () => {
    expect(shapesOf(every).map((s) => [s.channels, s.height])).toEqual([[3, 9], [6, 9], [6, 9], [6, 5], [6, 5], [4, 3], [4, 3], [4, 1], [10, 1]]);
    expect(placedLayers(every).map(({ path }) => path).slice(3, 8)).toEqual(['layers.3', 'layers.4.body.0', 'layers.4.body.1', 'layers.4.shortcut.0', 'layers.4']);
  });

  it('counts weights, biases, batch norm\'s parameters, depth and flops', () => {
    const linear = 6 * 9 + 4 * 6 * 9 + 4 * 6 + 40;
    expect(weightCountWithoutBiases(every)).toBe(linear);
    expect(weightCount(every)).toBe(linear + 12 + 4 + 10);
    expect(depthOf(every)).toBe(3);
    expect(forwardFlops(every)).toBe(2 * (54 * 81 + (216 + 24) * 9 + 40));
  });

  it('describes itself in one line', () => {
    expect(describeArchitecture(every)).toBe(
      'conv 6 3x3 dilated 2x2 in 3 groups, batch norm, max 2x2/2x2 up, lrn 3 within a channel, (conv 4 3x3 /2x2, dropout 0.5) + (conv 4 1x1 /2x2), relu, global average, dense 10',
    );
  });

  it('counts, places and describes a cell, and takes its longest way for the depth', () => {
    const conv = (filters: number) => ({ type: 'conv', filters, kernel: [1, 1], stride: [1, 1], padding: [0, 0], activation: 'relu' }) as const;
    const cell: Layer = { type: 'cell', nodes: [[{ from: 0, layers: [conv(5)] }], [{ from: 1, layers: [conv(4), conv(5)] }, { from: 1, layers: [] }, { from: 0, layers: [conv(5)] }]] };
    expect(shapesOf(only(cell)).at(-1)).toEqual({ channels: 5, height: 9, width: 9 });
    expect(placedLayers(only(cell)).map(({ path, input }) => [path.replace('layers.0.', ''), input.channels])).toEqual([['nodes.0.0.0', 3], ['nodes.1.0.0', 5], ['nodes.1.0.1', 4], ['nodes.1.2.0', 3], ['layers.0', 3]]);
    expect(weightCount(only(cell))).toBe(5 * 4 + 4 * 6 + 5 * 5 + 5 * 4);
    expect(depthOf(only(cell))).toBe(3);
    expect(describeArchitecture(only(cell))).toBe('cell [(conv 5 1x1) of 0; (conv 4 1x1, conv 5 1x1) of 1 + 1 + (conv 5 1x1) of 0]');
    const bad: [Layer, RegExp][] = [
      [{ type: 'cell', nodes: [] }, /at least one node/],
      [{ type: 'cell', nodes: [[]] }, /one edge into node 1, got none/],
      [{ type: 'cell', nodes: [[{ from: 1, layers: [] }]] }, /from a node before it \(0 to 0\), got 1/],
      [{ type: 'cell', nodes: [[{ from: 0, layers: [] }], [{ from: 0, layers: [] }]] }, /got none from node 1; leave the node out/],
      [{ type: 'cell', nodes: [[{ from: 0, layers: [] }, { from: 0, layers: [conv(5)] }]] }, /one shape into node 1, got 3x9x9 and 5x9x9/],
    ];
    for (const [layer, message] of bad) expect(() => shapesOf(only(layer))).toThrow(message);
  });

  it('refuses branches of two shapes, groups that do not divide, rates and sizes that make no sense', () => {
    const conv = { type: 'conv', filters: 4, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'none' } as const;
    const lrn = { type: 'lrn', region: 'across', size: 5, alpha: 1, beta: 1, k: 1 } as const;
    const bad: [Layer, RegExp][] = [
      [{ type: 'residual', body: [conv], shortcut: [], activation: 'none' }, /got 4x9x9 and 3x9x9; put a 1x1 conv/],
      [{ type: 'residual', body: [], shortcut: [], activation: 'none' }, /at least one layer in the body/],
      [{ type: 'residual', body: [{ ...conv, filters: 0 }], shortcut: [], activation: 'none' }, /layer 0\.body\.0 .*whole numbers from 1/],
      [{ ...conv, groups: 2 }, /divide 3 channels and 4 filters, got 2/],
      [{ type: 'dropout', rate: 1 }, /rate from 0 and below 1/],
      [{ ...lrn, size: 4 }, /odd size/],
      [{ ...lrn, k: 0 }, /k above 0/],
    ];
    for (const [layer, message] of bad) {
      expect(() => shapesOf(only(layer))).toThrow(ShapeError);
      expect(() => shapesOf(only(layer))).toThrow(message);
    }
    expect(() => shapesOf(only({ ...conv, dilation: [6, 6] }))).toThrow(/at most 11 \(input 9, padding 1\), got 13; shrink/);
  });

  it('keeps the hash that it had before there were more kinds', () => {
    expect(architectureHash(peer)).toBe('9cea6231ffb4ba288ba8302dd798ced39858672d2d5bfa7026b8cb2d7509d444');
  });
});
