// An ensemble as stages over a batch of graphs or rows: pure, it takes no memory and no device. What a batch reads (graphs, features, the order of
// each member) is handed in as tensors, since it lives as long as the set and not as the network.
import { ensembleRows, graphNodes } from '../../ops/index.js';
import { dropoutStage } from '../layers/dropout.js';
import { parameterNamed, type ParameterValues, parameterValues } from '../parameter-values.js';
import type { Stage, Step } from '../step.js';
import { type Value, value } from '../value.js';
import { memberDenseStage } from './dense-stage.js';
import { graphStage, pooledStage } from './graph-stage.js';
import type { EnsembleSource } from './source.js';
import { denseProducts, ensembleParameters, type EnsembleSpec, joinedColumns, graphProducts, wordColumns } from './spec.js';

export interface EnsembleGraph extends ParameterValues {
  readonly batch: number;
  readonly gather: Step;
  readonly stages: readonly Stage[];
  /** members x batch x 1. */
  readonly scores: Value;
}

export function ensembleGraph(spec: EnsembleSpec, batch: number, source: EnsembleSource): EnsembleGraph {
  const parameters = parameterValues(ensembleParameters(spec));
  const named = (name: string) => parameterNamed(parameters, name);
  const joined = value('joined', [spec.members, batch, joinedColumns(spec)]);
  const stages: Stage[] = [];
  let streams = 0;
  const push = (stage: Stage, drops: boolean): void => {
    stages.push(stage);
    // In place: the layers' gradients look at their halves or at what is above zero.
    if (drops && spec.dropout > 0) stages.push(dropoutStage({ type: 'dropout', rate: spec.dropout }, stage.output, stage.output, streams++));
  };
  const gather = gatherStep(spec, batch, source, joined);
  const [entering] = gather.writes;
  const top = (): Value => stages.at(-1)?.output ?? (entering as Value);
  const { graph } = spec;
  if (graph !== null && source.graphs !== null) {
    const rows = { members: spec.members, batch, nodes: graph.nodes };
    for (const { name, outputs } of graphProducts(spec)) push(graphStage(name, top(), named(`${name}.weight`), { ...rows, channels: outputs / 2 }, source.graphs, source.window), true);
    push(pooledStage(top(), joined, source.graphs, source), false);
  }
  const dense = denseProducts(spec);
  dense.forEach(({ name, outputs }, i) => {
    const hidden = i < dense.length - 1;
    push(memberDenseStage(top(), value(name, [spec.members, batch, outputs]), named(`${name}.weight`), named(`${name}.bias`), hidden), hidden);
  });
  return { batch, ...parameters, gather, stages, scores: top() };
}

/** One-hot rows of the nodes, or rows of features where there is no graph. */
function gatherStep({ members, graph }: EnsembleSpec, batch: number, { window, graphs, features }: EnsembleSource, joined: Value): Step {
  const nodes = graph === null ? null : value('nodes', [members, batch, graph.nodes, wordColumns(graph)]);
  return {
    label: 'gather',
    reads: [],
    writes: [nodes ?? joined],
    follows: ['start', 'count'],
    prepare: async (context, t) => [
      ...(nodes !== null && graphs !== null ? await graphNodes(context, graphs, window, t(nodes)) : []),
      ...(nodes === null && features !== null ? await ensembleRows(context, window, { rows: features, z: t(joined) }) : []),
    ],
  };
}
