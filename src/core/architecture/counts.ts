// What an architecture costs and what identifies it: weights, depth, flops, hash.
import { hashOf } from '../hash.js';
import type { Architecture, CellLayer, Layer } from './layers.js';
import { elementsOf, type PlacedLayer, placedLayers } from './shapes.js';

/** Trained parameters of all layers: weights, biases, batch norm's scales and shifts (its running statistics are none). */
export function weightCount(architecture: Architecture): number {
  return sum(architecture, (placed) => linearWeights(placed) + biases(placed) + (placed.layer.type === 'batch-norm' ? 2 * placed.input.channels : 0));
}

/** Weights of convolutions and dense layers alone. */
export function weightCountWithoutBiases(architecture: Architecture): number {
  return sum(architecture, linearWeights);
}

/** Convolutions and dense layers on the longest way from the image to the logits: 20 for ResNet-20. */
export function depthOf({ layers }: Pick<Architecture, 'layers'>): number {
  return layers.reduce((depth, layer) => depth + layerDepth(layer), 0);
}

/** Multiply-adds x 2 of one image's forward pass in convolutions and dense layers; what is elementwise or pools is left out. */
export function forwardFlops(architecture: Architecture): number {
  return sum(architecture, (placed) => 2 * linearWeights(placed) * placed.output.height * placed.output.width);
}

export function architectureHash(architecture: Architecture): string {
  return hashOf(architecture);
}

function sum(architecture: Architecture, of: (placed: PlacedLayer) => number): number {
  return placedLayers(architecture).reduce((total, placed) => total + of(placed), 0);
}

function linearWeights({ layer, input }: PlacedLayer): number {
  if (layer.type === 'conv') return (layer.filters * input.channels * layer.kernel[0] * layer.kernel[1]) / (layer.groups ?? 1);
  return layer.type === 'dense' ? layer.units * elementsOf(input) : 0;
}

function biases({ layer, output }: PlacedLayer): number {
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
