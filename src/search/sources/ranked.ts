// Sources that fit a surrogate to what was tried, rank many candidates by it and offer the best, round after round: Bayesian optimisation (bo.ts) and
// predictor-guided search (guided.ts) are two settings of it. A round's fit is journaled with its first trial; after a resume the same fit is made again of
// the scores as they stood then. Weights are not journaled: where a fit goes on from the last one, that one is made again before it, back to the last from
// scratch. A fit that fails costs its round: the trials are drawn at random and the record says why. A device that is lost, or options that do not go together, end the search.
import { DeviceLostError, graphOf, messageOf, UsageError, type Candidate, type FitRecord, type Json, type Rng, type StoredEvent, type TrialId } from '../../core/index.js';
import { normalScores, withNoise, type FittedSurrogate, type Observation, type Surrogate, type SurrogateRow } from '../../predict/index.js';
import { identityOf, type Offer, type Source } from '../source.js';
import { acquire, type AcquisitionOptions } from './acquisition.js';
import { Best } from './best.js';
import { candidatesOf } from './candidates.js';
import { untaken, type Domain } from './domain.js';
import { History, type KnownTrial } from './history.js';

/** What a trial that is still running counts as until its value comes (Ginsbourger et al. 2010): the worst, mean or best score, or nothing. */
export const LIARS = ['none', 'min', 'mean', 'max'] as const;
export type Liar = (typeof LIARS)[number];

export interface RankedOptions extends AcquisitionOptions {
  readonly name: string;
  /** Trials drawn at random to begin with. */
  readonly initial: number;
  /** Trials that a fit serves. */
  readonly round: number;
  /** False: the first fit serves all. */
  readonly refit: boolean;
  /** Ranked a round, where the domain is a space. */
  readonly candidates: number;
  /** Share of the trials that is drawn at random. */
  readonly explore: number;
  readonly liar: Liar;
  /** To see what a worse predictor costs: what is ranked has an error of so many standard deviations of the predictions. Default 0. */
  readonly noise?: number;
}

interface Round {
  /** The first. */
  readonly trial: TrialId;
  /** The last event before it. */
  readonly after: number;
  readonly known: readonly KnownTrial[];
  readonly open: readonly Candidate[];
  readonly chosen: Json | undefined;
  readonly tunedOn: number;
  readonly failed: boolean;
  /** Whose fit this one's goes on from. */
  readonly from: Round | null;
}

/** Hyper-parameters are kept until there are so many times as many scores. */
const TUNE_GROWTH = 1.1;
/** Fits go on from each other until there are: a resume makes no more of them again than served as many trials as there were at the first. */
const CHAIN_GROWTH = 2;
/** Kept beyond a round and all that were tried: some may be taken by then. */
const SPARE = 64;

export class RankedSource implements Source {
  readonly settings: Source['settings'];
  private readonly history = new History();
  private round: Round | null = null;
  private served = 0;
  /** Number of the last event told, fits of its own aside. */
  private heard = 0;
  private fitted: { readonly key: string; readonly fit: Promise<FittedSurrogate> } | null = null;
  private ranked: { readonly key: string; readonly best: Promise<readonly Candidate[]> } | null = null;

  constructor(private readonly domain: Domain, private readonly surrogate: Surrogate, private readonly options: RankedOptions, private readonly rng: Rng) {
    const { name, initial, round, candidates, explore, noise = 0 } = options;
    const bad = Object.entries({ initial, round, candidates }).find(([, n]) => !Number.isInteger(n) || n < 1);
    if (bad !== undefined) throw new UsageError(`${name}: expected ${bad[0]} to be a whole number from 1, got ${bad[1]}`);
    if (!(noise >= 0 && Number.isFinite(noise))) throw new UsageError(`${name}: expected noise of at least 0, got ${noise}`);
    if (!(explore >= 0 && explore <= 1)) throw new UsageError(`${name}: expected a share of 0 to 1 to explore, got ${explore}`);
    this.settings = { ...options, surrogate: surrogate.settings };
  }

  tell(event: StoredEvent): void {
    if (event.type === 'start') this.domain.take(event.candidate);
    if (event.type === 'start' && this.round !== null) this.served++;
    this.history.tell(event);
    if (event.type === 'fit' && event.record.by === this.options.name) this.begin(event.record);
    else this.heard = event.seq;
  }

  async next(trial: TrialId): Promise<Offer | null> {
    const { initial, explore, refit } = this.options;
    if (this.history.size < initial || this.rng.fork('explore', trial).next() < explore) return this.drawn(trial);
    if (this.round !== null && (!refit || this.served < this.options.round)) return this.of(this.round, trial);
    return this.opened(trial);
  }

  private async of(round: Round, trial: TrialId, record?: FitRecord): Promise<Offer | null> {
    const best = round.failed ? undefined : (await this.rank(round)).find((each) => !this.domain.isTaken(each));
    return best === undefined ? this.drawn(trial, record) : { candidate: best, ...(record === undefined ? {} : { record }) };
  }

  /** A new round. Asked again before its record is told it gives the same. */
  private async opened(trial: TrialId): Promise<Offer | null> {
    const known = this.history.known(this.options.initial);
    const before = this.round;
    const { goesOn = false } = this.surrogate;
    const keep = before !== null && !before.failed && known.length < (goesOn ? CHAIN_GROWTH : TUNE_GROWTH) * before.tunedOn;
    const round: Round = { trial, after: this.heard, known, open: this.history.open(), chosen: keep ? before.chosen : undefined, tunedOn: keep ? before.tunedOn : known.length, failed: false, from: keep && goesOn ? before : null };
    const record = { by: this.options.name, trial, scores: known.length, tunedOn: round.tunedOn, ...(round.from === null ? {} : { from: round.from.trial }) };
    try {
      const { chosen } = await this.fit(round);
      return await this.of(round, trial, { ...record, chosen });
    } catch (error) {
      if (error instanceof UsageError || error instanceof DeviceLostError) throw error;
      return this.drawn(trial, { ...record, error: messageOf(error) });
    }
  }

  private begin({ trial, tunedOn, chosen, error, from }: FitRecord): void {
    this.served = 0;
    const before = from === undefined ? null : this.round;
    this.round = { trial: Number(trial), after: this.heard, known: this.history.known(this.options.initial), open: this.history.open(), chosen, tunedOn: Number(tunedOn), failed: error !== undefined, from: before };
  }

  /** Worked out once; what it goes on from is the last one, unless the search was taken up again. */
  private async fit(round: Round): Promise<FittedSurrogate> {
    const key = keyOf(round);
    if (this.fitted?.key === key) return this.fitted.fit;
    const from = round.from === null ? undefined : await this.fit(round.from);
    this.fitted = { key, fit: this.fitFrom(round, from) };
    return this.fitted.fit;
  }

  private fitFrom(round: Round, from: FittedSurrogate | undefined): Promise<FittedSurrogate> {
    const { trial, open, chosen } = round;
    const known = inChainOrder(round);
    const scores = ranksOf(known);
    const rows: SurrogateRow[] = known.map(({ candidate, predicted }, i) => ({ ...observation(candidate, predicted), y: scores[i] as number }));
    const lie = lieOf(this.options.liar, scores);
    const lies = lie === null || scores.length === 0 ? [] : open.map((candidate) => ({ ...observation(candidate), y: lie }));
    return this.surrogate.fit({ rows: [...rows, ...lies], rng: this.rng.fork('fit', trial), ...(chosen === undefined ? {} : { chosen }), ...(from === undefined ? {} : { from }) });
  }

  /** The best of a round's candidates, in order; worked out once. */
  private rank(round: Round): Promise<readonly Candidate[]> {
    const key = keyOf(round);
    if (this.ranked?.key !== key) this.ranked = { key, best: this.fit(round).then((fitted) => this.bestOf(round, fitted)) };
    return this.ranked.best;
  }

  private async bestOf({ trial, known }: Round, fitted: FittedSurrogate): Promise<readonly Candidate[]> {
    const rng = this.rng.fork('round', trial);
    const top = ranksOf(known).reduce((a, b) => Math.max(a, b), -Infinity);
    const { candidates: most, refit, noise = 0 } = this.options;
    // Of a pool equals are runs of their own.
    const best = new Best<Candidate>(refit ? this.history.size + this.options.round + SPARE : most, this.domain.all() === null ? identityOf : undefined);
    let list = 0;
    for (const candidates of candidatesOf(this.domain, known, this.options.candidates, rng)) {
      const { mean, sigma } = await fitted.predict(candidates.map((each) => observation(each)));
      const worth = acquire({ mean: withNoise(mean, noise, rng.fork('noise', list)), sigma }, top, this.options, rng.fork('draws', list++));
      candidates.forEach((candidate, i) => best.add(candidate, worth[i] as number));
    }
    return best.falling();
  }

  private drawn(trial: TrialId, record?: FitRecord): Offer | null {
    const candidate = untaken(this.domain, this.rng.fork('trial', trial));
    return candidate === null ? null : { candidate, ...(record === undefined ? {} : { record }) };
  }
}

/** Those that the fit before saw first, in its order: what left out rows by their place goes on leaving out the same ones. Else by trial. */
function inChainOrder({ known, from }: Pick<Round, 'known' | 'from'>): readonly KnownTrial[] {
  if (from === null) return known;
  const places = new Map(inChainOrder(from).map(({ trial }, place) => [trial, place]));
  const placeOf = ({ trial }: KnownTrial): number => places.get(trial) ?? places.size + trial;
  return [...known].sort((a, b) => placeOf(a) - placeOf(b));
}

function keyOf({ trial, after }: Round): string {
  return `${trial} after ${after}`;
}

/** Normal scores: what is fitted is to tell the best apart, and a few runs that die would take up all of a scale. A Gaussian process on NAS-Bench-201, six seeds: optimum in 5, on raw accuracies in 1. */
function ranksOf(known: readonly KnownTrial[]): Float64Array {
  const { to } = normalScores(known.map(({ y }) => y));
  return Float64Array.from(known, ({ y }) => to(y));
}

/** What was predicted and not trained carries a flag: a model may learn that such scores are off. */
function observation(candidate: Candidate, predicted = false): Observation {
  const graph = graphOf(candidate);
  const { ap, hp } = candidate;
  return { curve: [], ap, hp: { ...hp, predicted: predicted ? 1 : 0 }, ...(graph === null ? {} : { graph }) };
}

function lieOf(liar: Liar, scores: Float64Array): number | null {
  switch (liar) {
    case 'none':
      return null;
    case 'mean':
      return scores.reduce((sum, y) => sum + y, 0) / scores.length;
    case 'min':
      return scores.reduce((a, b) => Math.min(a, b), Infinity);
    case 'max':
      return scores.reduce((a, b) => Math.max(a, b), -Infinity);
  }
}
