// What an architecture costs and what identifies it: weights, depth, flops, hash.
import { hashOf } from '../hash.js';
import type { Architecture, CellLayer, Layer } from './layers.js';
import { elementsOf, outputShape, type PlacedLayer, placedLayers, placeInside } from './shapes.js';

type Placed = Omit<PlacedLayer, 'path'>;

export interface Counts {
  /** Trained parameters of all layers: weights, biases, batch norm's scales and shifts (its running statistics are none). */
  readonly weights: number;
  /** Multiply-adds x 2 of one image's forward pass in convolutions and dense layers; what is elementwise or pools is left out. */
  readonly flops: number;
}

/** Both by one walk, which keeps nothing of a layer: searches count very many. Throws a ShapeError where one does not fit. */
export function countsOf(architecture: Architecture): Counts {
  let [weights, flops] = [0, 0];
  const add = (placed: Placed): void => {
    const linear = linearWeights(placed);
    weights += linear + biases(placed) + (placed.layer.type === 'batch-norm' ? 2 * placed.input.channels : 0);
    flops += 2 * linear * placed.output.height * placed.output.width;
  };
  let { input } = architecture;
  architecture.layers.forEach((layer, i) => {
    const path = `layers.${i}`;
    const output = outputShape(path, layer, input);
    placeInside(path, layer, input).forEach(add);
    add({ layer, input, output });
    input = output;
  });
  return { weights, flops };
}

/** See `Counts`. */
export function weightCount(architecture: Architecture): number {
  return countsOf(architecture).weights;
}

/** Weights of convolutions and dense layers alone. */
export function weightCountWithoutBiases(architecture: Architecture): number {
  return placedLayers(architecture).reduce((total, placed) => total + linearWeights(placed), 0);
}

/** Convolutions and dense layers on the longest way from the image to the logits: 20 for ResNet-20. */
export function depthOf({ layers }: Pick<Architecture, 'layers'>): number {
  return layers.reduce((depth, layer) => depth + layerDepth(layer), 0);
}

/** See `Counts`. */
export function forwardFlops(architecture: Architecture): number {
  return countsOf(architecture).flops;
}

export function architectureHash(architecture: Architecture): string {
  return hashOf(architecture);
}

function linearWeights({ layer, input }: Placed): number {
  if (layer.type === 'conv') return (layer.filters * input.channels * layer.kernel[0] * layer.kernel[1]) / (layer.groups ?? 1);
  return layer.type === 'dense' ? layer.units * elementsOf(input) : 0;
}

function biases({ layer, output }: Placed): number {
  return (layer.type === 'conv' || layer.type === 'dense') && layer.bias !== false ? output.channels : 0;
}

function layerDepth(layer: Layer): number {
  if (layer.type === 'residual') return Math.max(depthOf({ layers: layer.body }), depthOf({ layers: layer.shortcut }));
  if (layer.type === 'cell') return cellDepth(layer);
  return layer.type === 'conv' || layer.type === 'dense' ? 1 : 0;
}

function cellDepth({ nodes }: CellLayer): number {
  const depths = [0];
  for (const edges of nodes) depths.push(Math.max(...edges.map(({ from, layers }) => (depths[from] ?? 0) + depthOf({ layers }))));
  return depths.at(-1) ?? 0;
}
