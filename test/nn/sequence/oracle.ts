// A language model written out in f64, with running bounds on what an f32 computation may be off by: forward, mean loss, backward
// through a window. Places go step by step (t B + b); row 4j+g of an LSTM's matrices is gate g of unit j (i f g o). Nothing here
// is fast: for models of a few dozen weights.
import type { LanguageModel } from '../../../src/core/index.js';
import { languageParameters } from '../../../src/nn/index.js';
import { add, type Approximate, divide, exact, multiply, sigmoid, subtract, sum, tanh } from '../../ops/oracle/approximate.js';

const ULP = 2 ** -23;
const UNIT = 2 ** -24;

export type Row = readonly Approximate[];
/** Flat tensors by their names in the layout. */
export type Named = ReadonlyMap<string, Row>;

export interface Window {
  readonly B: number;
  /** T B token numbers each, then those that follow. */
  readonly tokens: readonly number[];
  readonly labels: readonly number[];
  /** Places that count, from the first. */
  readonly count: number;
  /** 0 or 1 / (1 - rate) of element i before layer `stream` (the head's is the number of layers); absent = 1. */
  readonly kept?: (stream: number, i: number) => number;
}

/** h and c of each layer, B H each. */
export type States = readonly { readonly h: Row; readonly c: Row }[];

export interface Pass {
  readonly loss: Approximate;
  readonly gradients: Named;
  readonly states: States;
}

const get = (row: Row, i: number): Approximate => row[i] as Approximate;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const scaled = (a: Approximate, factor: number): Approximate => (factor === 1 ? a : multiply(a, exact(factor)));

/** y[n, k] = sum over i of x[n, i] w[k, i] + more. */
function products(x: Row, w: Row, inputs: number, n: number, k: number): Approximate[] {
  return range(inputs).map((i) => multiply(get(x, n * inputs + i), get(w, k * inputs + i)));
}

interface Layer {
  readonly x: Row;
  /** Four rows a place. */
  readonly gates: Approximate[];
  /** From row 0, the state that came in. */
  readonly h: Approximate[];
  readonly c: Approximate[];
}

function layerForward(model: LanguageModel, weights: Named, layer: number, x: Row, { h, c }: States[number], places: number): Layer {
  const { hidden: H, embedding } = model;
  const I = layer === 0 ? embedding : H;
  const B = h.length / H;
  const [w, r, bias] = ['input', 'recurrent', 'bias'].map((part) => weights.get(`lstm.${layer}.${part}`) as Row) as [Row, Row, Row];
  const found: Layer = { x, gates: [], h: [...h], c: [...c] };
  for (let n = 0; n < places; n++) {
    for (let j = 0; j < H; j++) {
      const [i, f, g, o] = range(4).map((gate) => {
        const row = 4 * j + gate;
        const before = sum([...products(x, w, I, n, row), ...products(found.h, r, H, n, row), get(bias, row)]);
        return gate === 2 ? tanh(before) : sigmoid(before);
      }) as [Approximate, Approximate, Approximate, Approximate];
      const cell = add(multiply(f, get(found.c, n * H + j)), multiply(i, g));
      found.gates.push(i, f, g, o);
      found.c[(n + B) * H + j] = cell;
      found.h[(n + B) * H + j] = multiply(o, tanh(cell));
    }
  }
  return found;
}

const slope = (s: Approximate): Approximate => multiply(s, subtract(exact(1), s));

/** Gradients before the activations, four a unit and place. */
function layerBackward({ hidden: H }: LanguageModel, r: Row, { gates, c }: Layer, dy: Row, B: number): Approximate[] {
  const places = dy.length / H;
  const da: Approximate[] = [];
  const dc: Approximate[] = [];
  for (let n = places - 1; n >= 0; n--) {
    for (let j = 0; j < H; j++) {
      const later = n + B < places ? range(4 * H).map((m) => multiply(get(da, (n + B) * 4 * H + m), get(r, m * H + j))) : [];
      const dh = sum([get(dy, n * H + j), ...later]);
      const at = n * H + j;
      const [i, f, g, o] = range(4).map((gate) => get(gates, 4 * at + gate)) as [Approximate, Approximate, Approximate, Approximate];
      const squashed = tanh(get(c, at + B * H));
      const own = multiply(multiply(dh, o), subtract(exact(1), multiply(squashed, squashed)));
      const d = n + B < places ? add(own, get(dc, at + B * H)) : own;
      da[4 * at] = multiply(multiply(d, g), slope(i));
      da[4 * at + 1] = multiply(multiply(d, get(c, at)), slope(f));
      da[4 * at + 2] = multiply(multiply(d, i), subtract(exact(1), multiply(g, g)));
      da[4 * at + 3] = multiply(multiply(dh, squashed), slope(o));
      dc[at] = multiply(d, f);
    }
  }
  return da;
}

/** w'[k, i] = sum over places of dy[n, k] x[n, i]. */
function weightGradient(dy: Row, x: Row, outputs: number, inputs: number): Approximate[] {
  const places = dy.length / outputs;
  return range(outputs * inputs).map((at) => sum(range(places).map((n) => multiply(get(dy, n * outputs + Math.floor(at / inputs)), get(x, n * inputs + (at % inputs))))));
}

function biasGradient(dy: Row, outputs: number): Approximate[] {
  return range(outputs).map((k) => sum(range(dy.length / outputs).map((n) => get(dy, n * outputs + k))));
}

/** x'[n, i] = sum over outputs of dy[n, k] w[k, i]. */
function inputGradient(dy: Row, w: Row, outputs: number, inputs: number): Approximate[] {
  const places = dy.length / outputs;
  return range(places * inputs).map((at) => sum(range(outputs).map((k) => multiply(get(dy, Math.floor(at / inputs) * outputs + k), get(w, k * inputs + (at % inputs))))));
}

function exponential(a: Approximate): Approximate {
  const value = Math.exp(a.value);
  return { value, error: value * (Math.expm1(a.error) + (3 + 2 * Math.abs(a.value)) * ULP) };
}

function logarithm(a: Approximate): Approximate {
  const value = Math.log(a.value);
  return { value, error: a.error / (a.value - a.error) + Math.max(2 ** -21, 3 * ULP * Math.abs(value)) };
}

/** Loss of one place and the gradient of its logits over `count`. */
function judged(logits: Row, label: number, count: number): { loss: Approximate; gradient: Approximate[] } {
  const top = logits.reduce((a, b) => (b.value > a.value ? b : a));
  const powers = logits.map((logit) => exponential(subtract(logit, top)));
  const total = sum(powers);
  const loss = add(logarithm(total), subtract(top, get(logits, label)));
  return { loss, gradient: powers.map((power, k) => divide(subtract(divide(power, total), exact(k === label ? 1 : 0)), exact(count))) };
}

/** `weights` by name; `states` is what comes in. Gradients are those of the mean loss over `count` places. */
export function languagePass(model: LanguageModel, weights: Named, { B, tokens, labels, count, kept = () => 1 }: Window, states: States): Pass {
  const { vocabulary: V, embedding: E, hidden: H, layers } = model;
  const places = tokens.length;
  const named = (name: string): Row => weights.get(name) as Row;
  const dropped = (row: Row, stream: number): Row => row.map((a, i) => scaled(a, kept(stream, i)));
  const found: Layer[] = [];
  let x: Row = tokens.flatMap((token) => range(E).map((e) => get(named('embedding.weight'), token * E + e)));
  for (let layer = 0; layer < layers; layer++) {
    const one = layerForward(model, weights, layer, dropped(x, layer), states[layer] as States[number], places);
    found.push(one);
    x = one.h.slice(B * H);
  }
  x = dropped(x, layers);
  const losses: Approximate[] = [];
  const dlogits: Approximate[] = [];
  for (let n = 0; n < places; n++) {
    const logits = range(V).map((k) => sum([...products(x, named('head.weight'), H, n, k), get(named('head.bias'), k)]));
    const { loss, gradient } = judged(logits, labels[n] as number, count);
    if (n < count) losses.push(loss);
    dlogits.push(...(n < count ? gradient : range(V).map(() => exact(0))));
  }
  const gradients = new Map<string, Row>();
  gradients.set('head.weight', weightGradient(dlogits, x, V, H));
  gradients.set('head.bias', biasGradient(dlogits, V));
  let dy: Row = dropped(inputGradient(dlogits, named('head.weight'), V, H), layers);
  for (let layer = layers - 1; layer >= 0; layer--) {
    const one = found[layer] as Layer;
    const I = layer === 0 ? E : H;
    const da = layerBackward(model, named(`lstm.${layer}.recurrent`), one, dy, B);
    gradients.set(`lstm.${layer}.input`, weightGradient(da, one.x, 4 * H, I));
    gradients.set(`lstm.${layer}.recurrent`, weightGradient(da, one.h.slice(0, places * H), 4 * H, H));
    gradients.set(`lstm.${layer}.bias`, biasGradient(da, 4 * H));
    dy = dropped(inputGradient(da, named(`lstm.${layer}.input`), 4 * H, I), layer);
  }
  gradients.set('embedding.weight', range(V * E).map((at) => sum(range(places).filter((n) => tokens[n] === Math.floor(at / E)).map((n) => get(dy, n * E + (at % E))))));
  const mean = sum(losses);
  const loss = { value: mean.value / count, error: mean.error / count + UNIT * Math.abs(mean.value / count) };
  return { loss, gradients, states: found.map(({ h, c }) => ({ h: h.slice(places * H), c: c.slice(places * H) })) };
}

export function zeroStates({ hidden, layers }: LanguageModel, B: number): States {
  const zeros = range(B * hidden).map(() => exact(0));
  return range(layers).map(() => ({ h: zeros, c: zeros }));
}

/** A layout's flat values by name. */
export function namedOf(model: LanguageModel, flat: ArrayLike<number>): Map<string, Row> {
  return new Map(languageParameters(model).slices.map(({ name, start, size }) => [name, range(size).map((i) => exact(flat[start + i] ?? NaN))]));
}

/** States as values alone: what a later window starts from, once both sides have rounded them alike. */
export function exactly(rows: Row): Row {
  return rows.map(({ value }) => exact(value));
}
