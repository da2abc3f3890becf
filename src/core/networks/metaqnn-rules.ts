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
  return layers.reduce((now, layer) => (layer.type === 'P' ? Math.floor((now - layer.size) / layer.stride) + 1 : now), size);
}

/** What may follow these layers (dropout aside), termination included: an empty list after it. */
export function metaqnnActions(before: readonly MetaqnnLayer[], { classes, size, depth }: MetaqnnSpace): MetaqnnLayer[] {
  const layers = before.filter(({ type }) => type !== 'D');
  const last = layers.at(-1);
  if (last?.type === 'SM') return [];
  const end: MetaqnnLayer = { type: 'SM', classes };
  if (last?.type === 'GAP') return [end];
  const bucket = bucketOf(representationSize(layers, size));
  const room = layers.length < depth;
  const dense = room ? denseActions(layers, bucket) : [];
  // Behind a dense layer the image is gone.
  if (last?.type === 'FC') return [...dense, end];
  const gap: MetaqnnLayer[] = last === undefined ? [] : [{ type: 'GAP', classes }];
  return [...(room ? imageActions(last, bucket) : []), ...dense, ...gap, end];
}

/** What is wrong with the sequence, or null: it begins a layer at a time with what is allowed and ends with the softmax. */
export function metaqnnFault(layers: readonly MetaqnnLayer[], space: MetaqnnSpace): string | null {
  const states = layers.filter(({ type }) => type !== 'D');
  for (const [i, layer] of states.entries()) {
    const allowed = metaqnnActions(states.slice(0, i), space);
    if (!allowed.some((action) => sameLayer(action, layer))) return `layer ${i}: ${layer.type}(${Object.values(layer).slice(1).join(',')}) is not allowed after ${states[i - 1]?.type ?? 'the image'}`;
  }
  return states.at(-1)?.type === 'SM' ? null : 'expected the softmax SM at the end';
}

/**
 * The same layers with dropout after every two convolutions or pools and after each dense layer, D(i, n), rate i / (2 n).
 * n as in all 2,983 released strings: pairs + dense layers, rounded up without a dense layer and one more with one, where no
 * global pool ends the network.
 */
export function withDropout(layers: readonly MetaqnnLayer[]): MetaqnnLayer[] {
  const states = layers.filter(({ type }) => type !== 'D');
  const of = dropoutCount(states);
  let [index, images] = [0, 0];
  return states.flatMap((layer): MetaqnnLayer[] => {
    if (layer.type === 'C' || layer.type === 'P') images++;
    const drops = layer.type === 'FC' || ((layer.type === 'C' || layer.type === 'P') && images % 2 === 0);
    return drops ? [layer, { type: 'D', index: ++index, of }] : [layer];
  });
}

function dropoutCount(states: readonly MetaqnnLayer[]): number {
  const dense = states.filter(({ type }) => type === 'FC').length;
  const images = states.filter(({ type }) => type === 'C' || type === 'P').length;
  const pairs = Math.floor(images / 2);
  if (states.some(({ type }) => type === 'GAP')) return pairs + dense;
  return dense > 0 ? pairs + dense + 1 : Math.ceil(images / 2);
}

function imageActions(last: MetaqnnLayer | undefined, bucket: Bucket): MetaqnnLayer[] {
  const convs = convActions(bucket);
  if (last === undefined || last.type === 'P') return convs;
  const fitting = POOLS.filter(([size]) => (bucket === 8 ? true : bucket === 4 && size < 5));
  return [...convs, ...fitting.map(poolOf)];
}

function convActions(bucket: Bucket): MetaqnnLayer[] {
  return CONV_SIZES[bucket].flatMap((size) => METAQNN_FILTERS.map((filters): MetaqnnLayer => ({ type: 'C', filters, size, stride: 1 })));
}

function poolOf([size, stride]: readonly [size: number, stride: number]): MetaqnnLayer {
  return { type: 'P', size, stride };
}

function denseActions(layers: readonly MetaqnnLayer[], bucket: Bucket): MetaqnnLayer[] {
  const last = layers.at(-1);
  const row = layers.slice(-MOST_DENSE_IN_A_ROW).filter(({ type }) => type === 'FC').length;
  if (row === MOST_DENSE_IN_A_ROW || (last?.type !== 'FC' && bucket === 8)) return [];
  const most = last?.type === 'FC' ? last.units : Infinity;
  return METAQNN_UNITS.filter((units) => units <= most).map((units) => ({ type: 'FC', units }));
}

function sameLayer(a: MetaqnnLayer, b: MetaqnnLayer): boolean {
  return a.type === b.type && Object.entries(a).every(([name, value]) => (b as Record<string, unknown>)[name] === value);
}
