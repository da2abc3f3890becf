// The oracle network: the same chain as an Architecture, one batch forward, its loss, all gradients, and the optimizer's step.
import { type Architecture, type ImageShape, type Layer, shapesOf } from '../../../src/core/index.js';
import type { TrainSettings } from '../../../src/nn/index.js';
import { type Arithmetic, field, type Field, UNIT } from './arithmetic.js';
import { conv, convGradients, pool, poolGradient, relu, reluGradient } from './layers.js';

/** By a parameter's name, `layers.0.weight`. */
export type Fields = ReadonlyMap<string, Field>;

export interface Pass {
  /** Mean over the batch. */
  readonly loss: number;
  readonly lossBound: number;
  readonly correct: number;
  readonly logits: Field;
  readonly gradients: Fields;
}

interface Taped {
  readonly layer: Layer;
  readonly name: string;
  readonly input: Field;
  readonly before: Field;
}

const IDENTITY = { kernel: [1, 1], stride: [1, 1], padding: [0, 0] } as const;

/** `images` N x C x H x W; weights as in nn (dense: units x inputs). */
export function pass(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, images: Field, labels: readonly number[]): Pass {
  const { tape, logits } = tapeOf(arithmetic, architecture, weights, images);
  const { gradient, ...loss } = softmaxLoss(arithmetic, logits, labels);
  return { ...loss, logits, gradients: backward(arithmetic, tape, weights, gradient) };
}

/** The same without gradients. */
export function look(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, images: Field, labels: readonly number[]): Omit<Pass, 'gradients'> {
  const { logits } = tapeOf(arithmetic, architecture, weights, images);
  const { loss, lossBound, correct } = softmaxLoss(arithmetic, logits, labels);
  return { loss, lossBound, correct, logits };
}

function tapeOf(arithmetic: Arithmetic, architecture: Architecture, weights: Fields, images: Field): { tape: Taped[]; logits: Field } {
  const shapes = shapesOf(architecture);
  const tape: Taped[] = [];
  let x = images;
  architecture.layers.forEach((layer, i) => {
    const input = layer.type === 'dense' ? flat(x) : x;
    const before = forward(arithmetic, layer, `layers.${i}`, weights, input, batchOf(images, shapes[i + 1] as ImageShape));
    tape.push({ layer, name: `layers.${i}`, input, before });
    x = layer.type !== 'pool' && layer.activation === 'relu' ? relu(before) : before;
  });
  return { tape, logits: x };
}

function forward(arithmetic: Arithmetic, layer: Layer, name: string, weights: Fields, x: Field, shape: readonly number[]): Field {
  if (layer.type === 'pool') return pool(arithmetic, x, layer, shape);
  const [w, b] = [get(weights, `${name}.weight`), get(weights, `${name}.bias`)];
  return conv(arithmetic, x, layer.type === 'dense' ? asFilters(w) : w, b, layer.type === 'dense' ? IDENTITY : layer, shape);
}

function backward(arithmetic: Arithmetic, tape: readonly Taped[], weights: Fields, top: Field): Fields {
  const gradients = new Map<string, Field>();
  let dy = top;
  for (const { layer, name, input, before } of [...tape].reverse()) {
    dy = { ...dy, shape: before.shape };
    if (layer.type === 'pool') {
      dy = poolGradient(arithmetic, input, dy, layer);
      continue;
    }
    const dz = layer.activation === 'relu' ? reluGradient(before, dy) : dy;
    const w = get(weights, `${name}.weight`);
    const dense = layer.type === 'dense';
    const { dx, dw, db } = convGradients(arithmetic, input, dense ? asFilters(w) : w, dz, dense ? IDENTITY : layer);
    gradients.set(`${name}.weight`, dense ? asMatrix(dw) : dw);
    gradients.set(`${name}.bias`, db);
    dy = dx;
  }
  return gradients;
}

/** Mean cross-entropy over the batch; gradient (p - onehot) / N. */
function softmaxLoss(arithmetic: Arithmetic, logits: Field, labels: readonly number[]): { loss: number; lossBound: number; correct: number; gradient: Field } {
  const classes = logits.shape[1] as number;
  const gradient = field(logits.shape);
  let [loss, lossBound, correct] = [0, 0, 0];
  labels.forEach((label, n) => {
    const row = logits.v.subarray(n * classes, (n + 1) * classes);
    const brought = Math.max(...logits.e.subarray(n * classes, (n + 1) * classes));
    const top = Math.max(...row);
    const powers = row.map((l) => arithmetic.round(Math.exp(l - top)));
    const total = arithmetic.round(powers.reduce((a, b) => a + b, 0));
    const sharp = relativeError(row, top, brought);
    loss += (Math.log(total) + top - (row[label] as number)) / labels.length;
    lossBound += (2 * brought + sharp + 8 * UNIT * (Math.abs(top) + Math.abs(row[label] as number) + Math.log(total) + 1)) / labels.length;
    correct += row.indexOf(top) === label ? 1 : 0;
    powers.forEach((power, c) => {
      const p = power / total;
      gradient.v[n * classes + c] = arithmetic.round((p - (c === label ? 1 : 0)) / labels.length);
      gradient.e[n * classes + c] = (p * sharp + 4 * UNIT) / labels.length;
    });
  });
  return { loss, lossBound, correct, gradient };
}

/** Of a softmax's share: exp is within 3 + 2|x| units in the last place (WGSL), sum and division a few more, logits bring theirs twice. */
function relativeError(row: Float64Array, top: number, brought: number): number {
  const widest = top - Math.min(...row);
  return 2 * (2 * (3 + 2 * widest) + row.length + 4) * UNIT + 2 * brought * (1 + brought);
}

/** SGD: v = momentum v + g + decay w; w = w - rate v. Adam: Kingma and Ba 2015, L2 in the gradient. `state` holds v, or m and v. */
export function update(settings: TrainSettings, rate: number, step: number, weight: Field, gradient: Field, state: Field[]): void {
  const { momentum, weightDecay, beta1, beta2, epsilon, optimizer } = settings;
  weight.v.forEach((w, i) => {
    const g = (gradient.v[i] as number) + weightDecay * w;
    const eg = (gradient.e[i] as number) + 2 * UNIT * (Math.abs(gradient.v[i] as number) + Math.abs(weightDecay * w));
    const [first, second] = state;
    if (first === undefined) return;
    if (optimizer === 'sgd') {
      first.v[i] = momentum * (first.v[i] as number) + g;
      first.e[i] = eg + 3 * UNIT * (Math.abs(momentum * (first.v[i] as number)) + Math.abs(g));
      weight.v[i] = w - rate * (first.v[i] as number);
      weight.e[i] = rate * (first.e[i] as number) + 3 * UNIT * (Math.abs(w) + Math.abs(rate * (first.v[i] as number)));
      return;
    }
    if (second === undefined) return;
    first.v[i] = beta1 * (first.v[i] as number) + (1 - beta1) * g;
    second.v[i] = beta2 * (second.v[i] as number) + (1 - beta2) * g * g;
    const [m, v] = [(first.v[i] as number) / (1 - beta1 ** step), (second.v[i] as number) / (1 - beta2 ** step)];
    weight.v[i] = w - (rate * m) / (Math.sqrt(v) + epsilon);
  });
}

function get(fields: Fields, name: string): Field {
  const found = fields.get(name);
  if (!found) throw new Error(`no parameter ${name}`);
  return found;
}

function flat(x: Field): Field {
  const [n = 1] = x.shape;
  return { ...x, shape: [n, x.v.length / n, 1, 1] };
}

function batchOf({ shape: [n = 1] }: Field, { channels, height, width }: ImageShape): number[] {
  return [n, channels, height, width];
}

/** A dense layer is a 1x1 convolution over one pixel: units x inputs are filters K x C x 1 x 1. */
function asFilters(w: Field): Field {
  return { ...w, shape: [...w.shape, 1, 1] };
}

function asMatrix(w: Field): Field {
  return { ...w, shape: w.shape.slice(0, 2) };
}
