// Ensembles of small regressors of one shape, trained side by side: a directed graph network (Wen et al. 2020) or none, its mean over nodes beside
// feature columns, dense layers with ReLU, one score. Plain data and its parameters; no memory and no device.
import { ShapeError } from '../../core/index.js';
import { layoutOf, type ParameterLayout, type ParameterSpec } from '../parameters.js';

export interface GraphSpec {
  /** Words that a node may have, one-hot; others are rows of zeros. */
  readonly words: number;
  /** Nodes of the largest graph. */
  readonly nodes: number;
  /** A layer each; multiples of four. */
  readonly channels: readonly number[];
}

export interface EnsembleSpec {
  readonly members: number;
  /** Null: feature columns alone. */
  readonly graph: GraphSpec | null;
  /** Feature columns; at least one where there is no graph. */
  readonly features: number;
  /** Units of the hidden dense layers. */
  readonly dense: readonly number[];
  /** Share of the outputs of every hidden layer that a training step drops. */
  readonly dropout: number;
}

/** Inputs and outputs of one product, the same for every member. */
export interface Product {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** Columns of the one-hot matrix: whole vec4s. */
export function wordColumns({ words }: GraphSpec): number {
  return 4 * Math.ceil(words / 4);
}

/** Of each graph layer, whose outputs are those of both directions. */
export function graphProducts({ graph }: EnsembleSpec): Product[] {
  if (graph === null) return [];
  return graph.channels.map((F, i) => ({ name: `graph.${i}`, inputs: graph.channels[i - 1] ?? wordColumns(graph), outputs: 2 * F }));
}

/** Columns that the first dense layer sees. */
export function joinedColumns({ graph, features }: EnsembleSpec): number {
  return (graph?.channels.at(-1) ?? 0) + features;
}

export function denseProducts(spec: EnsembleSpec): Product[] {
  const units = [...spec.dense, 1];
  return units.map((outputs, i) => ({ name: `dense.${i}`, inputs: units[i - 1] ?? joinedColumns(spec), outputs }));
}

/**
 * `graph.0.weight` (members x inputs x 2 channels, H.W+ and then H.W-), `dense.0.weight` (members x inputs x units), `dense.0.bias` (members x units).
 * First weights are uniform after Glorot and Bengio 2010, each direction for itself; biases zero.
 */
export function ensembleParameters(spec: EnsembleSpec): ParameterLayout {
  requireSpec(spec);
  const weight = ({ name, inputs, outputs }: Product, fanOut: number): ParameterSpec =>
    ({ name: `${name}.weight`, role: 'weight', shape: [spec.members, inputs, outputs], first: { bound: Math.sqrt(6 / (inputs + fanOut)) }, stream: `${name}.weight`, layer: name });
  const bias = ({ name, outputs }: Product): ParameterSpec =>
    ({ name: `${name}.bias`, role: 'bias', shape: [spec.members, outputs], first: { constant: 0 }, stream: `${name}.bias`, layer: name });
  return layoutOf([
    ...graphProducts(spec).map((product) => weight(product, product.outputs / 2)),
    ...denseProducts(spec).flatMap((product) => [weight(product, product.outputs), bias(product)]),
  ]);
}

function requireSpec(spec: EnsembleSpec): void {
  const { members, graph, features } = spec;
  if (members < 1) throw new ShapeError(`ensemble: expected at least 1 member, got ${members}`);
  if (graph === null && features < 1) throw new ShapeError('ensemble: expected a graph network or feature columns, got neither');
  const odd = graph?.channels.find((F) => F < 4 || F % 4 !== 0);
  if (odd !== undefined || graph?.channels.length === 0) throw new ShapeError(`ensemble: expected layers of a multiple of 4 channels, got ${graph?.channels.join(', ') || 'none'}`);
}
