// How Cuda-Convnet is trained, as Hyperband's authors and Baker et al. searched it: learning rate, an L2 a layer, reductions of the
// rate, scale and power of the local response normalisations. The network itself is core's; only its width and its images vary. Its first
// weights are He's: with Caffe's (1e-4, .01) none of 36 draws left the plateau within 15 epochs of 80 steps.
import { cudaConvnet, depthOf, isLanguageModel, ShapeError, shapesOf, UsageError, weightCount, type Architecture, type Candidate, type ImageShape, type Json, type LrnLayer, type Rng, type Space } from '../../core/index.js';
import { inTurn, logarithmic, others, steps } from './neighbours.js';

export interface CudaConvnetSpaceOptions {
  readonly input: ImageShape;
  readonly classes: number;
  /** T: what the reductions of the learning rate are spread over. */
  readonly epochs: number;
  /** Filters 32, 32, 64 times this, rounded. Default 1. */
  readonly multiplier?: number;
  /** Images a step. Default 100. */
  readonly batch?: number;
}

/** Log-uniform, both ends in. */
const RANGES = {
  learning_rate: [5e-5, 5], 'weight_decay.conv1': [5e-5, 5], 'weight_decay.conv2': [5e-5, 5], 'weight_decay.conv3': [5e-5, 5], 'weight_decay.fc4': [5e-3, 500],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;
const LRN_SCALE = [5e-6, 5] as const;
const LRN_POWER = [0.01, 3] as const;
const REDUCTIONS = [0, 1, 2, 3];

export class CudaConvnetSpace implements Space {
  readonly name = 'cuda-convnet';
  readonly settings: { readonly [key: string]: Json };
  private readonly fixed: Candidate['hp'];

  constructor(private readonly options: CudaConvnetSpaceOptions) {
    const { input, multiplier = 1, batch = 100, epochs } = options;
    if (!(multiplier > 0) || !(batch >= 1) || !(epochs >= 1)) throw new UsageError(`cuda-convnet space: expected a filter multiplier above 0, a batch and epochs from 1, got ${multiplier}, ${batch} and ${epochs}`);
    this.settings = { ...options, input: { ...input }, multiplier, batch };
    this.fixed = { momentum: 0.9, bias_rate_factor: 2, bias_decay_factor: 0, batch_size: batch, lr_epochs: epochs };
    shapesOf(this.network(5e-5, 0.75)); // images too small for three pools are refused here
  }

  sample(rng: Rng): Candidate {
    const drawn = Object.entries(RANGES).map(([name, [low, high]]) => [name, rng.logUniform(low, high)] as const);
    const hp = { ...this.fixed, ...Object.fromEntries(drawn), lr_reductions: rng.pick(REDUCTIONS) };
    return withNumbers({ architecture: this.network(rng.logUniform(...LRN_SCALE), rng.uniform(...LRN_POWER)), ap: {}, hp });
  }

  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(candidate);
    const { lrn_scale: scale = 0, lrn_power: power = 0 } = self.ap;
    const built = (lrnScale: number, lrnPower: number): Candidate => withNumbers({ ...self, architecture: this.network(lrnScale, lrnPower) });
    const trained = (name: string, value: number): Candidate => ({ ...self, hp: { ...self.hp, [name]: value } });
    return inTurn(self, [
      ...Object.entries(RANGES).map(([name, range]) => steps(self.hp[name] ?? 0, logarithmic(range), rng, (value) => trained(name, value))),
      others(REDUCTIONS, self.hp['lr_reductions'] ?? 0, rng, (value) => trained('lr_reductions', value)),
      steps(scale, logarithmic(LRN_SCALE), rng, (value) => built(value, power)),
      steps(power, { low: LRN_POWER[0], high: LRN_POWER[1] }, rng, (value) => built(scale, value)),
    ], rng, most);
  }

  validate(candidate: Candidate): Candidate {
    const { architecture, hp } = candidate;
    if (architecture === null || isLanguageModel(architecture)) throw new UsageError(`cuda-convnet space: expected an architecture, got ${architecture === null ? 'null' : architecture.kind}`);
    const [first] = normsOf(architecture);
    const wanted = first === undefined ? null : this.network(first.alpha, first.beta);
    if (JSON.stringify(wanted) !== JSON.stringify(architecture)) throw new ShapeError('cuda-convnet space: expected its network with one scale and power of both normalisations, got another; build it with cudaConvnet()');
    for (const [name, [low, high]] of Object.entries(RANGES)) {
      const value = hp[name];
      if (value === undefined || !(value >= low && value <= high)) throw new UsageError(`cuda-convnet space: expected ${name} in [${low}, ${high}], got ${value ?? 'nothing'}`);
    }
    const { lr_reductions: reductions } = hp;
    if (reductions === undefined || !REDUCTIONS.includes(reductions)) throw new UsageError(`cuda-convnet space: expected lr_reductions 0 to ${REDUCTIONS.at(-1)}, got ${reductions ?? 'nothing'}`);
    return withNumbers(candidate);
  }

  private network(lrnScale: number, lrnPower: number): Architecture {
    const { input, classes, multiplier = 1 } = this.options;
    return cudaConvnet({ input, classes, multiplier, lrnScale, lrnPower, init: 'he' });
  }
}

function normsOf({ layers }: Architecture): LrnLayer[] {
  return layers.filter((layer) => layer.type === 'lrn');
}

function withNumbers(candidate: Candidate): Candidate {
  const architecture = candidate.architecture as Architecture;
  const [norm] = normsOf(architecture);
  return { ...candidate, ap: { weights: weightCount(architecture), layers: depthOf(architecture), lrn_scale: norm?.alpha ?? 0, lrn_power: norm?.beta ?? 0 } };
}
