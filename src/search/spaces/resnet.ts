// Residual networks over small images and how they are trained, after the sets that Baker et al. drew on Tiny ImageNet: blocks a stage, filters of the
// first stage, the filters' size; rate and the epochs after which it falls to a tenth. Depth 6n + 2 (He et al. 2016).
import { depthOf, forwardFlops, hashOf, isLanguageModel, resnet, ShapeError, UsageError, weightCount, type Architecture, type Candidate, type ImageShape, type Json, type Rng, type Space } from '../../core/index.js';
import { inTurn, logarithmic, others, steps } from './neighbours.js';

export interface ResnetSpaceOptions {
  readonly input: ImageShape;
  readonly classes: number;
  /** T. */
  readonly epochs: number;
  /** A stage. */
  readonly blocks: readonly number[];
  /** Of the first stage. */
  readonly filters: readonly number[];
  /** Odd. */
  readonly kernels: readonly number[];
  /** Log-uniform. */
  readonly learningRate: readonly [low: number, high: number];
  /** Shares of T after which the rate falls to a tenth, again and again. */
  readonly steps: readonly number[];
  /** Images a step. */
  readonly batch: number;
}

/** For two cores; the published set has blocks 1 to 17, filters 2 to 32. */
export const resnetSpaceDefaults: Omit<ResnetSpaceOptions, 'input' | 'classes' | 'epochs'> = {
  blocks: [1, 2], filters: [2, 3, 4, 6, 8], kernels: [3, 5, 7], learningRate: [1e-3, 1], steps: [0.25, 0.5, 0.75, 1], batch: 32,
};

interface Sizes {
  readonly blocks: number;
  readonly filters: number;
  readonly kernel: number;
}

export class ResnetSpace implements Space {
  readonly name = 'resnet';
  readonly settings: { readonly [key: string]: Json };

  constructor(private readonly options: ResnetSpaceOptions) {
    const empty = (['blocks', 'filters', 'kernels', 'steps'] as const).find((name) => options[name].length === 0);
    if (empty !== undefined) throw new UsageError(`resnet space: expected at least one choice of ${empty}, got none`);
    const even = options.kernels.find((kernel) => kernel % 2 !== 1);
    if (even !== undefined) throw new UsageError(`resnet space: expected odd kernels (the padding keeps the size), got ${even}`);
    const [low, high] = options.learningRate;
    if (!(low > 0 && high > low)) throw new UsageError(`resnet space: expected a range low < high above 0, got ${low}..${high}`);
    this.settings = { ...options, input: { ...options.input } };
  }

  sample(rng: Rng): Candidate {
    const { blocks, filters, kernels, learningRate } = this.options;
    const sizes = { blocks: rng.pick(blocks), filters: rng.pick(filters), kernel: rng.pick(kernels) };
    return this.candidate(sizes, this.training(rng.logUniform(...learningRate), rng.pick(this.rateSteps())));
  }

  neighbours(given: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(given);
    const { blocks, filters, kernels, learningRate } = this.options;
    const sizes = sizesOf(self.ap);
    const { learning_rate: rate = 0, lr_step: step = 0 } = self.hp;
    return inTurn(self, [
      others(blocks, sizes.blocks, rng, (value) => this.candidate({ ...sizes, blocks: value }, self.hp)),
      others(filters, sizes.filters, rng, (value) => this.candidate({ ...sizes, filters: value }, self.hp)),
      others(kernels, sizes.kernel, rng, (value) => this.candidate({ ...sizes, kernel: value }, self.hp)),
      steps(rate, logarithmic(learningRate), rng, (value) => ({ ...self, hp: { ...self.hp, learning_rate: value } })),
      others(this.rateSteps(), step, rng, (value) => ({ ...self, hp: { ...self.hp, lr_step: value } })),
    ], rng, most);
  }

  /** Accepts every such network over the images, of sizes that are sampled here or not; training numbers that are not said are the space's. */
  validate({ architecture, hp }: Candidate): Candidate {
    const sizes = architecture === null || isLanguageModel(architecture) ? null : readSizes(architecture);
    if (sizes === null) throw new UsageError('resnet space: expected an architecture of residual blocks, got another candidate');
    const candidate = this.candidate(sizes, this.training(hp['learning_rate'] ?? 0, hp['lr_step'] ?? this.options.epochs));
    if (hashOf(candidate.architecture) !== hashOf(architecture)) throw new ShapeError('resnet space: expected the network that resnet({ blocks, filters, kernel }) builds for these images and classes, got another');
    const rate = hp['learning_rate'];
    if (rate === undefined || !(rate > 0)) throw new UsageError(`resnet space: expected hp.learning_rate above 0, got ${rate ?? 'nothing'}`);
    return { ...candidate, hp: { ...candidate.hp, ...hp } };
  }

  private candidate({ blocks, filters, kernel }: Sizes, hp: Candidate['hp']): Candidate {
    const { input, classes } = this.options;
    const architecture = resnet({ input, classes, blocks, filters, kernel });
    return { architecture, ap: { weights: weightCount(architecture), flops: forwardFlops(architecture), layers: depthOf(architecture), blocks, filters, kernel }, hp };
  }

  private training(rate: number, step: number): Candidate['hp'] {
    return { learning_rate: rate, momentum: 0.9, nesterov: 1, weight_decay: 1e-4, lr_step: step, batch_size: this.options.batch };
  }

  /** In epochs. */
  private rateSteps(): number[] {
    return [...new Set(this.options.steps.map((share) => Math.max(1, Math.round(share * this.options.epochs))))];
  }
}

function sizesOf({ blocks = 0, filters = 0, kernel = 0 }: Candidate['ap']): Sizes {
  return { blocks, filters, kernel };
}

/** Null where it does not begin with a convolution or has no block. */
function readSizes({ layers }: Architecture): Sizes | null {
  const [stem] = layers;
  const blocks = layers.filter(({ type }) => type === 'residual').length / 3;
  return stem?.type === 'conv' && blocks >= 1 ? { blocks: Math.floor(blocks), filters: stem.filters, kernel: stem.kernel[0] } : null;
}
