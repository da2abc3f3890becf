// An LSTM in f64, a step at a time: cells with their error bounds for comparing a GPU's step from the same state, and the
// whole window forward and backward for comparing gradients with central differences. Row 4j+g is gate g of unit j.
import { add, type Approximate, exact, multiply, sigmoid, subtract, sum, tanh } from './approximate.js';

export interface Extents {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
}

export type Values = ArrayLike<number>;

export interface Weights {
  readonly w: Values;
  readonly r: Values;
  readonly bias: Values;
}

export interface Cells {
  readonly gates: Approximate[];
  readonly c: Approximate[];
  readonly h: Approximate[];
}

const of = (values: Values, i: number): number => values[i] ?? NaN;

/** One step from the state (h, c), B H each, with the step's inputs x, B I. */
export function forwardStep({ B, I, H }: Extents, { w, r, bias }: Weights, x: Values, h: Values, c: Values): Cells {
  const cells: Cells = { gates: [], c: [], h: [] };
  for (let at = 0; at < B * H; at++) {
    const [b, j] = [Math.floor(at / H), at % H];
    const before = [0, 1, 2, 3].map((g) => {
      const row = 4 * j + g;
      const inputs = Array.from({ length: I }, (_, k) => exact(of(x, b * I + k) * of(w, row * I + k)));
      const states = Array.from({ length: H }, (_, k) => exact(of(h, b * H + k) * of(r, row * H + k)));
      return sum([...inputs, ...states, exact(of(bias, row))]);
    });
    const [i, f, g, o] = before.map((a, gate) => (gate === 2 ? tanh(a) : sigmoid(a))) as [Approximate, Approximate, Approximate, Approximate];
    const cell = add(multiply(f, exact(of(c, at))), multiply(i, g));
    cells.gates.push(i, f, g, o);
    cells.c.push(cell);
    cells.h.push(multiply(o, tanh(cell)));
  }
  return cells;
}

export interface StepState {
  readonly dy: Values;
  /** Activations, B 4H. */
  readonly gates: Values;
  /** Cells before and after the step. */
  readonly before: Values;
  readonly after: Values;
  /** What step t+1 left: gradients before its activations (B 4H; null for the last step) and of its cells. */
  readonly next: Values | null;
  readonly dc: readonly Approximate[];
}

/** Gradients before the activations, B 4H, and of the cells that the step came from. */
export function backwardStep({ B, H }: Extents, r: Values, { dy, gates, before, after, next, dc }: StepState): { da: Approximate[]; dc: Approximate[] } {
  const da: Approximate[] = [];
  const dcBefore: Approximate[] = [];
  for (let at = 0; at < B * H; at++) {
    const [b, j] = [Math.floor(at / H), at % H];
    const terms = next === null ? [] : Array.from({ length: 4 * H }, (_, m) => exact(of(next, b * 4 * H + m) * of(r, m * H + j)));
    const dh = sum([...terms, exact(of(dy, at))]);
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => exact(of(gates, 4 * at + gate))) as [Approximate, Approximate, Approximate, Approximate];
    const squashed = tanh(exact(of(after, at)));
    const d = add(multiply(multiply(dh, o), subtract(exact(1), multiply(squashed, squashed))), dc[at] ?? exact(0));
    const slope = (s: Approximate): Approximate => multiply(s, subtract(exact(1), s));
    da.push(
      multiply(multiply(d, g), slope(i)),
      multiply(multiply(d, exact(of(before, at))), slope(f)),
      multiply(multiply(d, i), subtract(exact(1), multiply(g, g))),
      multiply(multiply(dh, squashed), slope(o)),
    );
    dcBefore.push(multiply(d, f));
  }
  return { da, dc: dcBefore };
}

export const values = (list: readonly Approximate[]): number[] => list.map(({ value }) => value);
export const errors = (list: readonly Approximate[]): number[] => list.map(({ error }) => error);

export interface Window {
  /** T rows each, but h and c: T + 1. */
  readonly gates: number[][];
  readonly h: number[][];
  readonly c: number[][];
}

export function forwardWindow(extents: Extents, weights: Weights, x: Values, h: Values, c: Values): Window {
  const window: Window = { gates: [], h: [Array.from(h)], c: [Array.from(c)] };
  const step = extents.B * extents.I;
  for (let t = 0; t < extents.T; t++) {
    const cells = forwardStep(extents, weights, Array.from(x).slice(t * step, (t + 1) * step), window.h[t] ?? [], window.c[t] ?? []);
    window.gates.push(values(cells.gates));
    window.h.push(values(cells.h));
    window.c.push(values(cells.c));
  }
  return window;
}

/** Gradients before the activations, a row a step, of sum(dy . y). */
export function backwardWindow(extents: Extents, r: Values, { gates, c }: Window, dy: Values): number[][] {
  const rows: number[][] = [];
  const step = extents.B * extents.H;
  let dc: Approximate[] = [];
  for (let t = extents.T - 1; t >= 0; t--) {
    const state = { dy: Array.from(dy).slice(t * step, (t + 1) * step), gates: gates[t] ?? [], before: c[t] ?? [], after: c[t + 1] ?? [] };
    const found = backwardStep(extents, r, { ...state, next: rows[0] ?? null, dc });
    dc = found.dc;
    rows.unshift(values(found.da));
  }
  return rows;
}
