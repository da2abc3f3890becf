// Scores of an ensemble's members: on the GPU in tiles for many rows, and in f64 on the CPU for a row at a time. Both read the same weights; the
// GPU's are off by f32's rounding (test/nn/ensemble.test.ts holds them to a bound).
import type { GraphNumbers, OpContext } from '../../ops/index.js';
import { uploadWeights } from '../memory.js';
import type { ParameterLayout } from '../parameters.js';
import { type EnsembleSet, holding, prepareForward, uploadSet } from './prepare.js';
import { denseProducts, ensembleParameters, type EnsembleSpec, graphProducts, type Product, wordColumns } from './spec.js';

/** Rows of a tile: 256 cells of 8 nodes by 5 members and 288 products are 12 MB. */
const TILE = 256;

/** Members x rows, row-major. */
export function scoresOnGpu(context: OpContext, spec: EnsembleSpec, weights: Float32Array<ArrayBuffer>, set: EnsembleSet): Promise<Float32Array> {
  return holding(async (hold) => {
    const { device } = context;
    const batch = Math.min(TILE, set.count);
    const order = hold(device.tensor([set.count], { type: 'u32', data: Uint32Array.from({ length: set.count }, (_, i) => i), label: 'natural order' }));
    const { graph, memory, program } = await prepareForward(context, spec, batch, uploadSet(device, spec, set, order, batch, hold), hold);
    uploadWeights(device, memory, weights);
    const out = new Float32Array(spec.members * set.count);
    for (let start = 0; start < set.count; start += batch) {
      const count = Math.min(batch, set.count - start);
      program.run({ start, count });
      const scores = await device.read(memory.tensorOf(graph.scores));
      for (let e = 0; e < spec.members; e++) out.set(scores.subarray(e * batch, e * batch + count), e * set.count + start);
    }
    return out;
  });
}

/** One score a member, in f64. */
export function scoresOnCpu(spec: EnsembleSpec, weights: Float32Array, graph: GraphNumbers | null, features: ArrayLike<number>): Float64Array {
  const layout = ensembleParameters(spec);
  return Float64Array.from({ length: spec.members }, (_, member) => {
    const own = (name: string): Float32Array => slice(layout, weights, name, member, spec.members);
    const pooled = graph === null ? [] : graphForward(spec, own, graph);
    return denseForward(spec, own, [...pooled, ...Array.from(features)]);
  });
}

type Own = (name: string) => Float32Array;

function slice({ slices }: ParameterLayout, weights: Float32Array, name: string, member: number, members: number): Float32Array {
  const found = slices.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`ensemble: no parameter ${name}`);
  const size = found.size / members;
  return weights.subarray(found.start + member * size, found.start + (member + 1) * size);
}

/** Mean over the nodes of the last layer. */
function graphForward(spec: EnsembleSpec, own: Own, { words, edges }: GraphNumbers): number[] {
  const columns = spec.graph === null ? 0 : wordColumns(spec.graph);
  const lists = words.map((_, v) => [[v, ...edges.filter(([from]) => from === v).map(([, to]) => to)], [v, ...edges.filter(([, to]) => to === v).map(([from]) => from)]] as const);
  let h = words.map((word) => Float64Array.from({ length: columns }, (_, c) => (c === word ? 1 : 0)));
  for (const product of graphProducts(spec)) {
    const p = h.map((row) => times(row, own(`${product.name}.weight`), product));
    const F = product.outputs / 2;
    h = lists.map(([after, before]) => Float64Array.from({ length: F }, (_, f) => (Math.max(0, meanOf(p, after, f)) + Math.max(0, meanOf(p, before, F + f))) / 2));
  }
  return Array.from(h[0] ?? [], (_, f) => meanOf(h, words.map((_word, v) => v), f));
}

function denseForward(spec: EnsembleSpec, own: Own, inputs: ArrayLike<number>): number {
  const products = denseProducts(spec);
  let row = Float64Array.from(inputs);
  products.forEach((product, i) => {
    const bias = own(`${product.name}.bias`);
    const sums = times(row, own(`${product.name}.weight`), product).map((sum, k) => sum + (bias[k] ?? NaN));
    row = i < products.length - 1 ? sums.map((sum) => Math.max(0, sum)) : sums;
  });
  return row[0] ?? NaN;
}

function times(row: Float64Array, weight: Float32Array, { inputs, outputs }: Product): Float64Array {
  const out = new Float64Array(outputs);
  for (let i = 0; i < inputs; i++) {
    const x = row[i] as number;
    if (x === 0) continue;
    for (let k = 0; k < outputs; k++) out[k] = (out[k] as number) + x * (weight[i * outputs + k] as number);
  }
  return out;
}

function meanOf(rows: readonly Float64Array[], list: readonly number[], f: number): number {
  return list.reduce((sum, v) => sum + (rows[v]?.[f] ?? NaN), 0) / list.length;
}
