// An architecture becomes a chain of stages over values of one batch size: shapes, parameters, and which layer does whose
// ReLU. Pure: it takes no memory and no device, so a bad architecture fails here.
import { type Architecture, type ConvLayer, type DenseLayer, type ImageShape, type Layer, ShapeError, shapesOf } from '../core/index.js';
import { poolShape } from '../ops/index.js';
import { convStage } from './layers/conv.js';
import { denseStage } from './layers/dense.js';
import type { Epilogue } from './layers/epilogue.js';
import { poolStage } from './layers/pool.js';
import { type ParameterLayout, parameterLayout } from './parameters.js';
import type { LayerParameters, Stage } from './step.js';
import { type Value, value } from './value.js';

export interface Graph {
  readonly batch: number;
  readonly layout: ParameterLayout;
  /** N x C x H x W. */
  readonly images: Value;
  /** N class numbers, u32. */
  readonly labels: Value;
  readonly stages: readonly Stage[];
  /** N x classes; the last stage's output. */
  readonly logits: Value;
  /** A value a slice of the layout, in its order: weights, and their gradients. */
  readonly weights: readonly Value[];
  readonly gradients: readonly Value[];
}

/** @throws ShapeError where a layer does not fit or the last one gives no logits */
export function graphOf(architecture: Architecture, batch: number): Graph {
  const { layers } = architecture;
  const shapes = shapesOf(architecture);
  requireLogits(layers);
  layers.forEach((layer, i) => requirePool(layer, shapes[i] ?? architecture.input));
  const layout = parameterLayout(architecture);
  const weights = layout.slices.map(({ name, shape }) => value(name, shape));
  const gradients = layout.slices.map(({ name, shape }) => value(`${name} gradient`, shape));
  const images = value('images', imageShape(batch, architecture.input));
  const stages: Stage[] = [];
  layers.forEach((layer, i) => {
    const output = outputValue(layer, i, batch, shapes[i + 1] ?? architecture.input);
    stages.push(stageOf(layers, i, stages.at(-1)?.output ?? images, output, (at) => parametersOf(layout, weights, gradients, at)));
  });
  const logits = stages.at(-1)?.output ?? images;
  return { batch, layout, images, labels: value('labels', [batch], 'u32'), stages, logits, weights, gradients };
}

function stageOf(layers: readonly Layer[], at: number, input: Value, output: Value, parameters: (layer: number) => LayerParameters): Stage {
  const layer = layers[at] as Layer;
  switch (layer.type) {
    case 'conv':
      return convStage(layer, input, output, parameters(at), epilogueOf(layers, at));
    case 'dense':
      return denseStage(input, output, parameters(at), epilogueOf(layers, at));
    case 'pool':
      return poolStage(layer, input, output, at > 0 && epilogueOf(layers, at - 1) === 'pooled' ? parameters(at - 1) : null);
  }
}

function epilogueOf(layers: readonly Layer[], at: number): Epilogue {
  const layer = layers[at] as Layer;
  const above = layers[at + 1];
  if (layer.type === 'pool' || !isRelu(layer)) return 'none';
  return layer.type === 'conv' && above?.type === 'pool' && above.kind === 'max' ? 'pooled' : 'relu';
}

function isRelu(layer: ConvLayer | DenseLayer): boolean {
  return layer.activation === 'relu';
}

function outputValue(layer: Layer, at: number, batch: number, shape: ImageShape): Value {
  return value(`layers.${at}`, layer.type === 'dense' ? [batch, layer.units] : imageShape(batch, shape));
}

function imageShape(batch: number, { channels, height, width }: ImageShape): number[] {
  return [batch, channels, height, width];
}

function parametersOf(layout: ParameterLayout, weights: readonly Value[], gradients: readonly Value[], layer: number): LayerParameters {
  const find = (values: readonly Value[], role: string): Value => {
    const found = values[layout.slices.findIndex((slice) => slice.layer === layer && slice.role === role)];
    if (found) return found;
    throw new ShapeError(`layer ${layer}: expected a ${role}, got a layer without parameters`);
  };
  return {
    weight: find(weights, 'weight'),
    bias: find(weights, 'bias'),
    weightGradient: find(gradients, 'weight'),
    biasGradient: find(gradients, 'bias'),
  };
}

function requireLogits(layers: readonly Layer[]): void {
  const last = layers.at(-1);
  if (last?.type === 'dense' && last.activation === 'none') return;
  const got = last === undefined ? 'no layer' : last.type === 'dense' ? 'one with ReLU' : `a ${last.type} layer`;
  throw new ShapeError(`architecture: expected a dense layer without activation at the end (its outputs are the logits), got ${got}; add one with a unit a class`);
}

/** What the pooling kernels demand beyond core's shape rule (padding below the window). */
function requirePool(layer: Layer, { channels, height, width }: ImageShape): void {
  if (layer.type === 'pool') poolShape([1, channels, height, width], layer);
}
