// The strings that MetaQNN writes its networks as (Baker et al. 2017): C(filters, size, stride) convolution, P(size, stride) max
// pool, FC(n) dense, D(i, n) the i-th of n dropouts, GAP(n) global average pool, SM(n) softmax over n classes.
//   [C(64,3,1), C(128,1,1), D(1,2), P(3,2), FC(128), D(2,2), SM(10)]
// Grammar alone: which sequences the search space allows says metaqnn-rules.ts, what they mean metaqnn.ts.
import { ShapeError } from '../errors.js';

export type MetaqnnLayer =
  | { readonly type: 'C'; readonly filters: number; readonly size: number; readonly stride: number }
  | { readonly type: 'P'; readonly size: number; readonly stride: number }
  | { readonly type: 'FC'; readonly units: number }
  | { readonly type: 'D'; readonly index: number; readonly of: number }
  | { readonly type: 'GAP'; readonly classes: number }
  | { readonly type: 'SM'; readonly classes: number };

const TOKEN = /^\s*([A-Z]+)\s*\(([^()]*)\)\s*/;
const FORMS = 'C(filters,size,stride), P(size,stride), FC(n), D(i,n), GAP(n) or SM(n)';

/** Throws a ShapeError that names the token at fault. */
export function parseMetaqnn(text: string): MetaqnnLayer[] {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1];
  if (inner === undefined) throw new ShapeError(`metaqnn: expected [layer, layer, ...], got ${quote(text)}; put the layers between brackets`);
  const layers: MetaqnnLayer[] = [];
  let rest = inner;
  for (;;) {
    const token = TOKEN.exec(rest);
    if (token === null) throw new ShapeError(`metaqnn: expected ${FORMS}, got ${quote(rest)} after ${layers.length} layers`);
    layers.push(layerOf(token[1] ?? '', token[2] ?? ''));
    rest = rest.slice(token[0].length);
    if (rest === '') return layers;
    if (!rest.startsWith(',')) throw new ShapeError(`metaqnn: expected a comma or the end, got ${quote(rest)} after ${layers.length} layers`);
    rest = rest.slice(1);
  }
}

/** As the released files have it, so that parsing and printing give the same text. */
export function printMetaqnn(layers: readonly MetaqnnLayer[]): string {
  return `[${layers.map((layer) => `${layer.type}(${numbersOf(layer).join(',')})`).join(', ')}]`;
}

function numbersOf(layer: MetaqnnLayer): readonly number[] {
  switch (layer.type) {
    case 'C':
      return [layer.filters, layer.size, layer.stride];
    case 'P':
      return [layer.size, layer.stride];
    case 'FC':
      return [layer.units];
    case 'D':
      return [layer.index, layer.of];
    case 'GAP':
    case 'SM':
      return [layer.classes];
  }
}

function layerOf(type: string, list: string): MetaqnnLayer {
  const values = list.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  const [a = NaN, b = NaN, c = NaN] = values;
  const forms: Record<string, readonly [count: number, layer: MetaqnnLayer]> = {
    C: [3, { type: 'C', filters: a, size: b, stride: c }],
    P: [2, { type: 'P', size: a, stride: b }],
    FC: [1, { type: 'FC', units: a }],
    D: [2, { type: 'D', index: a, of: b }],
    GAP: [1, { type: 'GAP', classes: a }],
    SM: [1, { type: 'SM', classes: a }],
  };
  const form = forms[type];
  if (form === undefined || values.length !== form[0] || values.some((value) => !(value >= 1))) {
    throw new ShapeError(`metaqnn: expected ${FORMS} with whole numbers from 1, got ${quote(`${type}(${list})`)}`);
  }
  return form[1];
}

function quote(text: string): string {
  return text.length > 40 ? `'${text.slice(0, 40)}...'` : `'${text}'`;
}

/** A layer in a word, for predictors that count them: C64x3, P2, FC128, GAP, SM. */
export function metaqnnWord(layer: MetaqnnLayer): string {
  if (layer.type === 'C') return `C${layer.filters}x${layer.size}`;
  if (layer.type === 'P') return `P${layer.size}`;
  return layer.type === 'FC' ? `FC${layer.units}` : layer.type;
}
