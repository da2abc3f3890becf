// Chains one change away: a layer's size, a pool more, less or of the other kind, a block or a dense layer more or less.
// Whether a variant is within the space's bounds is not asked here.
import type { Candidate, ConvLayer, DenseLayer, Layer, PoolLayer, Rng } from '../../core/index.js';
import { type OneChoice, others } from './neighbours.js';

export interface ChainChoices {
  readonly maxBlocks: number;
  readonly filters: readonly number[];
  readonly kernels: readonly number[];
  readonly maxDense: number;
  readonly units: readonly number[];
}

type Make = (layers: readonly Layer[]) => Candidate | null;

const POOL_KINDS = ['max', 'average'] as const;

export function chainVariants(layers: readonly Layer[], choices: ChainChoices, rng: Rng, make: Make): OneChoice[] {
  const { maxBlocks, filters, kernels, maxDense, units } = choices;
  const firstDense = layers.findIndex(({ type }) => type === 'dense');
  const convs = layers.flatMap(({ type }, at) => (type === 'conv' ? [at] : []));
  const hidden = layers.length - firstDense - 1;
  return [
    ...layers.slice(0, -1).flatMap((layer, at) => layerVariants(layer, choices, rng, (changed) => make(spliced(layers, at, 1, changed)))),
    more(convs.filter((at) => layers[at + 1]?.type !== 'pool').map((at) => at + 1), POOL_KINDS.map(halve), layers, rng, make),
    convs.length > 1 ? others(convs, -1, rng, (at) => make(spliced(layers, at, layers[at + 1]?.type === 'pool' ? 2 : 1, []))) : [],
    convs.length < maxBlocks ? more(placesTo(firstDense).filter((at) => layers[at]?.type !== 'pool'), filters.flatMap((count) => kernels.map((kernel) => conv(count, kernel))), layers, rng, make) : [],
    hidden < maxDense ? more(placesTo(hidden).map((i) => firstDense + i), units.map(dense), layers, rng, make) : [],
  ];
}

/** Each of these is one object for all networks: what is worked out of a layer is worked out once. */
const made = new Map<string, Layer>();

function once<L extends Layer>(name: string, make: () => L): L {
  const known = (made.get(name) as L | undefined) ?? make();
  made.set(name, known);
  return known;
}

export function conv(filters: number, kernel: number): ConvLayer {
  const same = (kernel - 1) / 2;
  return once(`conv ${filters} ${kernel}`, () => ({ type: 'conv', filters, kernel: [kernel, kernel], stride: [1, 1], padding: [same, same], activation: 'relu' }));
}

export function halve(kind: PoolLayer['kind']): PoolLayer {
  return once(`halve ${kind}`, () => ({ type: 'pool', kind, size: [2, 2], stride: [2, 2], padding: [0, 0] }));
}

export function dense(units: number): DenseLayer {
  return once(`dense ${units}`, () => ({ type: 'dense', units, activation: 'relu' }));
}

/** What may stand in a layer's place: its other sizes; none of it, but for a convolution (see blocks). */
function layerVariants(layer: Layer, { filters, kernels, units }: ChainChoices, rng: Rng, make: Make): OneChoice[] {
  if (layer.type === 'conv') {
    return [
      others(filters, layer.filters, rng, (value) => make([{ ...layer, filters: value }])),
      others(kernels, layer.kernel[0], rng, (value) => make([{ ...layer, kernel: [value, value], padding: conv(1, value).padding }])),
    ];
  }
  if (layer.type === 'pool') return [others([...POOL_KINDS, null], layer.kind, rng, (kind) => make(kind === null ? [] : [{ ...layer, kind }]))];
  if (layer.type === 'dense') return [others([...units, null], layer.units, rng, (value) => make(value === null ? [] : [{ ...layer, units: value }]))];
  return [];
}

/** One of these layers at one of these places. */
function* more(places: readonly number[], kinds: readonly Layer[], layers: readonly Layer[], rng: Rng, make: Make): OneChoice {
  const pairs = places.flatMap((at) => kinds.map((layer) => [at, layer] as const));
  for (const [at, layer] of rng.shuffle(pairs)) yield make(spliced(layers, at, 0, [layer]));
}

function placesTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, at) => at);
}

function spliced(layers: readonly Layer[], at: number, removed: number, added: readonly Layer[]): Layer[] {
  return [...layers.slice(0, at), ...added, ...layers.slice(at + removed)];
}
