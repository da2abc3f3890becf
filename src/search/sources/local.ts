// Local search (White et al. 2021): try the neighbours of the best trial of the climb, move as soon as one is better, and where none of them is
// begin another climb at random. A climb begins with a few random draws and the best of them; its beginning is journaled.
import type { Candidate, FitRecord, Rng, StoredEvent, TrialId } from '../../core/index.js';
import type { Offer, Source } from '../source.js';
import { untaken, type Domain } from './domain.js';
import { History } from './history.js';

export interface LocalOptions {
  /** Random draws that a climb begins with. */
  readonly initial: number;
  /** Of a candidate so many are looked at. */
  readonly neighbours: number;
}

export const localDefaults: LocalOptions = { initial: 10, neighbours: 24 };

export function localSource(domain: Domain, options: LocalOptions, rng: Rng): Source {
  return new LocalSource(domain, options, rng);
}

class LocalSource implements Source {
  readonly settings: Source['settings'];
  private readonly history = new History();
  /** Its first trial, and its best so far. */
  private climb: { readonly from: TrialId; best: TrialId | null } = { from: 0, best: null };

  constructor(private readonly domain: Domain, private readonly options: LocalOptions, private readonly rng: Rng) {
    this.settings = { name: 'local', ...options };
  }

  tell(event: StoredEvent): void {
    if (event.type === 'start') this.domain.take(event.candidate);
    this.history.tell(event);
    if (event.type === 'fit' && event.record.by === 'local') this.climb = { from: Number(event.record['trial']), best: null };
    if (event.type === 'value' && event.trial >= this.climb.from) this.compare(event.trial);
  }

  next(trial: TrialId): Promise<Offer | null> {
    const { from, best } = this.climb;
    if (trial < from + this.options.initial || best === null) return Promise.resolve(this.drawn(trial));
    const near = this.around(best);
    return Promise.resolve(near === undefined ? this.drawn(trial, { by: 'local', trial, climbed: best }) : { candidate: near });
  }

  private drawn(trial: TrialId, record?: FitRecord): Offer | null {
    const candidate = untaken(this.domain, this.rng.fork('trial', trial));
    return candidate === null ? null : { candidate, ...(record === undefined ? {} : { record }) };
  }

  private around(best: TrialId): Candidate | undefined {
    const centre = this.history.candidate(best);
    if (centre === undefined) return undefined;
    return this.domain.neighbours(centre, this.rng.fork('around', best), this.options.neighbours).find((near) => !this.domain.isTaken(near));
  }

  /** A value that sank (a thawed trial that ended lower than predicted) is compared when the next one comes. */
  private compare(trial: TrialId): void {
    const [now, before] = [this.history.valueOf(trial), this.climb.best === null ? null : this.history.valueOf(this.climb.best)];
    if (now !== null && (before === null || now > before)) this.climb.best = trial;
  }
}
