// What a graph network does between its products: nodes, means over neighbours and over nodes, and their gradients, for members with orders of
// their own and batches that are not full.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import { graphForward, graphGradInput, graphNodes, type GraphNumbers, graphPool, graphPoolGrad, type GraphTensors, packGraphs } from '../../src/ops/index.js';
import { expectGradient, normals } from './oracle/central-differences.js';
import { halvesOracle, layerGradientOracle, layerOracle } from './oracle/graph.js';
import { expectExact, expectWithin, gaussians, integers, testRng, useDevice } from './fixture.js';

const gpu = useDevice();
const [E, B, V, F] = [2, 3, 5, 8];
/** Row = member, start of the window 1, two of three rows count. */
const ORDERS = [[3, 0, 2, 1], [2, 1, 3, 0]];
const [START, COUNT] = [1, 2];

/** Lists of 1, 2 or 4 nodes, the node included: means of whole multiples of four are exact. */
const EVEN: readonly GraphNumbers[] = [
  { words: [0, 2, 1], edges: [[0, 1], [1, 2]] },
  { words: [0, 3, 2, 3, 1], edges: [[0, 1], [0, 2], [0, 3], [1, 4], [2, 4], [3, 4]] },
  { words: [0, 1], edges: [] },
  { words: [7, 0, 3], edges: [[0, 2]] },
];
/** Any. */
const ODD: readonly GraphNumbers[] = [
  { words: [0, 2, 1, 1], edges: [[0, 1], [0, 2], [1, 2], [2, 3], [1, 3], [0, 3]] },
  { words: [0, 3, 2, 3, 1], edges: [[0, 1], [0, 2], [1, 2], [1, 3], [2, 4], [3, 4], [0, 4]] },
  { words: [0, 1], edges: [[0, 1]] },
  { words: [0, 2, 3], edges: [[0, 1], [0, 2], [1, 2]] },
];

function windowOf() {
  return { order: gpu.tensor([E, 4], Uint32Array.from(ORDERS.flat())), count: COUNT };
}

async function runAt(dispatches: Awaited<ReturnType<typeof graphNodes>>): Promise<void> {
  dispatches.forEach(({ params }) => params.set({ start: START, count: COUNT }));
  await gpu.run(dispatches);
}

/** [member][row of the batch] -> graph; null past the batch's end. */
function rowsOf(graphs: readonly GraphNumbers[]): (GraphNumbers | null)[] {
  return ORDERS.flatMap((order) => Array.from({ length: B }, (_, b) => (b < COUNT ? (graphs[order[START + b] ?? -1] ?? null) : null)));
}

/** `of` each graph's part of the values; zeros past the batch's end. */
function joined(graphs: readonly GraphNumbers[], size: number, of: (graph: GraphNumbers, row: number) => ArrayLike<number>): Float64Array {
  const out = new Float64Array(E * B * size);
  rowsOf(graphs).forEach((graph, row) => graph && out.set(Array.from(of(graph, row)), row * size));
  return out;
}

async function packed<T>(graphs: readonly GraphNumbers[], work: (tensors: GraphTensors) => Promise<T>): Promise<T> {
  const tensors = packGraphs(gpu.device, graphs, V);
  try {
    return await work(tensors);
  } finally {
    tensors.release();
  }
}

describe('graph nodes', () => {
  it('are one-hot rows in each member\'s order, zeros for no word, no node and no row', async () => {
    const x = gpu.tensor([E, B, V, 4]);
    await packed(EVEN, async (graphs) => runAt(await graphNodes(gpu.context(), graphs, windowOf(), x)));
    const want = joined(EVEN, V * 4, ({ words }) => {
      const rows = new Float64Array(V * 4);
      words.forEach((word, v) => word < 4 && rows.fill(1, v * 4 + word, v * 4 + word + 1));
      return rows;
    });
    expectExact('x', [E, B, V, 4], await gpu.read(x), want);
  });

  it('refuse graphs that do not fit', () => {
    expect(() => packGraphs(gpu.device, [{ words: [0, 1, 2], edges: [] }], 2)).toThrow(ShapeError);
    expect(() => packGraphs(gpu.device, [{ words: [0, 1], edges: [[0, 2]] }], 2)).toThrow(/edges between nodes 0 to 1/);
  });
});

describe('a graph layer between its products', () => {
  async function forward(graphs: readonly GraphNumbers[], p: Float32Array<ArrayBuffer>) {
    const tensors = { p: gpu.tensor([E, B, V, 2 * F], p), halves: gpu.tensor([E, B, V, 2 * F]), h: gpu.tensor([E, B, V, F]) };
    await packed(graphs, async (set) => runAt(await graphForward(gpu.context(), set, windowOf(), tensors)));
    const part = (row: number): Float32Array => p.subarray(row * V * 2 * F, (row + 1) * V * 2 * F);
    const halves = (graph: GraphNumbers, row: number) => halvesOracle(graph, part(row), F, V);
    return { halves: await gpu.read(tensors.halves), h: await gpu.read(tensors.h), wantHalves: halves };
  }

  it('indexes exactly', async () => {
    const p = integers(testRng('graph'), E * B * V * 2 * F).map((value) => 4 * value);
    const { halves, h, wantHalves } = await forward(EVEN, p);
    expectExact('halves', [E, B, V, 2 * F], halves, joined(EVEN, V * 2 * F, (graph, row) => wantHalves(graph, row).values));
    expectExact('h', [E, B, V, F], h, joined(EVEN, V * F, (graph, row) => layerOracle(wantHalves(graph, row), F, V).values));
  });

  it('rounds within the bound of a sum of V + 1 terms and a division', async () => {
    const { h, wantHalves } = await forward(ODD, gaussians(testRng('graph sums'), E * B * V * 2 * F));
    const of = (what: 'values' | 'magnitudes') => joined(ODD, V * F, (graph, row) => layerOracle(wantHalves(graph, row), F, V)[what]);
    const magnitudes = of('magnitudes');
    expectWithin('h', [E, B, V, F], h, of('values'), (i) => (2 * Math.sqrt(V + 1) * 2 ** -24 + 2.5 * 2 ** -23) * (magnitudes[i] ?? NaN));
  });

  it.each([['exact', EVEN, integers], ['rounding', ODD, gaussians]] as const)('passes gradients on: %s', async (kind, graphs, fill) => {
    const rng = testRng(`graph gradient ${kind}`);
    const scale = kind === 'exact' ? 8 : 1;
    const [p, dh] = [fill(rng, E * B * V * 2 * F), fill(rng, E * B * V * F).map((value) => scale * value)];
    const [row2F, rowF] = [V * 2 * F, V * F];
    const halves = Float32Array.from(joined(graphs, row2F, (graph, row) => halvesOracle(graph, p.subarray(row * row2F, (row + 1) * row2F), F, V).values));
    const tensors = { halves: gpu.tensor([E, B, V, 2 * F], halves), dh: gpu.tensor([E, B, V, F], dh), dp: gpu.tensor([E, B, V, 2 * F]) };
    await packed(graphs, async (set) => runAt(await graphGradInput(gpu.context(), set, windowOf(), tensors)));
    const of = (what: 'values' | 'magnitudes') =>
      joined(graphs, row2F, (graph, row) => layerGradientOracle(graph, halves.subarray(row * row2F, (row + 1) * row2F), dh.subarray(row * rowF, (row + 1) * rowF), F, V)[what]);
    const magnitudes = of('magnitudes');
    const bound = kind === 'exact' ? 0 : 2 * Math.sqrt(V) * 2 ** -24 + 2.5 * 2 ** -23;
    expectWithin('dp', [E, B, V, 2 * F], await gpu.read(tensors.dp), of('values'), (i) => bound * (magnitudes[i] ?? NaN));
  });

  it('has an oracle whose gradient is that of differences', () => {
    const rng = testRng('graph oracle');
    const graph = ODD[1] as GraphNumbers;
    const [p, dh] = [normals(rng, V * 2 * F), normals(rng, V * F)];
    const loss = (at: Float64Array): number => layerOracle(halvesOracle(graph, at, F, V), F, V).values.reduce((sum, value, i) => sum + value * (dh[i] ?? NaN), 0);
    expectGradient(layerGradientOracle(graph, halvesOracle(graph, p, F, V).values, dh, F, V).values, loss, p);
  });
});

describe('the mean over nodes', () => {
  it('goes into the first columns, its gradient to each node alike', async () => {
    const [W, rng] = [F + 3, testRng('pool')];
    const h = gaussians(rng, E * B * V * F);
    const dz = gaussians(rng, E * B * W);
    const tensors = { h: gpu.tensor([E, B, V, F], h), z: gpu.tensor([E, B, W], new Float32Array(E * B * W).fill(9)), dz: gpu.tensor([E, B, W], dz), dh: gpu.tensor([E, B, V, F]) };
    await packed(ODD, async (set) => {
      await runAt([...(await graphPool(gpu.context(), set, windowOf(), tensors)), ...(await graphPoolGrad(gpu.context(), set, windowOf(), tensors))]);
    });
    const at = (row: number, f: number, v: number): number => h[(row * V + v) * F + f] ?? NaN;
    const mean = (size: (x: number) => number) => joined(ODD, W, ({ words }, row) => Array.from({ length: W }, (_, f) => (f < F ? words.reduce((sum, _w, v) => sum + size(at(row, f, v)), 0) / words.length : 9)));
    const z = await gpu.read(tensors.z);
    const magnitudes = mean(Math.abs);
    const inside = (i: number): boolean => i % W < F || Math.floor(i / W) % B < COUNT;
    expectWithin('z', [E, B, W], z.filter((_, i) => inside(i)), mean((x) => x).filter((_, i) => inside(i)), (i) => (2 * Math.sqrt(V) * 2 ** -24 + 2.5 * 2 ** -23) * ([...magnitudes].filter((_, k) => inside(k))[i] ?? NaN));
    const dh = joined(ODD, V * F, ({ words }, row) => Array.from({ length: V * F }, (_, i) => (Math.floor(i / F) < words.length ? (dz[row * W + (i % F)] ?? NaN) / words.length : 0)));
    expectWithin('dh', [E, B, V, F], await gpu.read(tensors.dh), dh, (i) => 2.5 * 2 ** -23 * Math.abs(dh[i] ?? NaN));
  });
});
