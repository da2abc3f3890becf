// An architecture becomes stages over values of one batch size: shapes, parameters, and which layer does whose ReLU. Pure: it
// takes no memory and no device, so a bad architecture fails here.
import { type Architecture, type CellLayer, cellShapes, chainShapes, type ImageShape, type Layer, placedLayers, type ResidualLayer, ShapeError } from '../core/index.js';
import { poolShape } from '../ops/index.js';
import { parameterLayout } from './architecture-parameters.js';
import { activationStage } from './layers/activation.js';
import { type BatchNormParameters, batchNormStage } from './layers/batch-norm.js';
import { cellNode, type CellNode, cellStage, type Edge } from './layers/cell.js';
import { convStage } from './layers/conv.js';
import { denseStage } from './layers/dense.js';
import { dropoutStage } from './layers/dropout.js';
import type { Epilogue } from './layers/epilogue.js';
import { globalPoolStage } from './layers/global-pool.js';
import { lrnStage } from './layers/lrn.js';
import { poolStage } from './layers/pool.js';
import { type Branches, residualStage } from './layers/residual.js';
import { findParameter, parameterNamed, type ParameterValues, parameterValues, statisticNamed } from './parameter-values.js';
import type { LayerParameters, Stage } from './step.js';
import { type Value, value } from './value.js';

export interface Graph extends ParameterValues {
  readonly batch: number;
  /** N x C x H x W. */
  readonly images: Value;
  /** N class numbers, u32. */
  readonly labels: Value;
  readonly stages: readonly Stage[];
  /** N x classes; the last stage's output. */
  readonly logits: Value;
}

/** What building a layer needs to know of the whole. */
interface Whole {
  readonly batch: number;
  readonly parameters: ParameterValues;
  /** Paths of the dropout layers: the place in this list is a layer's stream. */
  readonly dropouts: readonly string[];
}

/** A layer among its neighbours, and where it stands. */
interface Place {
  readonly layers: readonly Layer[];
  readonly at: number;
  /** `layers.3` */
  readonly path: string;
  readonly input: Value;
  /** Of the input, and of what the layer makes of it. */
  readonly from: ImageShape;
  readonly shape: ImageShape;
}

/** @throws ShapeError where a layer does not fit or the last one gives no logits */
export function graphOf(architecture: Architecture, batch: number): Graph {
  requireLogits(architecture.layers);
  const placed = placedLayers(architecture);
  placed.forEach(({ layer, input }) => requirePool(layer, input));
  const parameters = parameterValues(parameterLayout(architecture));
  const dropouts = placed.filter(({ layer }) => layer.type === 'dropout').map(({ path }) => path);
  const images = value('images', imageShape(batch, architecture.input));
  const stages = chainOf({ batch, parameters, dropouts }, 'layers', architecture.layers, images, architecture.input);
  const logits = stages.at(-1)?.output ?? images;
  return { batch, ...parameters, images, labels: value('labels', [batch], 'u32'), stages, logits };
}

function chainOf(whole: Whole, path: string, layers: readonly Layer[], from: Value, shape: ImageShape): Stage[] {
  const shapes = chainShapes(path, layers, shape);
  const stages: Stage[] = [];
  layers.forEach((_, at) => {
    const input = stages.at(-1)?.output ?? from;
    stages.push(stageOf(whole, { layers, at, path: `${path}.${at}`, input, from: shapes[at] ?? shape, shape: shapes[at + 1] ?? shape }));
  });
  return stages;
}

function stageOf(whole: Whole, place: Place): Stage {
  const { layers, at, path, input, shape } = place;
  const layer = layers[at] as Layer;
  const output = value(path, layer.type === 'dense' ? [whole.batch, layer.units] : imageShape(whole.batch, shape));
  switch (layer.type) {
    case 'conv':
      return convStage(layer, input, output, parametersOf(whole, path), epilogueOf(layers, at));
    case 'dense':
      return denseStage(input, output, parametersOf(whole, path), epilogueOf(layers, at));
    case 'pool':
      return poolStage(layer, input, output, fusedBelow(whole, place));
    case 'activation':
      return activationStage(input, { ...output, shape: input.shape });
    case 'dropout':
      return dropoutStage(layer, input, dropsInPlace(layers, at) ? input : { ...output, shape: input.shape }, whole.dropouts.indexOf(path));
    case 'batch-norm':
      return batchNormStage(layer, input, { ...output, shape: input.shape }, normParametersOf(whole, path));
    case 'lrn':
      return lrnStage(layer, input, output);
    case 'global-pool':
      return globalPoolStage(input, output);
    case 'cell':
      return cellStage(path, nodesOf(whole, layer, place), input);
    case 'residual':
      return residualStage(branchesOf(whole, layer, place), input, output, layer.activation === 'relu');
  }
}

function nodesOf(whole: Whole, layer: CellLayer, { path, input, from }: Place): CellNode[] {
  const shapes = cellShapes(path, layer, from);
  const nodes: CellNode[] = [];
  const valueOf = (node: number): Value => (node === 0 ? input : (nodes[node - 1] as CellNode).value);
  for (const [n, edges] of layer.nodes.entries()) {
    const built = edges.map(({ from: node, layers }, e): Edge => {
      const stages = chainOf(whole, `${path}.nodes.${n}.${e}`, layers, valueOf(node), shapes[node] as ImageShape);
      return { from: node, stages, end: stages.at(-1)?.output ?? valueOf(node) };
    });
    nodes.push(cellNode(built as [Edge, ...Edge[]], `${path}.nodes.${n}`));
  }
  return nodes;
}

function branchesOf(whole: Whole, { body, shortcut }: ResidualLayer, { path, input, from }: Place): Branches {
  return { body: chainOf(whole, `${path}.body`, body, input, from), shortcut: chainOf(whole, `${path}.shortcut`, shortcut, input, from) };
}

function epilogueOf(layers: readonly Layer[], at: number): Epilogue {
  const layer = layers[at];
  const above = layers[at + 1];
  if ((layer?.type !== 'conv' && layer?.type !== 'dense') || layer.activation === 'none') return 'none';
  return layer.type === 'conv' && above?.type === 'pool' && above.kind === 'max' ? 'pooled' : 'relu';
}

/** Parameters of the convolution whose ReLU the pool at this place takes over, or null. */
function fusedBelow(whole: Whole, { layers, at, path }: Place): LayerParameters | null {
  if (at === 0 || epilogueOf(layers, at - 1) !== 'pooled') return null;
  return parametersOf(whole, path.replace(/\d+$/, String(at - 1)));
}

/** Layers whose backward pass is content with an output some of whose elements are zero or scaled: a ReLU's mask stays right. */
const CONTENT: readonly Layer['type'][] = ['conv', 'dense', 'pool', 'global-pool', 'batch-norm', 'activation', 'dropout', 'residual'];

function dropsInPlace(layers: readonly Layer[], at: number): boolean {
  const below = layers[at - 1];
  return below !== undefined && CONTENT.includes(below.type);
}

function imageShape(batch: number, { channels, height, width }: ImageShape): number[] {
  return [batch, channels, height, width];
}

function parametersOf({ parameters }: Whole, path: string): LayerParameters {
  const weight = parameterNamed(parameters, `${path}.weight`);
  const bias = findParameter(parameters, `${path}.bias`);
  return { weight: weight.value, weightGradient: weight.gradient, bias: bias?.value ?? null, biasGradient: bias?.gradient ?? null };
}

function normParametersOf({ parameters }: Whole, path: string): BatchNormParameters {
  return {
    scale: parameterNamed(parameters, `${path}.weight`),
    shift: parameterNamed(parameters, `${path}.bias`),
    mean: statisticNamed(parameters, `${path}.running_mean`),
    variance: statisticNamed(parameters, `${path}.running_var`),
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
