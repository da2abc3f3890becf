// A layout's parameters as values, which steps read and write and memory gives tensors to.
import { ShapeError } from '../core/index.js';
import type { ParameterLayout } from './parameters.js';
import { type Value, value } from './value.js';

/** A value a slice of the layout, in its order: parameters, their gradients, and statistics. */
export interface ParameterValues {
  readonly layout: ParameterLayout;
  readonly weights: readonly Value[];
  readonly gradients: readonly Value[];
  readonly statistics: readonly Value[];
}

export function parameterValues(layout: ParameterLayout): ParameterValues {
  return {
    layout,
    weights: layout.slices.map(({ name, shape }) => value(name, shape)),
    gradients: layout.slices.map(({ name, shape }) => value(`${name} gradient`, shape)),
    statistics: layout.statistics.map(({ name, shape }) => value(name, shape)),
  };
}

/** All of them: what memory places by the layout and not by the plan. */
export function pinnedValues({ weights, gradients, statistics }: ParameterValues): Set<Value> {
  return new Set([...weights, ...gradients, ...statistics]);
}

export interface ParameterValue {
  readonly value: Value;
  readonly gradient: Value;
}

/** By its name in the layout; null where the network has none of it. */
export function findParameter({ layout, weights, gradients }: ParameterValues, name: string): ParameterValue | null {
  const at = layout.slices.findIndex((slice) => slice.name === name);
  const [value, gradient] = [weights[at], gradients[at]];
  return value && gradient ? { value, gradient } : null;
}

export function parameterNamed(values: ParameterValues, name: string): ParameterValue {
  const found = findParameter(values, name);
  if (found) return found;
  throw new ShapeError(`parameters: expected ${name} in the layout, got ${values.layout.slices.map((slice) => slice.name).join(', ')}`);
}

export function statisticNamed({ layout, statistics }: ParameterValues, name: string): Value {
  const found = statistics[layout.statistics.findIndex((slice) => slice.name === name)];
  if (found) return found;
  throw new ShapeError(`statistics: expected ${name} in the layout, got ${layout.statistics.map((slice) => slice.name).join(', ')}`);
}
