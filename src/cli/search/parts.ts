// From options to the parts of a study: space, strategy, rule and header. The one place where a search's names become objects.
import { createRng, hashBytes, hashOf, type ImageShape, type Json, type Settings, type Space, type StoppingRule, type Strategy, type StudyHeader } from '../../core/index.js';
import type { ImageSet, ImageSource, Split } from '../../data/index.js';
import type { SrmSolver } from '../../predict/index.js';
import { ChainSpace, chainSpaceDefaults, RandomStrategy, sampledSource } from '../../search/index.js';
import { ruleOf } from '../rule/make.js';
import type { SearchOptions } from './options.js';
import type { RestSettings } from './rest.js';

export interface SearchParts {
  readonly space: Space;
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
}

/** `openSolver` is called for the srm rule only: the others work without the addon. */
export async function searchParts(options: SearchOptions, rest: RestSettings, source: ImageSource, openSolver: () => Promise<SrmSolver>): Promise<SearchParts> {
  const { channels, height, width, classes } = source.train;
  const space = chainSpace({ channels, height, width }, classes, rest);
  const rng = createRng(options.seed);
  const { trials, epochs, nth } = options;
  const strategy = new RandomStrategy(sampledSource(space, rng.fork('strategy')), { trials, epochs, nth });
  return { space, strategy, rule: await ruleOf(options, rest, { openSolver, rng: rng.fork('rule') }) };
}

function chainSpace(input: ImageShape, classes: number, rest: RestSettings): Space {
  return new ChainSpace({
    ...chainSpaceDefaults,
    input,
    classes,
    maxBlocks: rest['max-blocks'],
    maxDense: rest['max-dense'],
    maxFlops: rest['max-flops'],
  });
}

export interface HeaderFacts {
  readonly name: string;
  readonly version: string;
  readonly split: Split;
  readonly environment: { readonly [key: string]: Json };
}

export function headerOf(options: SearchOptions, rest: RestSettings, { space, strategy, rule }: SearchParts, facts: HeaderFacts): StudyHeader {
  const data: Settings = {
    name: options.data,
    train: facts.split.train.count,
    validation: facts.split.validation.count,
    // Another folder behind the same path is another study.
    fingerprint: fingerprintOf([facts.split.train, facts.split.validation]),
    batchSize: rest['batch-size'],
  };
  return {
    name: facts.name,
    version: facts.version,
    seed: options.seed,
    metric: { name: 'accuracy', negated: false },
    epochs: options.epochs,
    space: { ...space.settings, name: space.name },
    strategy: strategy.settings,
    rule: rule.settings,
    data,
    environment: facts.environment,
  };
}

function fingerprintOf(sets: readonly ImageSet[]): string {
  return hashOf(sets.map(({ images, labels }) => [hashBytes(images), hashBytes(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))]));
}
