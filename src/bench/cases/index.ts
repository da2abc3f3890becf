// All cases of the laboratory, and which of them a visitor asked for. An axis named with other values makes cases of its own.
import { UsageError } from '../../core/index.js';
import type { BenchCase } from './case.js';
import { CONV_DIRECTIONS, CONV_SHAPES, type ConvAxes, convCase } from './conv2d.js';
import { GRAPH_DIRECTIONS, GRAPH_SHAPES, type GraphAxes, graphCase } from './graph.js';
import { FOREST_SHAPES, type ForestAxes, forestCase, LAYER_SHAPES, type LayerAxes, layerCase, LIVE_SHAPES, type LiveAxes, liveCase, RBF_SHAPES, type RbfAxes, rbfCase } from './inference.js';
import { LANGUAGE_PASSES, LANGUAGE_SHAPES, type LanguageAxes, languageCase } from './language.js';
import { LSTM_DIRECTIONS, LSTM_SHAPES, type LstmAxes, lstmCase } from './lstm.js';
import { MATMUL_SHAPES, type MatmulAxes, matmulCase } from './matmul.js';
import { batchNormCase, type ImageAxes, lrnCase, NORMALISED_SHAPES, REGIONS } from './normalisation.js';
import { adamCase, OPTIMIZER_SIZES, rmspropCase, sgdCase } from './optimizers.js';
import { SOFTMAX_SHAPES, type SoftmaxAxes, softmaxCase } from './softmax.js';
import { peerTrainingCase } from './training.js';

export type { BenchCase, OpenCase, Runnable, Seat } from './case.js';

/** `batch` -> the values that it is to take. */
export type AxisValues = Readonly<Record<string, readonly number[]>>;

export interface Wanted {
  /** A part of the case's name or shape; absent = all. */
  readonly filter?: string;
  readonly axes?: AxisValues;
}

/** @throws UsageError where nothing is left or no case has an axis of that name */
export function casesFor({ filter = '', axes = {} }: Wanted = {}): readonly BenchCase[] {
  const all = sweep(axes);
  const named = all.filter(({ name, shape }) => `${name} ${shape}`.toLowerCase().includes(filter.toLowerCase()));
  const known = new Set(named.flatMap((each) => Object.keys(each.axes)));
  const unknown = Object.keys(axes).find((axis) => !known.has(axis));
  if (named.length === 0) throw new UsageError(`bench: expected a part of a case's name, got "${filter}"; foretell bench --list shows them`);
  if (unknown !== undefined) throw new UsageError(`--axis ${unknown}: expected one of ${[...known].sort().join(', ')}; foretell bench --list shows which case has which`);
  const asked = named.filter((each) => Object.keys(axes).every((axis) => axis in each.axes));
  return unique(asked);
}

function sweep(axes: AxisValues): readonly BenchCase[] {
  return [
    ...spread<MatmulAxes>(MATMUL_SHAPES, axes).map(matmulCase),
    ...CONV_DIRECTIONS.flatMap((direction) => spread<ConvAxes>(CONV_SHAPES, axes).map((shape) => convCase(shape, direction))),
    ...LSTM_DIRECTIONS.flatMap((direction) => spread<LstmAxes>(LSTM_SHAPES, axes).map((shape) => lstmCase(shape, direction))),
    ...spread<SoftmaxAxes>(SOFTMAX_SHAPES, axes).map(softmaxCase),
    ...spread(OPTIMIZER_SIZES.map((size) => ({ size })), axes).flatMap(({ size }) => [sgdCase(size), adamCase(size), rmspropCase(size)]),
    ...spread<ImageAxes>(NORMALISED_SHAPES, axes).flatMap((shape) => [batchNormCase(shape), ...REGIONS.map((region) => lrnCase(shape, region))]),
    ...GRAPH_DIRECTIONS.flatMap((direction) => spread<GraphAxes>(GRAPH_SHAPES, axes).map((shape) => graphCase(shape, direction))),
    ...spread<LayerAxes>(LAYER_SHAPES, axes).map(layerCase),
    ...spread<RbfAxes>(RBF_SHAPES, axes).map(rbfCase),
    ...spread<ForestAxes>(FOREST_SHAPES, axes).map(forestCase),
    ...spread<LiveAxes>(LIVE_SHAPES, axes).map(liveCase),
    peerTrainingCase(),
    ...LANGUAGE_PASSES.flatMap((pass) => spread<LanguageAxes>(LANGUAGE_SHAPES, axes).map((shape) => languageCase(shape, pass))),
  ];
}

/** Each shape at every combination of the axes that it has. */
function spread<Shape extends object>(shapes: readonly Shape[], axes: AxisValues): Shape[] {
  return Object.entries(axes).reduce<Shape[]>(
    (found, [axis, values]) => found.flatMap((shape) => (axis in shape ? values.map((value) => ({ ...shape, [axis]: value })) : [shape])),
    [...shapes],
  );
}

function unique(cases: readonly BenchCase[]): readonly BenchCase[] {
  return [...new Map(cases.map((each) => [`${each.name} ${each.shape}`, each])).values()];
}
