// A layer of a directed graph network for every member at once, H' = 1/2 relu(A H W+) + 1/2 relu(A^T H W-) with A and A^T the means over a node and its
// neighbours: since a mean and a product commute, one product with [W+ W-] comes first and the means run over its rows. And the mean over nodes.
import type { Tensor } from '../../gpu/index.js';
import { ensembleRows, graphForward, graphGradInput, graphPool, graphPoolGrad, type GraphTensors, matmul, type MemberWindow } from '../../ops/index.js';
import type { ParameterValue } from '../parameter-values.js';
import type { Stage, Step } from '../step.js';
import { type Value, value } from '../value.js';
import type { EnsembleSource } from './source.js';

export interface GraphRows {
  readonly members: number;
  readonly batch: number;
  readonly nodes: number;
  readonly channels: number;
}

/** `input` is members x batch x nodes x inputs. */
export function graphStage(name: string, input: Value, weight: ParameterValue, { members, batch, nodes, channels }: GraphRows, graphs: GraphTensors, window: MemberWindow): Stage {
  const shape = [members, batch, nodes];
  const output = value(name, [...shape, channels]);
  const [p, halves] = [value(`${name} products`, [...shape, 2 * channels]), value(`${name} halves`, [...shape, 2 * channels])];
  const follows: Step['follows'] = ['start', 'count'];
  return {
    output,
    forward: () => [
      { label: `${name} product`, reads: [input, weight.value], writes: [p], prepare: (context, t) => matmul(context, { a: rows(t(input)), b: t(weight.value), c: rows(t(p)) }) },
      { label: `${name} means`, reads: [p], writes: [halves, output], follows, prepare: (context, t) => graphForward(context, graphs, window, { p: t(p), halves: t(halves), h: t(output) }) },
    ],
    backward: (gradient, below) => {
      const dp = value(`${name} products gradient`, p.shape);
      return [
        { label: `${name} means gradient`, reads: [halves, gradient], writes: [dp], follows, prepare: (context, t) => graphGradInput(context, graphs, window, { halves: t(halves), dh: t(gradient), dp: t(dp) }) },
        { label: `${name} weight gradient`, reads: [input, dp], writes: [weight.gradient], prepare: (context, t) => matmul(context, { a: rows(t(input)), b: rows(t(dp)), c: t(weight.gradient) }, { transposeA: true }) },
        ...(below === null ? [] : [inputGradient(name, dp, weight, below)]),
      ];
    },
  };
}

function inputGradient(name: string, dp: Value, weight: ParameterValue, below: Value): Step {
  return {
    label: `${name} input gradient`, reads: [dp, weight.value], writes: [below],
    prepare: (context, t) => matmul(context, { a: rows(t(dp)), b: t(weight.value), c: rows(t(below)) }, { transposeB: true }),
  };
}

/** The mean over a graph's nodes in the first columns of `joined`, the features behind them. */
export function pooledStage(input: Value, joined: Value, graphs: GraphTensors, { window, features }: EnsembleSource): Stage {
  const follows: Step['follows'] = ['start', 'count'];
  const first = input.shape.at(-1) ?? 0;
  const pool: Step = { label: 'pool', reads: [input], writes: [joined], follows, prepare: (context, t) => graphPool(context, graphs, window, { h: t(input), z: t(joined) }) };
  const beside = (rows: Tensor): Step => ({ label: 'features', reads: [joined], writes: [joined], follows, prepare: (context, t) => ensembleRows(context, window, { rows, z: t(joined) }, first) });
  return {
    output: joined,
    forward: () => (features === null ? [pool] : [pool, beside(features)]),
    backward: (gradient, below) =>
      below === null ? [] : [{ label: 'pool gradient', reads: [gradient], writes: [below], follows, prepare: (context, t) => graphPoolGrad(context, graphs, window, { dz: t(gradient), dh: t(below) }) }],
  };
}

/** members x batch x nodes x columns as members x rows x columns. */
function rows(tensor: Tensor): Tensor {
  const [members = 1, , , columns = 1] = tensor.shape;
  return tensor.view([members, tensor.size / (members * columns), columns]);
}
