// What a ranking reads of a candidate, against the long way: weights and operations layer by layer, paths by walking the graph, words by counting them. 2,000
// candidates a space, half of them neighbours, and the same bits.
import { describe, expect, it } from 'vitest';
import { createRng, graphOf, isLanguageModel, pathsOf, placedLayers, type Architecture, type Candidate, type PlacedLayer, type Space } from '../../../src/core/index.js';
import type { Observation } from '../../../src/predict/index.js';
import { candidateColumns, candidateMatrix } from '../../../src/predict/surrogates/columns.js';
import { ChainSpace, chainSpaceDefaults, MetaqnnNetSpace, NasBench201Space } from '../../../src/search/index.js';

const images = { input: { channels: 3, height: 28, width: 28 }, classes: 10 };

describe.each<[string, Space]>([
  ['metaqnn', new MetaqnnNetSpace({ ...images, multiplier: 1 / 16 })],
  ['chain', new ChainSpace({ ...images, ...chainSpaceDefaults })],
  ['nasbench201', new NasBench201Space({ ...images, epochs: 12 })],
])('what is read of a candidate of %s', (_, space) => {
  const rng = createRng('counted');
  const drawn = Array.from({ length: 1000 }, (__, i) => space.sample(rng.fork(i)));
  const near = drawn.slice(0, 100).flatMap((candidate, i) => space.neighbours(candidate, rng.fork('near', i), 10));
  const all = [...drawn, ...near];

  it('has the weights and operations of its layers', () => {
    expect(all.length).toBeGreaterThan(1900);
    const wrong = all.filter(({ architecture, ap }) => {
      const { weights, flops } = counted(architecture as Architecture);
      return ap['weights'] !== weights || ap['flops'] !== flops;
    });
    expect(wrong).toEqual([]);
  });

  it('has the columns of its graph', () => {
    const seen = all.map(observation);
    const columns = candidateColumns(seen.slice(0, 60), { beyond: false });
    const rows = candidateMatrix(columns, seen);
    const long = seen.flatMap((row) => rowOf(row, columns));
    expect(columns.graph.has.size).toBeGreaterThan(3);
    expect(rows.length).toBe(long.length);
    expect(rows.findIndex((value, i) => value !== long[i])).toBe(-1);
  });
});

function observation(candidate: Candidate): Observation {
  const { architecture } = candidate;
  const graph = graphOf(candidate);
  if (architecture === null || isLanguageModel(architecture) || graph === null) throw new Error('expected a network');
  return { curve: [], ap: candidate.ap, hp: candidate.hp, graph };
}

function counted(architecture: Architecture): { weights: number; flops: number } {
  const linear = ({ layer, input }: PlacedLayer): number => {
    if (layer.type === 'conv') return layer.filters * input.channels * layer.kernel[0] * layer.kernel[1];
    return layer.type === 'dense' ? layer.units * input.channels * input.height * input.width : 0;
  };
  const beside = ({ layer, input, output }: PlacedLayer): number => {
    if (layer.type === 'batch-norm') return 2 * input.channels;
    return (layer.type === 'conv' || layer.type === 'dense') && layer.bias !== false ? output.channels : 0;
  };
  const placed = placedLayers(architecture);
  return {
    weights: placed.reduce((sum, layer) => sum + linear(layer) + beside(layer), 0),
    flops: placed.reduce((sum, layer) => sum + 2 * linear(layer) * layer.output.height * layer.output.width, 0),
  };
}

function rowOf({ ap, hp, graph = { operations: [], edges: [] } }: Observation, { encoding, graph: { has, pairs }, count }: ReturnType<typeof candidateColumns>): number[] {
  const paths = pathsOf(graph);
  const words = paths.flatMap((path) => path.split('>').filter(Boolean));
  const row = encoding.columns.map(({ from, name, log, floor, top }) => {
    const value = from !== 'paths' ? ({ ap, hp }[from][name] as number) : name.startsWith('count>') ? words.filter((word) => `count>${word}` === name).length : Number(paths.includes(name));
    const inside = Math.min(top, Math.max(floor, value));
    return log ? Math.log10(inside) : inside;
  });
  const inner = graph.operations.slice(1, -1);
  const nameOf = (place: number): string => graph.operations[place] ?? '';
  for (const [word, at] of has) row[at] = inner.filter((each) => each === word).length;
  for (const [word, next] of pairs) for (const [other, at] of next) row[at] = graph.edges.filter(([from, to]) => nameOf(from) === word && nameOf(to) === other).length;
  expect(row).toHaveLength(count);
  return row;
}
