// The default space: chain CNNs (conv blocks, then dense layers) over small images, with the optimiser's numbers. Sizes
// are bounded by the cost of a forward pass, so that a search on a slow adapter stays a matter of minutes.
// It trains nothing and does not know which of its nets are good.
import {
  countsOf, elementsOf, isLanguageModel, isSameData, type PlacedLayer, placedLayers, ShapeError, UsageError,
} from '../../core/index.js';
import type { Architecture, Candidate, ImageShape, Json, Layer, Rng, Space } from '../../core/index.js';
import { chainVariants, conv, dense, halve } from './chain-variants.js';
import { inTurn, logarithmic, others, steps } from './neighbours.js';

export interface ChainSpaceOptions {
  readonly input: ImageShape;
  readonly classes: number;
  /** Conv blocks (a conv, then perhaps a pool): 1 .. maxBlocks. */
  readonly maxBlocks: number;
  readonly filters: readonly number[];
  /** Odd, so that the padding keeps the image's size. */
  readonly kernels: readonly number[];
  /** Hidden dense layers: 0 .. maxDense. */
  readonly maxDense: number;
  readonly units: readonly number[];
  /** Largest cost of one image's forward pass, in FLOP. */
  readonly maxFlops: number;
  /** Log-uniform. */
  readonly learningRate: readonly [low: number, high: number];
  readonly momentum: readonly number[];
  /** Log-uniform. */
  readonly weightDecay: readonly [low: number, high: number];
}

/** Made for 28x28 grey images: nets of 0.02 to 2 MFLOP, 0.7 on average. Learning rates reach from
 * hardly moving to divergence, and the smallest nets are too small, on purpose: a search has something to find. */
export const chainSpaceDefaults: Omit<ChainSpaceOptions, 'input' | 'classes'> = {
  maxBlocks: 3,
  filters: [4, 8, 16, 24, 32],
  kernels: [1, 3, 5],
  maxDense: 1,
  units: [32, 64, 128],
  maxFlops: 2e6,
  learningRate: [1e-4, 0.3],
  momentum: [0.5, 0.8, 0.9, 0.95],
  weightDecay: [1e-5, 1e-2],
};

/** Tries before a sample is given up: with the defaults 80 % are within the bounds. */
const MAX_TRIES = 10_000;
const POOL_SHARE = 0.75;

export class ChainSpace implements Space {
  readonly name = 'chain';
  readonly settings: { readonly [key: string]: Json };

  constructor(readonly options: ChainSpaceOptions) {
    requireSane(options);
    this.settings = { ...options, input: { ...options.input } };
  }

  sample(rng: Rng): Candidate {
    for (let i = 0; i < MAX_TRIES; i++) {
      const architecture = this.sampleArchitecture(rng);
      if (this.fault(architecture) === null) return withArchitectureNumbers({ architecture, ap: {}, hp: this.sampleTraining(rng) });
    }
    throw new UsageError(`chain space: expected a net within ${this.options.maxFlops} FLOP in ${MAX_TRIES} samples, got none; raise maxFlops or offer fewer filters`);
  }

  neighbours(candidate: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(candidate);
    const net = self.architecture as Architecture;
    const { learning_rate: rate = 0, momentum = 0, weight_decay: decay = 0 } = self.hp;
    const trained = (change: Candidate['hp']): Candidate => ({ ...self, hp: { ...self.hp, ...change } });
    const built = (layers: readonly Layer[]): Candidate | null => {
      const architecture = { ...net, layers };
      return this.fault(architecture) === null ? withArchitectureNumbers({ ...self, architecture }) : null;
    };
    return inTurn(self, [
      ...chainVariants(net.layers, this.options, rng, built),
      steps(rate, logarithmic(this.options.learningRate), rng, (value) => trained({ learning_rate: value })),
      others(this.options.momentum, momentum, rng, (value) => trained({ momentum: value })),
      steps(decay, logarithmic(this.options.weightDecay), rng, (value) => trained({ weight_decay: value })),
    ], rng, most);
  }

  /** Of the layers before the outputs; null where that is no network within the bounds. */
  candidate(layers: readonly Layer[], hp: Candidate['hp']): Candidate | null {
    const { input, classes } = this.options;
    const architecture: Architecture = { input, layers: [...layers, { type: 'dense', units: classes, activation: 'none' }] };
    return this.fault(architecture) === null ? withArchitectureNumbers({ architecture, ap: {}, hp }) : null;
  }

  /** Accepts every chain that fits the images and the classes within the FLOP bound, sampled here or not. */
  validate(candidate: Candidate): Candidate {
    const { architecture, hp } = candidate;
    if (architecture === null || isLanguageModel(architecture)) throw new UsageError(`chain space: expected an architecture, got ${architecture === null ? 'null' : architecture.kind}`);
    const fault = this.fault(architecture);
    if (fault !== null) throw new ShapeError(`chain space: ${fault}`);
    for (const name of ['learning_rate', 'momentum', 'weight_decay']) {
      const value = hp[name];
      const ok = value !== undefined && Number.isFinite(value) && value >= 0 && (name !== 'learning_rate' || value > 0);
      if (!ok) throw new UsageError(`chain space: expected hp.${name} to be a number of at least 0 (learning_rate above 0), got ${value}`);
    }
    return withArchitectureNumbers(candidate);
  }

  private sampleArchitecture(rng: Rng): Architecture {
    const { input, classes, maxBlocks, filters, kernels, maxDense, units } = this.options;
    const blocks = 1 + rng.int(maxBlocks);
    const layers: Layer[] = [];
    for (let i = 0; i < blocks; i++) {
      layers.push(conv(rng.pick(filters), rng.pick(kernels)));
      const pooled = rng.next() < POOL_SHARE;
      const kind = rng.pick(['max', 'average'] as const);
      if (pooled) layers.push(halve(kind));
    }
    const hidden = rng.int(maxDense + 1);
    for (let i = 0; i < hidden; i++) layers.push(dense(rng.pick(units)));
    layers.push({ type: 'dense', units: classes, activation: 'none' });
    return { input, layers };
  }

  private sampleTraining(rng: Rng): Candidate['hp'] {
    const { learningRate, momentum, weightDecay } = this.options;
    return {
      learning_rate: rng.logUniform(...learningRate),
      momentum: rng.pick(momentum),
      weight_decay: rng.logUniform(...weightDecay),
    };
  }

  /** What keeps a net out of the space, or null. */
  private fault(architecture: Architecture): string | null {
    const { input, classes, maxFlops } = this.options;
    if (!isSameData(architecture.input, input)) {
      return `expected images of ${Object.values(input).join('x')}, got ${Object.values(architecture.input).join('x')}`;
    }
    const firstDense = architecture.layers.findIndex(({ type }) => type === 'dense');
    const late = architecture.layers.slice(Math.max(0, firstDense)).find(({ type }) => type !== 'dense');
    if (firstDense < 0 || late !== undefined) return 'expected dense layers last, after every conv and pool';
    let placed: readonly PlacedLayer[];
    try {
      placed = placedLayers(architecture);
    } catch (error) {
      if (error instanceof ShapeError) return error.message;
      throw error;
    }
    const outputs = elementsOf(placed.at(-1)?.output ?? input);
    if (outputs !== classes) return `expected ${classes} outputs, got ${outputs}`;
    const { flops } = countsOf(architecture);
    return flops <= maxFlops ? null : `expected at most ${maxFlops} FLOP a forward pass, got ${flops}`;
  }
}

/** The AP row of a chain: raw counts; a predictor's features take logarithms where values span decades. */
export function chainNumbers(architecture: Architecture): Candidate['ap'] {
  const convs = architecture.layers.filter((layer) => layer.type === 'conv');
  const pools = architecture.layers.filter((layer) => layer.type === 'pool');
  const dense = architecture.layers.filter((layer) => layer.type === 'dense');
  const filters = convs.reduce((sum, layer) => sum + layer.filters, 0);
  const kernels = convs.reduce((sum, layer) => sum + layer.kernel[0], 0);
  const { weights, flops } = countsOf(architecture);
  return {
    weights,
    flops,
    layers: architecture.layers.length,
    conv_layers: convs.length,
    pool_layers: pools.length,
    dense_layers: dense.length,
    filters,
    kernel_mean: convs.length > 0 ? kernels / convs.length : 0,
    hidden_units: dense.slice(0, -1).reduce((sum, layer) => sum + layer.units, 0),
  };
}

function withArchitectureNumbers(candidate: Candidate): Candidate {
  const { architecture } = candidate;
  return architecture === null || isLanguageModel(architecture) ? candidate : { ...candidate, ap: chainNumbers(architecture) };
}

function requireSane(options: ChainSpaceOptions): void {
  const empty = (['filters', 'kernels', 'units', 'momentum'] as const).find((name) => options[name].length === 0);
  if (empty !== undefined) throw new UsageError(`chain space: expected at least one choice of ${empty}, got none`);
  const even = options.kernels.find((kernel) => kernel % 2 !== 1);
  if (even !== undefined) throw new UsageError(`chain space: expected odd kernels (the padding keeps the size), got ${even}`);
  if (options.maxBlocks < 1 || options.classes < 2) {
    throw new UsageError(`chain space: expected at least 1 block and 2 classes, got ${options.maxBlocks} and ${options.classes}`);
  }
  for (const [low, high] of [options.learningRate, options.weightDecay]) {
    if (!(low > 0 && high > low)) throw new UsageError(`chain space: expected a range low < high above 0, got ${low}..${high}`);
  }
}
