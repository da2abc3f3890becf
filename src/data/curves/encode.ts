// Configuration columns as numbers. A column of numbers is itself; MetaQNN strings give the counts that the paper's AP wants; a
// cell gives its paths (White et al. 2021, BANANAS: one indicator a sequence of operations from input to output); any other text is one-hot.
import { cellGraph, DataError, metaqnnWord, parseCell, parseMetaqnn, pathsOf, ShapeError, type Cell, type MetaqnnLayer } from '../../core/index.js';
import type { ColumnEncoding } from './manifest.js';
import { cellNumber } from './mend.js';

export type Numbers = { readonly [name: string]: number };

/** More kinds of text than this are no category. */
const MAX_LEVELS = 64;

export interface EncodedColumn {
  /** One a row; names carry the column's. A missing number is left out. */
  readonly rows: readonly Numbers[];
  readonly note: string | null;
}

/** Throws DataError where the column's text is neither. */
export function encodeColumn(name: string, cells: readonly string[], asked: ColumnEncoding | undefined): EncodedColumn {
  const filled = cells.filter((cell) => cell.trim() !== '');
  const texts = filled.filter((cell) => Number.isNaN(cellNumber(cell)) && !/^nan$/i.test(cell.trim())).length;
  if (asked === undefined && texts === 0) return { rows: cells.map((cell) => numberIn(name, cell)), note: null };
  if (asked === undefined && texts < filled.length / 2) {
    return { rows: cells.map((cell) => numberIn(name, cell)), note: `column ${name}: ${texts} of ${filled.length} cells are no numbers and count as missing` };
  }
  const encoding = asked ?? guess(filled);
  return { rows: textEncoders[encoding](name, cells), note: asked === undefined ? `column ${name}: text, read as ${encoding}` : null };
}

function numberIn(name: string, cell: string): Numbers {
  const value = cellNumber(cell);
  return Number.isFinite(value) ? { [name]: value } : {};
}

function guess(filled: readonly string[]): ColumnEncoding {
  const [sample = ''] = filled;
  if (/^\s*\[\s*[A-Z]+\(/.test(sample)) return 'metaqnn';
  return /^\|.+~\d\|/.test(sample) ? 'cell-paths' : 'one-hot';
}

const textEncoders: { readonly [encoding in ColumnEncoding]: (name: string, cells: readonly string[]) => Numbers[] } = {
  'one-hot': oneHot,
  metaqnn: (name, cells) => cells.map((cell) => chainNumbers(name, layersOf(name, cell))),
  'metaqnn-paths': (name, cells) => dense(cells.map((cell) => ({ ...chainNumbers(name, layersOf(name, cell)), ...chainPaths(name, layersOf(name, cell)) }))),
  'cell-paths': (name, cells) => dense(cells.map((cell) => Object.fromEntries(pathsOf(cellGraph(cellOf(name, cell))).map((path) => [`${name} ${path}`, 1] as const)))),
};

/** What a row does not have it has 0 of: left out it would count as unknown. */
function dense(rows: readonly Numbers[]): Numbers[] {
  const names = [...new Set(rows.flatMap(Object.keys))].sort();
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? 0])));
}

function oneHot(name: string, cells: readonly string[]): Numbers[] {
  const levels = [...new Set(cells)].sort();
  if (levels.length > MAX_LEVELS) {
    throw new DataError(`column ${name}: expected numbers, an architecture, or at most ${MAX_LEVELS} different words, got ${levels.length}, such as '${levels[0]}'; leave the column out of the manifest, or say how to 'encode' it`);
  }
  return cells.map((cell) => Object.fromEntries(levels.map((level) => [`${name}=${level}`, level === cell ? 1 : 0])));
}

function layersOf(name: string, text: string): MetaqnnLayer[] {
  return named(name, () => parseMetaqnn(text));
}

function cellOf(name: string, text: string): Cell {
  return named(name, () => parseCell(text));
}

function named<T>(column: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ShapeError) throw new DataError(`column ${column}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Depth as the paper counts it: every layer but dropout. */
function chainNumbers(name: string, layers: readonly MetaqnnLayer[]): Numbers {
  const of = <T extends MetaqnnLayer['type']>(type: T): Extract<MetaqnnLayer, { type: T }>[] =>
    layers.filter((layer): layer is Extract<MetaqnnLayer, { type: T }> => layer.type === type);
  const convs = of('C');
  return {
    [`${name} layers`]: layers.length - of('D').length,
    [`${name} conv`]: convs.length,
    [`${name} pool`]: of('P').length,
    [`${name} dense`]: of('FC').length,
    [`${name} gap`]: of('GAP').length,
    [`${name} filters`]: convs.reduce((sum, { filters }) => sum + filters, 0),
    [`${name} kernel`]: convs.reduce((sum, { size }) => sum + size, 0) / Math.max(1, convs.length),
    [`${name} weights`]: chainWeights(layers),
  };
}

/** Weights of convolutions and dense layers on 3 x 32 x 32 images, without biases and the softmax: what the paper's authors count. */
function chainWeights(layers: readonly MetaqnnLayer[]): number {
  let [channels, side, units, sum] = [3, 32, 0, 0];
  for (const layer of layers) {
    if (layer.type === 'C') {
      sum += layer.filters * channels * layer.size ** 2;
      channels = layer.filters;
    } else if (layer.type === 'P') {
      side = Math.max(1, Math.floor((side - layer.size) / layer.stride) + 1);
    } else if (layer.type === 'FC') {
      sum += layer.units * (units > 0 ? units : channels * side ** 2);
      units = layer.units;
    } else if (layer.type === 'GAP') {
      sum += layer.classes * channels;
    }
  }
  return sum;
}

/** A chain has one path; what tells chains apart is which layer follows which: counts of layers and of pairs of neighbours. */
function chainPaths(name: string, layers: readonly MetaqnnLayer[]): Numbers {
  const words = ['input', ...layers.filter(({ type }) => type !== 'D').map(metaqnnWord)];
  const pairs = words.slice(1).map((word, i) => `${words[i]}>${word}`);
  const counts: { [name: string]: number } = {};
  for (const key of [...words.slice(1), ...pairs]) counts[`${name} ${key}`] = (counts[`${name} ${key}`] ?? 0) + 1;
  return counts;
}
