// A trained language model that only looks: the perplexity of a text. Takes memory for the forward pass alone.
import { type LanguageModel, ShapeError } from '../../core/index.js';
import type { TokenText } from '../../data/index.js';
import { lossStats, type OpContext, statsTensor } from '../../ops/index.js';
import { prepareBatchProgram, submitAhead } from '../batch-program.js';
import { chainForward } from '../chain.js';
import { lossStep } from '../ends.js';
import { takeMemory, uploadWeights } from '../memory.js';
import { pinnedValues } from '../parameter-values.js';
import { planMemory } from '../plan.js';
import { uploadText, windowStep } from './device-text.js';
import { languageGraph } from './graph.js';
import { textStats, type TextStats } from './perplexity.js';
import type { WindowExtents } from './window-extents.js';

export interface TrainedLanguageModel {
  readonly model: LanguageModel;
  /** The flat values of `languageParameters`: of a snapshot. */
  readonly weights: Float32Array<ArrayBuffer>;
}

const MAX_BYTES = 4 * 2 ** 30;

/** The text in `streams` parallel parts, each from a state of zeros on; one stream reads it as it stands. One readback. */
export async function evaluateText(context: OpContext, { model, weights }: TrainedLanguageModel, text: TokenText, extents: WindowExtents): Promise<TextStats> {
  const { device } = context;
  const graph = languageGraph(model, extents);
  if (weights.length !== graph.layout.total) throw new ShapeError(`weights: expected ${graph.layout.total} values, got ${weights.length}; they belong to another model`);
  const held: { release(): void }[] = [];
  const hold = <R extends { release(): void }>(resource: R): R => {
    held.push(resource);
    return resource;
  };
  try {
    const uploaded = hold(uploadText(device, text, extents, model.vocabulary));
    const stats = hold(statsTensor(device));
    const [gather, forward, loss] = [windowStep(graph, uploaded), chainForward(graph.stages, false), lossStep(graph, stats, graph.batch)] as const;
    const plan = planMemory([gather, ...forward, loss], pinnedValues(graph), graph.kept);
    const memory = hold(await takeMemory(device, { graph, plan, state: null, maxBytes: MAX_BYTES }));
    uploadWeights(device, memory, weights);
    const program = hold(await prepareBatchProgram(context, 'evaluation', { gather, forward, loss, backward: [], update: [] }, memory.tensorOf));
    await submitAhead(device, uploaded.windows, (window, at) => program.run({ ...window, keep: at === 0 ? 0 : 1 }));
    return textStats(lossStats(await device.read(stats)));
  } finally {
    held.forEach((resource) => resource.release());
  }
}
