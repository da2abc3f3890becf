// MetaQNN's search space: which layer may follow in which state. The state is what came before and the bucket of the
// representation's size, whose pooled extents round down here although Caffe, which trained the networks, rounds up.
// Source: Baker et al. 2017, table 1 and section 4; the released code enumerates no pool at all, the paper's table does.
import type { MetaqnnLayer } from './metaqnn-grammar.js';

export const METAQNN_FILTERS = [64, 128, 256, 512] as const;
export const METAQNN_UNITS = [512, 256, 128] as const;

const CONV_SIZES: Readonly<Record<Bucket, readonly number[]>> = { 8: [1, 3, 5], 4: [1, 3], 1: [] };
const POOLS: readonly (readonly [size: number, stride: number])[] = [[5, 3], [3, 2], [2, 2]];
const MOST_DENSE_IN_A_ROW = 2;

/** Of a representation's size, by its lower end: 8 and above, 4 to 7, 1 to 3. */
export type Bucket = 8 | 4 | 1;

export interface MetaqnnSpace {
  readonly classes: number;
  /** Height and width of the images. */
  readonly size: number;
  /** Most layers before the softmax: 18 for CIFAR-10, 12 for SVHN. */
  readonly depth: number;
}

/** Every layer of the table but the end. */
export function metaqnnTable(classes: number): MetaqnnLayer[] {
  return [...convActions(8), ...POOLS.map(poolOf), ...METAQNN_UNITS.map((units): MetaqnnLayer => ({ type: 'FC', units })), { type: 'GAP', classes }];
}

export function bucketOf(size: number): Bucket {
  return size >= 8 ? 8 : size >= 4 ? 4 : 1;
}

/** Extents of the representation after these layers. */
export function representationSize(layers: readonly MetaqnnLayer[], size: number): number {
  return layers.reduce(sizeAfter, size);
}

/** What may follow these layers (dropout aside), termination included: an empty list after it. Lists and layers are shared, since few differ. */
export function metaqnnActions(before: readonly MetaqnnLayer[], space: MetaqnnSpace): readonly MetaqnnLayer[] {
  return actionsAt(before.reduce(after, beginning(space)), space);
}

/** What is wrong with the sequence, or null: it begins a layer at a time with what is allowed and ends with the softmax. */
export function metaqnnFault(layers: readonly MetaqnnLayer[], space: MetaqnnSpace): string | null {
  let state = beginning(space);
  for (const layer of layers) {
    if (layer.type === 'D') continue;
    if (!actionsAt(state, space).some((action) => sameLayer(action, layer))) return `layer ${state.count}: ${layer.type}(${Object.values(layer).slice(1).join(',')}) is not allowed after ${state.last?.type ?? 'the image'}`;
    state = after(state, layer);
  }
  return state.last?.type === 'SM' ? null : 'expected the softmax SM at the end';
}

/**
 * The same layers with dropout after every two convolutions or pools and after each dense layer, D(i, n), rate i / (2 n).
 * n as in all 2,983 released strings: pairs + dense layers, rounded up without a dense layer and one more with one, where no
 * global pool ends the network.
 */
export function withDropout(layers: readonly MetaqnnLayer[]): MetaqnnLayer[] {
  const states = layers.filter(({ type }) => type !== 'D');
  const of = dropoutCount(states);
  const all: MetaqnnLayer[] = [];
  let [index, images] = [0, 0];
  for (const layer of states) {
    all.push(layer);
    const seesImage = layer.type === 'C' || layer.type === 'P';
    if (seesImage) images++;
    if (layer.type === 'FC' || (seesImage && images % 2 === 0)) all.push(dropout(++index, of));
  }
  return all;
}

const dropouts = new Map<string, MetaqnnLayer>();

/** The same object for the same numbers. */
function dropout(index: number, of: number): MetaqnnLayer {
  const key = `${index}/${of}`;
  const known = dropouts.get(key) ?? { type: 'D', index, of };
  dropouts.set(key, known);
  return known;
}

function dropoutCount(states: readonly MetaqnnLayer[]): number {
  let [dense, images, ends] = [0, 0, false];
  for (const { type } of states) {
    if (type === 'FC') dense++;
    if (type === 'C' || type === 'P') images++;
    if (type === 'GAP') ends = true;
  }
  const pairs = Math.floor(images / 2);
  if (ends) return pairs + dense;
  return dense > 0 ? pairs + dense + 1 : Math.ceil(images / 2);
}

/** All that decides what may follow. */
interface State {
  /** Null before the first layer. */
  readonly last: MetaqnnLayer | null;
  readonly count: number;
  readonly size: number;
  /** Dense layers since the last other one. */
  readonly row: number;
}

function beginning({ size }: MetaqnnSpace): State {
  return { last: null, count: 0, size, row: 0 };
}

function after(state: State, layer: MetaqnnLayer): State {
  if (layer.type === 'D') return state;
  return { last: layer, count: state.count + 1, size: sizeAfter(state.size, layer), row: layer.type === 'FC' ? state.row + 1 : 0 };
}

function sizeAfter(size: number, layer: MetaqnnLayer): number {
  return layer.type === 'P' ? Math.floor((size - layer.size) / layer.stride) + 1 : size;
}

const NONE: readonly MetaqnnLayer[] = [];
const lists = new Map<string, readonly MetaqnnLayer[]>();

function actionsAt(state: State, space: MetaqnnSpace): readonly MetaqnnLayer[] {
  const { last, count, size, row } = state;
  if (last?.type === 'SM') return NONE;
  const bucket = bucketOf(size);
  const room = count < space.depth;
  const key = `${last?.type ?? ''} ${last?.type === 'FC' ? last.units : ''} ${bucket} ${room ? row : 'full'} ${space.classes}`;
  const known = lists.get(key) ?? listOf(last, bucket, room, row, space.classes);
  lists.set(key, known);
  return known;
}

function listOf(last: MetaqnnLayer | null, bucket: Bucket, room: boolean, row: number, classes: number): MetaqnnLayer[] {
  const end: MetaqnnLayer = { type: 'SM', classes };
  if (last?.type === 'GAP') return [end];
  const dense = room ? denseActions(last, bucket, row) : [];
  // Behind a dense layer the image is gone.
  if (last?.type === 'FC') return [...dense, end];
  const gap: MetaqnnLayer[] = last === null ? [] : [{ type: 'GAP', classes }];
  return [...(room ? imageActions(last, bucket) : []), ...dense, ...gap, end];
}

function imageActions(last: MetaqnnLayer | null, bucket: Bucket): MetaqnnLayer[] {
  const convs = convActions(bucket);
  if (last === null || last.type === 'P') return convs;
  const fitting = POOLS.filter(([size]) => (bucket === 8 ? true : bucket === 4 && size < 5));
  return [...convs, ...fitting.map(poolOf)];
}

function convActions(bucket: Bucket): MetaqnnLayer[] {
  return CONV_SIZES[bucket].flatMap((size) => METAQNN_FILTERS.map((filters): MetaqnnLayer => ({ type: 'C', filters, size, stride: 1 })));
}

function poolOf([size, stride]: readonly [size: number, stride: number]): MetaqnnLayer {
  return { type: 'P', size, stride };
}

function denseActions(last: MetaqnnLayer | null, bucket: Bucket, row: number): MetaqnnLayer[] {
  if (row >= MOST_DENSE_IN_A_ROW || (last?.type !== 'FC' && bucket === 8)) return [];
  const most = last?.type === 'FC' ? last.units : Infinity;
  return METAQNN_UNITS.filter((units) => units <= most).map((units) => ({ type: 'FC', units }));
}

function sameLayer(a: MetaqnnLayer, b: MetaqnnLayer): boolean {
  switch (a.type) {
    case 'C':
      return b.type === 'C' && a.filters === b.filters && a.size === b.size && a.stride === b.stride;
    case 'P':
      return b.type === 'P' && a.size === b.size && a.stride === b.stride;
    case 'FC':
      return b.type === 'FC' && a.units === b.units;
    case 'D':
      return b.type === 'D' && a.index === b.index && a.of === b.of;
    case 'GAP':
    case 'SM':
      return b.type === a.type && a.classes === b.classes;
  }
}
