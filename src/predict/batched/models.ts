// What can be predicted in bulk: the addon's models, and perceptrons. Plain data, and the CPU's answer for each.
// Fitting is not here: the addon fits its models, and a perceptron's weights come from wherever it was trained.
import type { Activation } from '../../ops/index.js';
import type { NativeModel } from '../native/types.js';
import { predictRows } from '../native.js';

export interface PerceptronLayer {
  /** Outputs x inputs, row-major. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly activation: Activation;
}

/** Layers on the standardised row, the last of one output; scaling as in NativeModel. */
export interface PerceptronModel {
  readonly form: 'perceptron';
  readonly columns: number;
  readonly center: Float64Array;
  readonly inverseScale: Float64Array;
  readonly targetCenter: number;
  readonly targetScale: number;
  readonly layers: readonly PerceptronLayer[];
}

export type BulkModel = NativeModel | PerceptronModel;

/** In f64: the addon for its own models. `rows` is row-major. */
export function predictOnCpu(model: BulkModel, rows: Float64Array): Float64Array {
  if (model.form !== 'perceptron') return predictRows(model, rows);
  const { columns, center, inverseScale } = model;
  return Float64Array.from({ length: rows.length / columns }, (_, n) => {
    const row = Float64Array.from({ length: columns }, (_value, c) => ((rows[n * columns + c] ?? NaN) - (center[c] ?? NaN)) * (inverseScale[c] ?? NaN));
    return model.targetCenter + model.targetScale * (model.layers.reduce(through, row)[0] ?? NaN);
  });
}

const ACTIVATE: Readonly<Record<Activation, (value: number) => number>> = { none: (value) => value, relu: (value) => (value <= 0 ? 0 : value), tanh: Math.tanh };

function through(inputs: Float64Array, { weights, bias, activation }: PerceptronLayer): Float64Array {
  return bias.map((b, o) => ACTIVATE[activation](inputs.reduce((sum, value, i) => sum + value * (weights[o * inputs.length + i] ?? NaN), b)));
}
