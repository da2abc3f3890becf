// The oracle network: the same layers as an Architecture, one batch forward, its loss, and all gradients by a tape of closures.
import { type Architecture, BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, type ImageShape, type Layer, placedLayers } from '../../../src/core/index.js';
import { keptOracle } from '../../ops/oracle/dropout.js';
import { type Arithmetic, field, type Field } from './arithmetic.js';
import { conv, convGradients, globalPool, globalPoolGradient, pool, poolGradient, relu, reluGradient, sum } from './layers.js';
import { softmaxLoss } from './loss.js';
import { batchNorm, batchNormGradients, batchNormKept, lrn, lrnGradient, runningStatistics } from './normalisation.js';

/** By a parameter's name, `layers.0.weight`. */
export type Fields = ReadonlyMap<string, Field>;

/** What dropout draws with. */
export interface Draws {
  readonly seed: number;
  readonly step: number;
}

export interface Look {
  /** Mean over the batch. */
  readonly loss: number;
  readonly lossBound: number;
  readonly correct: number;
  readonly logits: Field;
}

export interface Pass extends Look {
  readonly gradients: Fields;
  /** Running means and variances after the batch. */
  readonly statistics: Fields;
}

/** dL/d output to dL/d input. */
type Back = (dy: Field) => Field;

interface Ran {
  readonly y: Field;
  readonly back: Back;
}

interface Run {
  readonly arithmetic: Arithmetic;
  readonly shapes: ReadonlyMap<string, ImageShape>;
  readonly dropouts: readonly string[];
  readonly weights: Fields;
  /** Null for an evaluation. */
  readonly draws: Draws | null;
  readonly gradients: Map<string, Field>;
  readonly statistics: Map<string, Field>;
}

const IDENTITY = { stride: [1, 1], padding: [0, 0] } as const;

/** One batch of training. `images` N x C x H x W; weights as in nn (dense: units x inputs), statistics among them. */
export function pass(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, images: Field, labels: readonly number[], draws: Draws = { seed: 0, step: 1 }): Pass {
  const run = runOf(arithmetic, architecture, weights, draws);
  const { y: logits, back } = chain(run, 'layers', architecture.layers, images);
  const { gradient, ...loss } = softmaxLoss(arithmetic, logits, labels);
  back(gradient);
  return { ...loss, logits, gradients: run.gradients, statistics: run.statistics };
}

/** The loss of `pass` alone. */
export function trainingLoss(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, images: Field, labels: readonly number[], draws: Draws): number {
  return softmaxLoss(arithmetic, chain(runOf(arithmetic, architecture, weights, draws), 'layers', architecture.layers, images).y, labels).loss;
}

/** An evaluation: nothing is dropped, statistics are those that were kept. */
export function look(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, images: Field, labels: readonly number[]): Look {
  const { y: logits } = chain(runOf(arithmetic, architecture, weights, null), 'layers', architecture.layers, images);
  const { loss, lossBound, correct } = softmaxLoss(arithmetic, logits, labels);
  return { loss, lossBound, correct, logits };
}

function runOf(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, draws: Draws | null): Run {
  const placed = placedLayers(architecture);
  const shapes = new Map(placed.map(({ path, output }) => [path, output]));
  const dropouts = placed.filter(({ layer }) => layer.type === 'dropout').map(({ path }) => path);
  return { arithmetic, shapes, dropouts, weights, draws, gradients: new Map(), statistics: new Map() };
}

function chain(run: Run, path: string, layers: readonly Layer[], x: Field): Ran {
  const backs: Back[] = [];
  let y = x;
  layers.forEach((layer, i) => {
    const ran = withActivation(layer, runLayer(run, `${path}.${i}`, layer, y));
    y = ran.y;
    backs.push(ran.back);
  });
  return { y, back: (dy) => backs.reduceRight((gradient, back) => back(gradient), dy) };
}

/** A ReLU after the layer's own result, where the layer has one. */
function withActivation(layer: Layer, { y, back }: Ran): Ran {
  if (!('activation' in layer) || layer.activation !== 'relu') return { y, back: (dy) => back({ ...dy, shape: y.shape }) };
  return { y: relu(y), back: (dy) => back(reluGradient(y, { ...dy, shape: y.shape })) };
}

function runLayer(run: Run, path: string, layer: Layer, x: Field): Ran {
  const { arithmetic } = run;
  switch (layer.type) {
    case 'conv':
    case 'dense':
      return linear(run, path, layer, x);
    case 'pool':
      return { y: pool(arithmetic, x, layer, shapeOf(run, path, x)), back: (dy) => poolGradient(arithmetic, x, dy, layer) };
    case 'global-pool':
      return { y: globalPool(arithmetic, x), back: (dy) => globalPoolGradient(arithmetic, x, dy) };
    case 'batch-norm':
      return normalised(run, path, layer, x);
    case 'lrn': {
      const result = lrn(arithmetic, x, layer);
      return { y: result.y, back: (dy) => lrnGradient(arithmetic, x, result, dy, layer) };
    }
    case 'dropout':
      return dropped(run, path, layer.rate, x);
    case 'activation':
      return { y: x, back: (dy) => dy };
    case 'cell':
      return summed(run, path, layer, x);
    case 'residual': {
      const [body, shortcut] = [chain(run, `${path}.body`, layer.body, x), chain(run, `${path}.shortcut`, layer.shortcut, x)];
      return { y: sum(arithmetic, body.y, { ...shortcut.y, shape: body.y.shape }), back: (dy) => sum(arithmetic, reshaped(body.back(dy), x), reshaped(shortcut.back(dy), x)) };
    }
  }
}

/** Node by node; backward, each node's gradient is whole before its edges are walked. */
function summed(run: Run, path: string, { nodes }: Extract<Layer, { type: 'cell' }>, x: Field): Ran {
  const add = (a: Field | undefined, b: Field): Field => (a === undefined ? b : sum(run.arithmetic, a, reshaped(b, a)));
  const values = [x];
  const edges = nodes.map((list, n) => {
    const ran = list.map(({ from, layers }, e) => ({ from, ...chain(run, `${path}.nodes.${n}.${e}`, layers, values[from] as Field) }));
    values.push(ran.reduce<Field | undefined>((total, { y }) => add(total, y), undefined) as Field);
    return ran;
  });
  const back = (dy: Field): Field => {
    const gradients: (Field | undefined)[] = [...nodes.map(() => undefined), dy];
    for (let n = nodes.length; n > 0; n--) {
      for (const edge of edges[n - 1] ?? []) gradients[edge.from] = add(gradients[edge.from], reshaped(edge.back(reshaped(gradients[n] as Field, values[n] as Field)), values[edge.from] as Field));
    }
    return gradients[0] as Field;
  };
  return { y: values.at(-1) as Field, back };
}

function linear({ arithmetic, shapes, weights, gradients }: Run, path: string, layer: Extract<Layer, { type: 'conv' | 'dense' }>, x: Field): Ran {
  const dense = layer.type === 'dense';
  const [w, b] = [get(weights, `${path}.weight`), weights.get(`${path}.bias`) ?? null];
  const [input, filters] = dense ? [flat(x), asFilters(w)] : [x, w];
  const window = dense ? IDENTITY : layer;
  const { channels, height, width } = shapes.get(path) as ImageShape;
  const y = conv(arithmetic, input, filters, b, window, [x.shape[0] as number, channels, height, width]);
  return {
    y,
    back(dy) {
      const { dx, dw, db } = convGradients(arithmetic, input, filters, dy, window);
      gradients.set(`${path}.weight`, { ...dw, shape: w.shape });
      if (b) gradients.set(`${path}.bias`, db);
      return reshaped(dx, x);
    },
  };
}

function normalised({ arithmetic, weights, draws, gradients, statistics }: Run, path: string, layer: Extract<Layer, { type: 'batch-norm' }>, from: Field): Ran {
  const { momentum = BATCH_NORM_MOMENTUM, epsilon = BATCH_NORM_EPSILON } = layer;
  const x = from.shape.length === 4 ? from : { ...from, shape: [...from.shape, 1, 1] };
  const [gamma, beta] = [get(weights, `${path}.weight`), get(weights, `${path}.bias`)];
  const kept = [get(weights, `${path}.running_mean`), get(weights, `${path}.running_var`)] as const;
  if (draws === null) return { y: batchNormKept(arithmetic, x, [gamma, beta, ...kept], epsilon), back: (dy) => dy };
  const result = batchNorm(arithmetic, x, gamma, beta, epsilon);
  const [mean, variance] = runningStatistics(arithmetic, kept, result, x.v.length / gamma.v.length, momentum);
  statistics.set(`${path}.running_mean`, mean).set(`${path}.running_var`, variance);
  return {
    y: result.y,
    back(dy) {
      const { dx, dgamma, dbeta } = batchNormGradients(arithmetic, result, gamma, dy);
      gradients.set(`${path}.weight`, dgamma).set(`${path}.bias`, dbeta);
      return reshaped(dx, from);
    },
  };
}

function dropped({ arithmetic, draws, dropouts }: Run, path: string, rate: number, x: Field): Ran {
  if (draws === null) return { y: x, back: (dy) => dy };
  const kept = keptOracle(x.v.length, { rate, seed: draws.seed, stream: dropouts.indexOf(path) }, draws.step);
  const masked = (from: Field): Field => {
    const result = field(from.shape);
    // One rounding of the factor and one of the product.
    from.v.forEach((v, i) => {
      if (!kept[i]) return;
      [result.v[i], result.e[i]] = [arithmetic.round(v / (1 - rate)), ((from.e[i] as number) + 2 * 2 ** -24 * Math.abs(v)) / (1 - rate)];
    });
    return result;
  };
  return { y: masked(x), back: masked };
}

function shapeOf({ shapes }: Run, path: string, x: Field): number[] {
  const { channels, height, width } = shapes.get(path) as ImageShape;
  return [x.shape[0] as number, channels, height, width];
}

function get(fields: Fields, name: string): Field {
  const found = fields.get(name);
  if (!found) throw new Error(`no parameter ${name}`);
  return found;
}

function reshaped(x: Field, like: Field): Field {
  return { ...x, shape: like.shape };
}

function flat(x: Field): Field {
  const [n = 1] = x.shape;
  return { ...x, shape: [n, x.v.length / n, 1, 1] };
}

/** A dense layer is a 1x1 convolution over one pixel: units x inputs are filters K x C x 1 x 1. */
function asFilters(w: Field): Field {
  return { ...w, shape: [...w.shape, 1, 1] };
}
