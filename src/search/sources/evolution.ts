// Regularised evolution (Real et al. 2019): the population is the trials whose values came last, so the oldest dies whatever it was worth; the best of
// a random few of it is the parent of the next. Frozen trials stand in it by their y^; broken ones never enter.
import { UsageError, type Rng, type StoredEvent, type TrialId } from '../../core/index.js';
import type { Offer, Source } from '../source.js';
import { untaken, type Domain } from './domain.js';
import { History } from './history.js';
import { mutated } from './mutation.js';

export interface EvolutionOptions {
  /** Trials that are alive; so many are drawn at random to begin with. */
  readonly population: number;
  /** Of them so many compete to be the parent. */
  readonly tournament: number;
}

/** Real et al. have 100 and 25 in searches of 20,000 networks. */
export const evolutionDefaults: EvolutionOptions = { population: 20, tournament: 5 };

export function evolutionSource(domain: Domain, options: EvolutionOptions, rng: Rng): Source {
  return new EvolutionSource(domain, options, rng);
}

class EvolutionSource implements Source {
  readonly settings: Source['settings'];
  private readonly history = new History();
  /** In the order in which they were first worth something. */
  private readonly born: TrialId[] = [];

  constructor(private readonly domain: Domain, private readonly options: EvolutionOptions, private readonly rng: Rng) {
    const { population, tournament } = options;
    if (!(tournament >= 1 && tournament <= population)) throw new UsageError(`evolution: expected a tournament of 1 to ${population} (the population), got ${tournament}`);
    this.settings = { name: 'evolution', ...options };
  }

  tell(event: StoredEvent): void {
    if (event.type === 'start') this.domain.take(event.candidate);
    if (event.type === 'value' && this.history.valueOf(event.trial) === null) this.born.push(event.trial);
    this.history.tell(event);
  }

  next(trial: TrialId): Promise<Offer | null> {
    const rng = this.rng.fork('trial', trial);
    const candidate = (this.history.size < this.options.population ? null : this.child(rng)) ?? untaken(this.domain, rng);
    return Promise.resolve(candidate === null ? null : { candidate });
  }

  private child(rng: Rng) {
    const alive = this.born.slice(-this.options.population).filter((trial) => this.history.valueOf(trial) !== null);
    const worth = (trial: TrialId): number => this.history.valueOf(trial) ?? -Infinity;
    const [best] = rng.fork('tournament').shuffle(alive).slice(0, this.options.tournament).sort((a, b) => worth(b) - worth(a));
    const parent = best === undefined ? undefined : this.history.candidate(best);
    return parent === undefined ? null : mutated(this.domain, parent, rng);
  }
}
