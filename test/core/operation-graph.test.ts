// Graphs of operations: cells by hand, residual branches, paths.
import { describe, expect, it } from 'vitest';
import { cellGraph, chainGraph, networkGraph, parseCell, pathsOf, printCell, resnet, ShapeError, type Layer } from '../../src/core/index.js';

describe('a cell as a graph', () => {
  const text = '|conv~0|+|none~0|pool~1|+|skip~0|none~1|conv~2|';

  it('has its operations as nodes, without what carries nothing', () => {
    const { operations, edges } = cellGraph(parseCell(text));
    expect(operations).toEqual(['input', 'conv', 'pool', 'skip', 'conv', 'output']);
    expect(edges).toEqual([[0, 1], [1, 2], [0, 3], [2, 4], [3, 5], [4, 5]]);
    expect(pathsOf({ operations, edges })).toEqual(['conv>pool>conv', 'skip']);
  });

  it('keeps input and output where nothing flows, and leaves out what leads nowhere', () => {
    expect(cellGraph(parseCell('|conv~0|+|none~0|none~1|+|none~0|none~1|conv~2|'))).toEqual({ operations: ['input', 'output'], edges: [] });
    expect(cellGraph(parseCell('|conv~0|+|conv~0|none~1|+|pool~0|none~1|none~2|')).operations).toEqual(['input', 'pool', 'output']);
  });

  it('is printed as it was read, and refused where it breaks off', () => {
    expect(printCell(parseCell(text))).toBe(text);
    expect(() => parseCell('|conv~0|+|none~0|')).toThrow(ShapeError);
  });
});

describe('a network as a graph', () => {
  it('has a cell\'s ways side by side, an add where several meet', () => {
    const relu: Layer = { type: 'activation', activation: 'relu' };
    const cell: Layer = { type: 'cell', nodes: [[{ from: 0, layers: [relu] }], [{ from: 1, layers: [relu] }, { from: 1, layers: [] }, { from: 0, layers: [] }]] };
    expect(networkGraph({ input: { channels: 1, height: 2, width: 2 }, layers: [cell] })).toEqual({
      operations: ['input', 'activation', 'activation', 'add', 'output'],
      edges: [[0, 1], [1, 2], [2, 3], [1, 3], [0, 3], [3, 4]],
    });
  });

  it('has one path for a chain, two for a residual block', () => {
    expect(pathsOf(chainGraph(['a', 'b']))).toEqual(['a>b']);
    const graph = networkGraph(resnet({ blocks: 1, filters: 4, kernel: 3, input: { channels: 3, height: 32, width: 32 }, classes: 10 } as never));
    expect(graph.operations.filter((word) => word === 'add').length).toBeGreaterThan(0);
    expect(graph.edges.every(([from, to]) => from < to)).toBe(true);
    expect(pathsOf(graph).length).toBe(2 ** graph.operations.filter((word) => word === 'add').length);
  });
});
