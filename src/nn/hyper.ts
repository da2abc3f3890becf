// Which hyper-parameters training understands, and what they are where a candidate does not say. A name that training does
// not know is an error: a misspelt one would otherwise be searched over for hours and change nothing.
import { TrialError } from '../core/index.js';

export interface TrainSettings {
  readonly optimizer: 'sgd' | 'adam';
  readonly learningRate: number;
  /** SGD: v = momentum v + g; w = w - rate v. */
  readonly momentum: number;
  /** L2: g = dL/dw + weightDecay w, on weights and biases alike. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly batch: number;
  /** The rate is multiplied by `rateFactor` every `rateStep` epochs; 0 = it stays. */
  readonly rateStep: number;
  readonly rateFactor: number;
}

type Range = readonly [low: number, high: number, whole?: 'whole'];

interface Hyperparameter {
  readonly standard: number;
  /** Both ends allowed. */
  readonly range: Range;
}

/** `optimizer`: 0 = SGD with momentum, 1 = Adam. Standard values are those of a plain SGD run; Adam's are Kingma and Ba's. */
export const HYPERPARAMETERS: Readonly<Record<string, Hyperparameter>> = {
  optimizer: { standard: 0, range: [0, 1, 'whole'] },
  learning_rate: { standard: 0.01, range: [0, 1e6] },
  momentum: { standard: 0.9, range: [0, 1] },
  weight_decay: { standard: 0, range: [0, 1e6] },
  beta1: { standard: 0.9, range: [0, 1] },
  beta2: { standard: 0.999, range: [0, 1] },
  epsilon: { standard: 1e-8, range: [0, 1] },
  batch_size: { standard: 64, range: [1, 65536, 'whole'] },
  lr_step: { standard: 0, range: [0, 1e9, 'whole'] },
  lr_factor: { standard: 0.1, range: [0, 1e6] },
};

/** @throws TrialError 'invalid' on a name that training does not know or a value out of range */
export function trainSettings(hp: Readonly<Record<string, number>>): TrainSettings {
  for (const [name, value] of Object.entries(hp)) requireKnown(name, value);
  const of = (name: string): number => hp[name] ?? HYPERPARAMETERS[name]?.standard ?? 0;
  return {
    optimizer: of('optimizer') === 1 ? 'adam' : 'sgd',
    learningRate: of('learning_rate'),
    momentum: of('momentum'),
    weightDecay: of('weight_decay'),
    beta1: of('beta1'),
    beta2: of('beta2'),
    epsilon: of('epsilon'),
    batch: of('batch_size'),
    rateStep: of('lr_step'),
    rateFactor: of('lr_factor'),
  };
}

function requireKnown(name: string, value: number): void {
  const known = HYPERPARAMETERS[name];
  if (known === undefined) {
    throw new TrialError('invalid', `hyper-parameter: expected one of ${Object.keys(HYPERPARAMETERS).join(', ')}, got ${name}; correct the space or the net`);
  }
  const [low, high, whole] = known.range;
  if (value >= low && value <= high && (whole === undefined || Number.isInteger(value))) return;
  throw new TrialError('invalid', `hyper-parameter ${name}: expected ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}, got ${value}; correct the space or the net`);
}
