// A model may come back from a journal: its arrays must fit each other, because the addon reads them unchecked. Each object is checked once;
// nobody changes a model. Deliberately says nothing about whether a model is any good.
import { refuse, requireDoubles } from './refuse.js';
import type { NativeModel, TreesModel } from './types.js';

const checked = new WeakSet<NativeModel>();

export function requireModel(model: NativeModel): void {
  if (checked.has(model)) return;
  const { columns } = model;
  requireLength('center', model.center, columns);
  requireLength('inverseScale', model.inverseScale, columns);
  switch (model.form) {
    case 'linear':
      requireLength('weights', model.weights, columns);
      break;
    case 'rbf':
      requireLength('coefficients', model.coefficients, model.coefficients.length);
      requireLength('support', model.support, model.coefficients.length * columns);
      break;
    case 'trees':
      requireTrees(model);
  }
  checked.add(model);
}

function requireLength(name: string, values: unknown, length: number): void {
  requireDoubles(`model.${name}`, values);
  if (values.length !== length) refuse(`model.${name}.length`, String(length), values.length);
}

/** Every walk stays inside the arrays and ends: children stand after their parent. */
function requireTrees({ columns, feature, left, split, roots }: TreesModel): void {
  const arrays = [feature, left, roots].every((values) => values instanceof Int32Array) && split instanceof Float32Array;
  if (!arrays) refuse('model.feature, left, roots and split', 'three Int32Array and a Float32Array', [feature, left, roots, split].map((values) => Object.prototype.toString.call(values)).join(', '));
  const nodes = feature.length;
  if (left.length !== nodes || split.length !== nodes) refuse('model.left.length and model.split.length', `${String(nodes)} each, one a node`, `${String(left.length)} and ${String(split.length)}`);
  const lost = roots.findIndex((root) => root < 0 || root >= nodes);
  if (lost >= 0) refuse(`model.roots[${String(lost)}]`, `a node below ${String(nodes)}`, roots[lost]);
  const broken = feature.findIndex((j, k) => j >= columns || (j >= 0 && !((left[k] as number) > k && (left[k] as number) + 1 < nodes)));
  if (broken >= 0) refuse(`model node ${String(broken)}`, `a feature below ${String(columns)} and children after it and before ${String(nodes)}`, `feature ${String(feature[broken])}, left ${String(left[broken])}`);
}
