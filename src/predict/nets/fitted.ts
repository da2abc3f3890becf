// A fitted ensemble: weights and arithmetic, no handle on a device. A row at a time is computed in f64; many at once on the GPU, which is opened
// anew if need be.
import { type Json, UsageError } from '../../core/index.js';
import { type EnsembleSpec, scoresOnCpu, scoresOnGpu } from '../../nn/index.js';
import type { OpContext } from '../../ops/index.js';
import type { Observation } from '../features.js';
import { type NormalScores, predictionAt } from '../normal-scores.js';
import type { FittedPredictor, Prediction } from '../predictor.js';
import type { Spread } from '../spread/spread.js';
import { type NetInputs, netGraph, netRow, netSet } from './inputs.js';

/** One number of seen epochs. */
export interface FittedNet {
  readonly inputs: NetInputs;
  readonly spec: EnsembleSpec;
  readonly weights: Float32Array<ArrayBuffer>;
  readonly scale: NormalScores;
  /** Of what members left out, in normal scores. */
  readonly spread: Spread;
}

/** Below it the GPU's way costs more than it saves: its program must be built. */
const FEW = 64;

export class FittedNets implements FittedPredictor {
  readonly summary: { readonly [key: string]: Json };

  constructor(
    readonly horizon: number,
    readonly taus: readonly number[],
    /** One a tau. */
    readonly nets: readonly FittedNet[],
    readonly chosen: Json,
    private readonly openContext: () => Promise<OpContext>,
  ) {
    this.summary = { left_out: nets.map(({ spread }) => spread.sigma) };
  }

  async predict(observation: Observation, tau: number): Promise<Prediction> {
    const net = this.at(tau);
    return predictionOf(net, scoresOnCpu(net.spec, net.weights, netGraph(net.inputs, observation), netRow(net.inputs, observation)));
  }

  async predictAll(observations: readonly Observation[], tau: number): Promise<readonly Prediction[]> {
    if (observations.length < FEW) return Promise.all(observations.map((each) => this.predict(each, tau)));
    const net = this.at(tau);
    requireKnownWords(net.inputs, observations);
    const set = netSet(net.inputs, observations);
    const nodes = (set.graphs ?? []).reduce((most, { words }) => Math.max(most, words.length), 1);
    const spec = net.spec.graph === null ? net.spec : { ...net.spec, graph: { ...net.spec.graph, nodes } };
    const scores = await scoresOnGpu(await this.openContext(), spec, net.weights, set);
    return observations.map((_, n) => predictionOf(net, Float64Array.from({ length: spec.members }, (_m, e) => scores[e * set.count + n] as number)));
  }

  private at(tau: number): FittedNet {
    const found = this.nets[this.taus.indexOf(tau)];
    if (found !== undefined) return found;
    throw new RangeError(`net: expected one of the fitted taus ${this.taus.join(', ')}, got ${tau}`);
  }
}

/** A space whose every operation is a stranger is another space: nothing can be said of it. Throws UsageError. */
function requireKnownWords({ words }: NetInputs, observations: readonly Observation[]): void {
  if (words === null) return;
  const own = (each: Observation): readonly string[] => each.graph?.operations.slice(1, -1) ?? [];
  if (observations.some((each) => own(each).some((word) => words.includes(word)))) return;
  const strangers = [...new Set(observations.flatMap(own))].slice(0, 3);
  throw new UsageError(`gcn: expected networks of some of the operations that it was trained on (${words.filter((word) => word !== 'input' && word !== 'output').slice(0, 3).join(', ')} ...), got none of them (${strangers.join(', ')} ...); fit it on a set that has them`);
}

/**
 * Mean of the members; around it what they left out in training, widened by how far they are apart: variances of the two add up. Where the members
 * agree it is the left-out errors' own distribution.
 */
function predictionOf({ scale, spread }: FittedNet, scores: Float64Array): Prediction {
  const mean = scores.reduce((sum, s) => sum + s, 0) / scores.length;
  const apart = scores.reduce((sum, s) => sum + (s - mean) ** 2, 0) / Math.max(1, scores.length - 1);
  const wider = spread.sigma > 0 ? Math.sqrt(1 + apart / spread.sigma ** 2) : 1;
  return predictionAt(scale, mean, spread, wider);
}
