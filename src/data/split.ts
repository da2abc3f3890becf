// Which images are trained on, which judge an epoch, and which are kept for the end. Seeded and stratified: a part
// of any size has each class in the source's proportion, to within one image.
import { createRng, DataError, type Rng } from '../core/index.js';
import { takeImages, type ImageSet, type ImageSource } from './image-set.js';
import type { ImageFacts } from './image-stream.js';

export interface Split {
  readonly train: ImageSet;
  readonly validation: ImageSet;
  /** Touched once, by the best network, at the end. */
  readonly test: ImageSet;
}

export interface SplitSizes {
  /** Images taken from the source's training images. */
  readonly train: number;
  /** Images taken from the rest of the source's training images. */
  readonly validation: number;
  /** Images taken from the source's test images; all of them where absent. */
  readonly test?: number;
}

/**
 * Same source, sizes and seed: same images in the same order.
 * @throws DataError where a part would be empty or the source has fewer images than asked
 */
export function splitImages(source: ImageSource, sizes: SplitSizes, seed: number | string): Split {
  const { train: pool, test } = source;
  const { train, validation } = splitNumbers(pool, sizes, seed);
  return {
    train: takeImages(pool, train, `${pool.name} train`),
    validation: takeImages(pool, validation, `${pool.name} validation`),
    test: sizes.test === undefined ? test : subset(test, sizes.test, seed),
  };
}

/** What is known of images without their bytes: enough to divide them. */
export type Labelled = ImageFacts & Pick<ImageSet, 'labels'>;

/**
 * The same division as image numbers, for images that are not in memory.
 * @throws DataError as splitImages
 */
export function splitNumbers(pool: Labelled, sizes: Pick<SplitSizes, 'train' | 'validation'>, seed: number | string): { readonly train: Uint32Array; readonly validation: Uint32Array } {
  const wanted = sizes.train + sizes.validation;
  if (sizes.train < 1 || sizes.validation < 1 || wanted > pool.count) {
    throw new DataError(
      `${pool.name}: expected at least 1 training and 1 validation image, together at most ${pool.count}, ` +
        `got ${sizes.train} + ${sizes.validation}; ask for fewer`,
    );
  }
  const rng = createRng(seed).fork('split', pool.name);
  const [train, rest] = draw(pool, Array.from(pool.labels.keys()), sizes.train, rng.fork('train'));
  const [validation] = draw(pool, rest, sizes.validation, rng.fork('validation'));
  return { train: Uint32Array.from(train), validation: Uint32Array.from(validation) };
}

/**
 * Numbers of a seeded, stratified part of `count` images.
 * @throws DataError where `count` is not from 1 to the set's own
 */
export function subsetNumbers(set: Labelled, count: number, seed: number | string): Uint32Array {
  if (count < 1 || count > set.count) {
    throw new DataError(`${set.name}: expected a part of 1 to ${set.count} images, got ${count}; ask for fewer`);
  }
  const [taken] = draw(set, Array.from(set.labels.keys()), count, createRng(seed).fork('subset', set.name));
  return Uint32Array.from(taken);
}

/**
 * A seeded, stratified part of `count` images.
 * @throws DataError where `count` is not from 1 to the set's own
 */
export function subset(set: ImageSet, count: number, seed: number | string): ImageSet {
  return takeImages(set, subsetNumbers(set, count, seed));
}

/** `count` of `candidates`, each class in its share, shuffled; and those not taken. */
function draw(set: Labelled, candidates: readonly number[], count: number, rng: Rng): [number[], number[]] {
  const byClass = Array.from({ length: set.classes }, (): number[] => []);
  for (const index of candidates) byClass[set.labels[index] ?? 0]?.push(index);
  const quotas = shares(byClass.map((members) => members.length), count);
  const taken: number[] = [];
  const rest: number[] = [];
  byClass.forEach((members, label) => {
    rng.fork(label).shuffle(members);
    taken.push(...members.slice(0, quotas[label]));
    rest.push(...members.slice(quotas[label]));
  });
  return [rng.fork('order').shuffle(taken), rest];
}

/**
 * `total` divided in proportion to `weights` by largest remainders; ties go to the lower class.
 * Never more than a weight as long as total <= sum of the weights, which the callers have checked.
 */
function shares(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (weight * total) / sum);
  const whole = exact.map(Math.floor);
  const missing = total - whole.reduce((a, b) => a + b, 0);
  const remainder = (i: number): number => (exact[i] ?? 0) - (whole[i] ?? 0);
  const order = weights.map((_, i) => i).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const i of order.slice(0, missing)) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}
