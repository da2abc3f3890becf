// Training a step at a time on the device and in the oracle, each step from the same weights, velocities and statistics.
import { expect } from 'vitest';
import { architectureHash, type Architecture, createRng } from '../../../src/core/index.js';
import { type ImageSet, moments, order, takeImages } from '../../../src/data/index.js';
import { beginTraining, decodeSnapshot, encodeSnapshot, parameterLayout, type TrainSettings, uploadImages } from '../../../src/nn/index.js';
import type { OpContext } from '../../../src/ops/index.js';
import { expectWithin } from '../../ops/fixture.js';
import { fieldsOf, flatOf, imageField, randomWeights } from '../nets.js';
import { type Arithmetic, exact, field, type Field, single } from '../oracle/arithmetic.js';
import { type Fields, type Pass, pass } from '../oracle/network.js';
import { update } from '../oracle/update.js';

const SEED = 'steps';
/** What dropout draws with in a training of that seed. */
const DRAWS = createRng(SEED).fork('draws').int(2 ** 32);

export interface State {
  /** Flat values, statistics included. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly velocity: Float32Array<ArrayBuffer>;
}

export interface Compared {
  readonly got: State & { readonly loss: number; readonly accuracy: number };
  readonly want: { readonly weights: Fields; readonly velocity: Fields; readonly pass: Pass };
}

export interface Stepping {
  readonly architecture: Architecture;
  readonly settings: TrainSettings;
  /** One batch a step; asked anew for each, by its number from 1. */
  readonly batch: (step: number) => ImageSet;
  readonly steps: number;
  /** Default: random weights, no velocity. */
  readonly from?: State;
}

export function randomState(architecture: Architecture, seed = architectureHash(architecture)): State {
  return { weights: randomWeights(architecture, seed), velocity: new Float32Array(parameterLayout(architecture).length) };
}

/** Each step begins with the oracle's state after the one before. */
export async function compareSteps(context: OpContext, { architecture, settings, batch, steps, from }: Stepping, seen: (compared: Compared, step: number) => void): Promise<void> {
  let state = from ?? randomState(architecture);
  for (let step = 1; step <= steps; step++) {
    const set = batch(step);
    const got = await deviceStep(context, architecture, settings, state, set, step);
    const want = oracleStep(architecture, settings, state, set, step);
    seen({ got, want }, step);
    state = { weights: flatOf(architecture, want.weights), velocity: flatOf(architecture, want.velocity) };
  }
}

/** The step of that number (from 1) on the device. */
export async function deviceStep(context: OpContext, architecture: Architecture, settings: TrainSettings, { weights, velocity }: State, set: ImageSet, step = 1): Promise<Compared['got']> {
  const images = uploadImages(context.device, set, moments(set));
  const header = { architecture: architectureHash(architecture), optimizer: 'sgd', epoch: 0, step: step - 1 };
  const checkpoint = encodeSnapshot({ ...header, weights, state: [velocity] });
  try {
    const training = await beginTraining(context, { architecture, settings, seed: SEED, train: images, validation: images, checkpoint });
    const { train } = await training.epoch();
    const { length, total } = parameterLayout(architecture);
    const after = decodeSnapshot(await training.snapshot(), { ...header, length, total, states: 1 });
    training.release();
    return { weights: after.weights, velocity: after.state[0] ?? new Float32Array(), ...train };
  } finally {
    images.release();
  }
}

export function oracleStep(architecture: Architecture, settings: TrainSettings, from: State, set: ImageSet, step = 1, arithmetic: Arithmetic = exact): Compared['want'] {
  const [weights, velocity] = [fieldsOf(architecture, from.weights), fieldsOf(architecture, from.velocity)];
  // In the order in which the device's epoch 1 sees them: dropout's numbers go by a row's place in the batch.
  const seen = takeImages(set, order(SEED, 1, set.count));
  const result = pass(arithmetic, architecture, weights, imageField(seen, moments(set)), [...seen.labels], { seed: DRAWS, step });
  for (const [name, v] of velocity) update(settings, settings.learningRate, 1, weights.get(name) ?? field([0]), result.gradients.get(name) ?? field([0]), [v]);
  for (const [name, statistic] of result.statistics) weights.set(name, statistic);
  return { weights, velocity, pass: result };
}

/** f32 steps that add in permuted orders: what is tried against one is tried against their spread. */
const ORACLES = 10;

/** By a parameter's name, how far the velocities of f32 steps lie at most from the f64 step's. */
export function velocitySpread({ architecture, settings }: Pick<Stepping, 'architecture' | 'settings'>, from: State, set: ImageSet, { velocity }: Compared['want']): Map<string, number> {
  const worst = new Map<string, number>();
  for (let i = 0; i < ORACLES; i++) {
    const { velocity: rough } = oracleStep(architecture, settings, from, set, 1, single(createRng(`spread ${i}`)));
    for (const [name, { v }] of velocity) worst.set(name, Math.max(worst.get(name) ?? 0, distance(rough.get(name)?.v ?? [], v)));
  }
  return worst;
}

export function distance(a: ArrayLike<number>, b: Float64Array): number {
  return Math.sqrt(b.reduce((sum, x, i) => sum + (x - (a[i] ?? NaN)) ** 2, 0));
}

/** Weights, velocities and statistics within what f32 rounding explains, and the loss. */
export function expectClose(architecture: Architecture, { got, want }: Compared): void {
  const { slices, statistics } = parameterLayout(architecture);
  const compare = (what: 'weights' | 'velocity', { name, shape, start, size }: (typeof slices)[number]): void => {
    const oracle = want[what].get(name) as Field;
    expectWithin(`${what} ${name}`, shape, got[what].subarray(start, start + size), oracle.v, (i) => oracle.e[i] as number);
  };
  slices.forEach((slice) => compare('velocity', slice));
  [...slices, ...statistics].forEach((slice) => compare('weights', slice));
  expect(Math.abs(got.loss - want.pass.loss)).toBeLessThan(want.pass.lossBound);
}
