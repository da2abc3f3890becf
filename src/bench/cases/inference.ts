// Predictors on a tile of candidates: an RBF machine of the size that a search fits, a forest, and a layer of a perceptron.
import { createRng } from '../../core/index.js';
import { forestFamily, forestForward, linearFamily, linearForward, ownModelFamily, ownModelForward, ownModelTable, rbfFamily, rbfForward } from '../../ops/index.js';
import type { BenchCase } from './case.js';
import { kernelCase, need, ofFamily, sumOf } from './kernel-case.js';

export interface RbfAxes {
  readonly rows: number;
  readonly columns: number;
  readonly vectors: number;
}

export interface LayerAxes {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

export interface ForestAxes {
  readonly rows: number;
  readonly columns: number;
  readonly trees: number;
  /** Of full trees. */
  readonly levels: number;
}

/** Live curves of a study of `epochs` epochs, spread over its models, which have 3 tau + 5 columns. */
export interface LiveAxes {
  readonly curves: number;
  readonly epochs: number;
  /** Support vectors a model; 0: linear. */
  readonly vectors: number;
}

export const LIVE_SHAPES: readonly LiveAxes[] = [{ curves: 256, epochs: 20, vectors: 0 }, { curves: 256, epochs: 20, vectors: 64 }];
export const FOREST_SHAPES: readonly ForestAxes[] = [{ rows: 16384, columns: 60, trees: 300, levels: 7 }];
export const RBF_SHAPES: readonly RbfAxes[] = [{ rows: 16384, columns: 60, vectors: 496 }];
export const LAYER_SHAPES: readonly LayerAxes[] = [{ rows: 65536, inputs: 60, outputs: 1 }, { rows: 16384, inputs: 60, outputs: 64 }];

/** Wide enough that terms of exp(-|x - s|^2 / columns) matter: two normal rows are sqrt(2 columns) apart. */
export function rbfCase({ rows, columns, vectors }: RbfAxes): BenchCase {
  const blocks = Math.ceil(vectors / 16);
  const padded = 4 * Math.ceil(columns / 4);
  const model = { columns: padded, gamma: 1 / columns, bias: 0 };
  return kernelCase({
    name: 'inference rbf',
    shape: `${rows}x${columns} by ${vectors}`,
    axes: { rows, columns, vectors },
    ...ofFamily(rbfFamily, 'forward', { rows, columns: padded, blocks }),
    items: { count: rows, unit: 'rows' },
    tensors: {
      x: { extents: [padded, rows], fill: 'normal' }, support: { extents: [blocks, padded, 16], fill: 'normal' },
      coefficients: { extents: [blocks * 16], fill: 'normal' }, y: { extents: [1, rows], fill: 'output' },
    },
    output: 'y',
    dispatches: (context, t) => rbfForward(context, { ...model, support: need(t['support']), coefficients: need(t['coefficients']) }, { x: need(t['x']), y: need(t['y']) }),
  });
}

export function layerCase({ rows, inputs, outputs }: LayerAxes): BenchCase {
  const each = outputs === 1 ? 1 : 8;
  const blocks = Math.ceil(outputs / each);
  return kernelCase({
    name: 'inference linear',
    shape: `${rows}x${inputs} by ${outputs}`,
    axes: { rows, inputs, outputs },
    ...ofFamily(linearFamily, 'forward', { rows, inputs, outputs, activation: 0 }),
    items: { count: rows, unit: 'rows' },
    tensors: {
      x: { extents: [inputs, rows], fill: 'normal' }, w: { extents: [blocks, inputs, each], fill: 'normal' },
      bias: { extents: [outputs], fill: 'normal' }, y: { extents: [outputs, rows], fill: 'output' },
    },
    output: 'y',
    dispatches: (context, t) => linearForward(context, { inputs, outputs, activation: 'none', w: need(t['w']), bias: need(t['bias']) }, { x: need(t['x']), y: need(t['y']) }),
    expected: ({ x, w, bias }, at) => {
      const [o, n] = [Math.floor(at / rows), at % rows];
      const weight = (i: number): number => w?.[(Math.floor(o / each) * inputs + i) * each + (o % each)] ?? NaN;
      return sumOf([bias?.[o] ?? NaN, ...Array.from({ length: inputs }, (_, i) => weight(i) * (x?.[i * rows + n] ?? NaN))]);
    },
  });
}

export function liveCase({ curves, epochs, vectors }: LiveAxes): BenchCase {
  const columns = (tau: number): number => 3 * tau + 5;
  const size = (tau: number): number => (vectors === 0 ? 1 + columns(tau) : 2 + vectors * (1 + columns(tau)));
  const taus = Array.from({ length: epochs - 1 }, (_, i) => i + 1);
  const before = (of: (tau: number) => number, tau: number): number => taus.slice(0, tau - 1).reduce((sum, each) => sum + of(each), 0);
  const seen = Array.from({ length: curves }, (_, n) => taus[n % taus.length] ?? 1);
  const starts = seen.map((_, n) => seen.slice(0, n).reduce((sum, tau) => sum + columns(tau), 0));
  const table = seen.map((tau, n) => ({ x: starts[n] ?? 0, model: before(size, tau), columns: columns(tau), vectors }));
  const numbers = seen.reduce((sum, tau) => sum + columns(tau) * Math.max(1, vectors), 0);
  return kernelCase({
    name: 'inference live',
    shape: `${curves} curves of ${epochs} epochs by ${vectors === 0 ? 'lines' : `${vectors} vectors`}`,
    axes: { curves, epochs, vectors },
    ...ofFamily(ownModelFamily, 'forward', { rows: curves, numbers, rbf: vectors === 0 ? 0 : 1 }),
    items: { count: curves, unit: 'rows' },
    tensors: {
      rows: { extents: [curves, 4], fill: { make: () => ownModelTable(table) } }, x: { extents: [seen.reduce((sum, tau) => sum + columns(tau), 0)], fill: 'small' },
      models: { extents: [before(size, epochs)], fill: 'small' }, y: { extents: [curves], fill: 'output' },
    },
    output: 'y',
    dispatches: (context, t) => ownModelForward(context, { rbf: vectors > 0, numbers }, { rows: need(t['rows']), x: need(t['x']), models: need(t['models']), y: need(t['y']) }),
    expected: ({ x, models }, n) => {
      const row = need(table[n]);
      const [at, m] = [(c: number): number => x?.[row.x + c] ?? NaN, (i: number): number => models?.[row.model + i] ?? NaN];
      if (vectors === 0) return sumOf([m(0), ...Array.from({ length: row.columns }, (_, c) => m(1 + c) * at(c))]);
      const exponents = Array.from({ length: vectors }, (_, s) => -m(1) * Array.from({ length: row.columns }, (_c, c) => (at(c) - m(2 + vectors + c * vectors + s)) ** 2).reduce((sum, d) => sum + d, 0));
      const sum = sumOf([m(0), ...exponents.map((exponent, s) => m(2 + s) * Math.exp(exponent))]);
      // WGSL's exp: 3 + 2 |e| ulp; the exponent itself is off by its sum's rounding and four more.
      const carried = exponents.reduce((total, exponent, s) => total + Math.abs(m(2 + s)) * Math.exp(exponent) * (3 + Math.abs(exponent) * (4 + Math.sqrt(row.columns))) * 2 ** -23, 0);
      return { ...sum, allowed: sum.allowed + carried };
    },
  });
}

export function forestCase({ rows, columns, trees, levels }: ForestAxes): BenchCase {
  const padded = 4 * Math.ceil(trees / 4);
  const size = 2 ** (levels + 1) - 1;
  const model = { bias: 0, scale: 1 / trees, trees: padded, levels, columns };
  return kernelCase({
    name: 'inference forest',
    shape: `${rows}x${columns} by ${trees} of ${levels} levels`,
    axes: { rows, columns, trees, levels },
    ...ofFamily(forestFamily, 'forward', { rows, trees: padded, levels }),
    items: { count: rows, unit: 'rows' },
    tensors: {
      x: { extents: [columns, rows], fill: 'normal' }, nodes: { extents: [padded * size, 4], fill: { make: () => fullTrees(padded, size, columns) } },
      roots: { extents: [padded], fill: { make: () => Uint32Array.from({ length: padded }, (_, tree) => tree * size) } }, y: { extents: [1, rows], fill: 'output' },
    },
    output: 'y',
    dispatches: (context, t) => forestForward(context, { ...model, nodes: need(t['nodes']), roots: need(t['roots']) }, { x: need(t['x']), y: need(t['y']) }),
  });
}

/** Branches at normal thresholds on any column, leaves of normal values; children of node k of a tree are 2k + 1 and 2k + 2. */
function fullTrees(trees: number, size: number, columns: number): Uint32Array<ArrayBuffer> {
  const rng = createRng('bench forest');
  const nodes = new Uint32Array(trees * size * 4);
  const bits = new Float32Array(nodes.buffer);
  for (let at = 0; at < trees * size; at++) {
    const first = at - (at % size);
    const left = 2 * (at % size) + 1;
    nodes.set(left < size ? [rng.int(columns), 0, first + left, first + left + 1] : [0, 0, at, at], at * 4);
    bits[at * 4 + 1] = rng.normal();
  }
  return nodes;
}
