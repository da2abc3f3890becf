// Textbook loops in f64 of a directed graph layer between its products, of the mean over nodes, and of both losses, with the sums of magnitudes.
import type { GraphNumbers } from '../../../src/ops/index.js';

export interface Measured {
  readonly values: Float64Array;
  /** Of an element's terms. */
  readonly magnitudes: Float64Array;
}

/** [V][F] of one graph. */
type Rows = ArrayLike<number>;

/** v and its successors, or its predecessors. */
export function listOf({ edges }: GraphNumbers, v: number, kind: 0 | 1): number[] {
  return [v, ...edges.flatMap(([from, to]) => (kind === 0 ? (from === v ? [to] : []) : to === v ? [from] : []))];
}

/** p is V x 2F; out V x 2F, halves after the ReLU. */
export function halvesOracle(graph: GraphNumbers, p: Rows, F: number, V: number): Measured {
  const out = measured(V * 2 * F);
  for (let v = 0; v < graph.words.length; v++) {
    for (let f = 0; f < 2 * F; f++) {
      const list = listOf(graph, v, f < F ? 0 : 1);
      const terms = list.map((u) => (p[u * 2 * F + f] ?? NaN) / list.length);
      out.values[v * 2 * F + f] = Math.max(0, terms.reduce((sum, term) => sum + term, 0));
      out.magnitudes[v * 2 * F + f] = terms.reduce((sum, term) => sum + Math.abs(term), 0);
    }
  }
  return out;
}

/** V x F from the halves. */
export function layerOracle(halves: Measured, F: number, V: number): Measured {
  const out = measured(V * F);
  for (let at = 0; at < V * F; at++) {
    const [v, f] = [Math.floor(at / F), at % F];
    out.values[at] = ((halves.values[v * 2 * F + f] ?? NaN) + (halves.values[v * 2 * F + F + f] ?? NaN)) / 2;
    out.magnitudes[at] = ((halves.magnitudes[v * 2 * F + f] ?? NaN) + (halves.magnitudes[v * 2 * F + F + f] ?? NaN)) / 2;
  }
  return out;
}

/** dp (V x 2F) of dh (V x F). */
export function layerGradientOracle(graph: GraphNumbers, halves: ArrayLike<number>, dh: Rows, F: number, V: number): Measured {
  const out = measured(V * 2 * F);
  for (let v = 0; v < graph.words.length; v++) {
    for (let f = 0; f < 2 * F; f++) {
      if (!((halves[v * 2 * F + f] ?? NaN) > 0)) continue;
      const list = listOf(graph, v, f < F ? 0 : 1);
      const term = (dh[v * F + (f % F)] ?? NaN) / (2 * list.length);
      for (const u of list) {
        out.values[u * 2 * F + f] = (out.values[u * 2 * F + f] ?? NaN) + term;
        out.magnitudes[u * 2 * F + f] = (out.magnitudes[u * 2 * F + f] ?? NaN) + Math.abs(term);
      }
    }
  }
  return out;
}

export interface LossOracle {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Sums of magnitudes: of the loss, and of each gradient. */
  readonly magnitude: number;
  readonly gradientMagnitudes: Float64Array;
}

export function squaresOracle(scores: readonly number[], targets: readonly number[]): LossOracle {
  const n = scores.length;
  const off = scores.map((s, i) => s - (targets[i] ?? NaN));
  const loss = off.reduce((sum, d) => sum + (d * d) / n, 0);
  const size = scores.map((s, i) => (2 * (Math.abs(s) + Math.abs(targets[i] ?? NaN))) / n);
  return { loss, gradient: Float64Array.from(off, (d) => (2 * d) / n), magnitude: scores.reduce((sum, s, i) => sum + (Math.abs(s) + Math.abs(targets[i] ?? NaN)) ** 2 / n, 0), gradientMagnitudes: Float64Array.from(size) };
}

export function pairsOracle(scores: readonly number[], targets: readonly number[]): LossOracle {
  const n = scores.length;
  const better = scores.flatMap((_, i) => scores.flatMap((_s, j) => ((targets[i] ?? NaN) > (targets[j] ?? NaN) ? [[i, j] as const] : [])));
  const gradient = new Float64Array(n);
  const gradientMagnitudes = new Float64Array(n);
  let loss = 0;
  for (const [i, j] of better) {
    const margin = (scores[i] ?? NaN) - (scores[j] ?? NaN);
    loss += (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)))) / better.length;
    const q = 1 / (1 + Math.exp(margin)) / better.length;
    for (const [at, sign] of [[i, -1], [j, 1]] as const) {
      gradient[at] = (gradient[at] ?? NaN) + sign * q;
      gradientMagnitudes[at] = (gradientMagnitudes[at] ?? NaN) + q;
    }
  }
  return { loss, gradient, magnitude: loss, gradientMagnitudes };
}

function measured(size: number): { values: Float64Array; magnitudes: Float64Array } {
  return { values: new Float64Array(size), magnitudes: new Float64Array(size) };
}
