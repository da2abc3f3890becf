// Which hyper-parameters training understands, and what they are where a candidate does not say. A name that training does
// not know is an error: a misspelt one would otherwise be searched over for hours and change nothing.
import { TrialError } from '../core/index.js';

const OPTIMIZERS = ['sgd', 'adam', 'rmsprop'] as const;
const SCHEDULES = ['step', 'exponential', 'cosine'] as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];
export type ScheduleName = (typeof SCHEDULES)[number];

/** The learning rate as a function of the epoch (schedule.ts). */
export interface RateSchedule {
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  /** Step: the rate is multiplied by `rateFactor` every `rateStep` epochs (0 = it stays); exponential: every epoch. */
  readonly rateStep: number;
  readonly rateFactor: number;
  /** No schedule goes below it; where a cosine ends. */
  readonly rateMin: number;
  /** Epochs of the whole run that a cosine is stretched over; 0 = not said. */
  readonly rateEpochs: number;
}

export interface TrainSettings extends RateSchedule {
  readonly optimizer: OptimizerName;
  /** SGD: v = momentum v + g; w = w - rate v. RMSProp: of the scaled gradient. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** L2: g = dL/dw + weightDecay w; decoupled: w shrinks by rate x weightDecay a step instead. */
  readonly weightDecay: number;
  readonly decoupled: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly rmsAlpha: number;
  readonly epsilon: number;
  /** Gradients of a larger global norm are scaled down to it; 0 = never. */
  readonly clipNorm: number;
  /** Factors of rate and decay on biases (Cuda-Convnet: 2 and 0). */
  readonly biasRateFactor: number;
  readonly biasDecayFactor: number;
  /** By a layer's name or place (`0`, `3.body.1`): decays in place of `weightDecay`, and factors of the rate. */
  readonly layerDecays: Readonly<Record<string, number>>;
  readonly layerRateFactors: Readonly<Record<string, number>>;
  readonly batch: number;
  /** Training images are mirrored left to right, every other one by chance. */
  readonly flip: boolean;
  /** Training images are moved by up to this many pixels each way, by chance, zeros coming in. */
  readonly cropPadding: number;
}

type Range = readonly [low: number, high: number, whole?: 'whole'];

interface Hyperparameter {
  readonly standard: number;
  /** Both ends allowed. */
  readonly range: Range;
}

const FLAG: Hyperparameter = { standard: 0, range: [0, 1, 'whole'] };

/**
 * `optimizer`: 0 = SGD with momentum, 1 = Adam, 2 = RMSProp; `lr_schedule`: 0 = step, 1 = exponential, 2 = cosine. Standard values
 * are those of a plain SGD run; Adam's are Kingma and Ba's, RMSProp's PyTorch's (its momentum is 0 unless said).
 * `lr_reductions` = k reductions by `lr_factor` spread over `lr_epochs`, in place of `lr_step` (Cuda-Convnet).
 */
export const HYPERPARAMETERS: Readonly<Record<string, Hyperparameter>> = {
  optimizer: { standard: 0, range: [0, OPTIMIZERS.length - 1, 'whole'] },
  learning_rate: { standard: 0.01, range: [0, 1e6] },
  momentum: { standard: 0.9, range: [0, 1] },
  nesterov: FLAG,
  weight_decay: { standard: 0, range: [0, 1e6] },
  decoupled: FLAG,
  beta1: { standard: 0.9, range: [0, 1] },
  beta2: { standard: 0.999, range: [0, 1] },
  rms_alpha: { standard: 0.99, range: [0, 1] },
  epsilon: { standard: 1e-8, range: [0, 1] },
  clip_norm: { standard: 0, range: [0, 1e30] },
  bias_rate_factor: { standard: 1, range: [0, 1e6] },
  bias_decay_factor: { standard: 1, range: [0, 1e6] },
  batch_size: { standard: 64, range: [1, 65536, 'whole'] },
  lr_schedule: { standard: 0, range: [0, SCHEDULES.length - 1, 'whole'] },
  lr_step: { standard: 0, range: [0, 1e9] },
  lr_factor: { standard: 0.1, range: [0, 1e6] },
  lr_min: { standard: 0, range: [0, 1e6] },
  lr_epochs: { standard: 0, range: [0, 1e9, 'whole'] },
  lr_reductions: { standard: 0, range: [0, 1e6, 'whole'] },
  flip: FLAG,
  crop_padding: { standard: 0, range: [0, 1024, 'whole'] },
};

/** `weight_decay.LAYER`, `rate_factor.LAYER`: LAYER is a layer's name or its place. */
const LAYER_RANGES: Readonly<Record<string, Range>> = { weight_decay: [0, 1e6], rate_factor: [0, 1e6] };

/** Whether training knows a hyper-parameter of this name, those of single layers included; whether a network has the layer is seen when it is built. */
export function isHyperparameter(name: string): boolean {
  return HYPERPARAMETERS[name] !== undefined || layerKey(name) !== null;
}

/** @throws TrialError 'invalid' on a name that training does not know or a value out of range */
export function trainSettings(hp: Readonly<Record<string, number>>): TrainSettings {
  for (const [name, value] of Object.entries(hp)) requireKnown(name, value);
  const of = (name: string): number => hp[name] ?? HYPERPARAMETERS[name]?.standard ?? 0;
  const optimizer = OPTIMIZERS[of('optimizer')] ?? 'sgd';
  return {
    ...scheduleSettings(of),
    optimizer,
    momentum: optimizer === 'rmsprop' ? (hp['momentum'] ?? 0) : of('momentum'),
    nesterov: of('nesterov') === 1,
    weightDecay: of('weight_decay'),
    decoupled: of('decoupled') === 1,
    beta1: of('beta1'),
    beta2: of('beta2'),
    rmsAlpha: of('rms_alpha'),
    epsilon: of('epsilon'),
    clipNorm: of('clip_norm'),
    biasRateFactor: of('bias_rate_factor'),
    biasDecayFactor: of('bias_decay_factor'),
    layerDecays: ofLayers(hp, 'weight_decay'),
    layerRateFactors: ofLayers(hp, 'rate_factor'),
    batch: of('batch_size'),
    flip: of('flip') === 1,
    cropPadding: of('crop_padding'),
  };
}

function scheduleSettings(of: (name: string) => number): RateSchedule {
  const schedule = SCHEDULES[of('lr_schedule')] ?? 'step';
  const [rateEpochs, reductions] = [of('lr_epochs'), of('lr_reductions')];
  if (rateEpochs === 0 && (schedule === 'cosine' || reductions > 0)) {
    throw new TrialError('invalid', `hyper-parameter lr_epochs: expected the epochs of the whole run for ${reductions > 0 ? 'lr_reductions' : 'a cosine'}, got 0; say how long the run is`);
  }
  const rateStep = reductions > 0 ? rateEpochs / (reductions + 1) : of('lr_step');
  return { learningRate: of('learning_rate'), schedule, rateStep, rateFactor: of('lr_factor'), rateMin: of('lr_min'), rateEpochs };
}

function layerKey(name: string): { readonly range: Range; readonly layer: string } | null {
  const [, kind = '', layer = ''] = /^(\w+)\.(.+)$/.exec(name) ?? [];
  const range = LAYER_RANGES[kind];
  return range ? { range, layer } : null;
}

function ofLayers(hp: Readonly<Record<string, number>>, kind: string): Record<string, number> {
  const mine = Object.entries(hp).filter(([name]) => name.startsWith(`${kind}.`));
  return Object.fromEntries(mine.map(([name, value]) => [name.slice(kind.length + 1), value]));
}

function requireKnown(name: string, value: number): void {
  const range = HYPERPARAMETERS[name]?.range ?? layerKey(name)?.range;
  if (range === undefined) {
    const known = [...Object.keys(HYPERPARAMETERS), ...Object.keys(LAYER_RANGES).map((kind) => `${kind}.LAYER`)];
    throw new TrialError('invalid', `hyper-parameter: expected one of ${known.join(', ')}, got ${name}; correct the space or the net`);
  }
  const [low, high, whole] = range;
  if (value >= low && value <= high && (whole === undefined || Number.isInteger(value))) return;
  throw new TrialError('invalid', `hyper-parameter ${name}: expected ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}, got ${value}; correct the space or the net`);
}
