// Freeze-thaw by the chain model, for proposals that arrive one at a time. Every run gets a first look; of the first arrivals the best and
// a few random ones are trained to the end; from then on a run goes on from one point of the grid to the next while it has more than
// 1 - Delta to beat the bar, and frozen runs are looked at again after each fit. native/chain/chain.hpp has the model; docs/figures.md what it saves.
import { UsageError, type FitRecord, type Predicted, type Rng, type Stakes, type StoppingRule, type StoredEvent, type TrialId, type Verdict } from '../../../core/index.js';
import { chainGrid, firstLook } from '../../chain/grid.js';
import { predictionOf } from '../../draws.js';
import type { FeaturePart } from '../../features.js';
import { chanceWords } from '../chance-words.js';
import { TrialBook, type TrialRecord } from '../trial-book.js';
import { chooseBurnIn, type BurnIn } from './burn-in.js';
import { ChainLedger } from './ledger.js';

export interface ChainRuleOptions {
  /** Delta, in (.5, 1). */
  readonly confidence: number;
  /** delta >= 0, in score units: the bar is lowered by it. */
  readonly offset: number;
  readonly burnIn: BurnIn;
  /** False: a freeze is final, but for the choice of the burn-in. */
  readonly thaw: boolean;
  readonly features: readonly FeaturePart[];
  readonly particles: number;
}

type Judgement = Awaited<ReturnType<StoppingRule['judge']>>;
type Review = Awaited<ReturnType<StoppingRule['review']>>;

/** Beside `by: 'chain'`: who burns in. */
interface ChoiceRecord extends FitRecord {
  readonly chosen: readonly TrialId[];
}

export class ChainRule implements StoppingRule {
  readonly settings: StoppingRule['settings'];
  private readonly book = new TrialBook();
  private readonly ledger: ChainLedger;
  /** Null until it is chosen. */
  private chosen: ReadonlySet<TrialId> | null = null;

  constructor(private readonly options: ChainRuleOptions, private readonly rng: Rng) {
    requireSane(options);
    const { features, burnIn, ...rest } = options;
    this.settings = { name: 'chain', ...rest, burnIn: { ...burnIn }, features: features.join('+') };
    this.ledger = new ChainLedger(this.book, { ...options, posterior: 0, gridOf: chainGrid }, rng.fork('walk').int(2 ** 31));
  }

  tell(event: StoredEvent): void {
    this.book.tell(event);
    this.ledger.tell(event);
    if (event.type === 'fit' && event.record.by === 'chain' && Array.isArray(event.record['chosen'])) this.chosen = new Set((event.record as ChoiceRecord).chosen);
  }

  judge(trial: TrialId, stakes: Stakes): Promise<Judgement> {
    const record = this.book.get(trial);
    const { horizon } = stakes;
    if (record === undefined || record.epoch === 0 || record.epoch >= horizon) return going();
    if (this.chosen === null) return this.scout(record, horizon);
    if (this.chosen.has(trial)) return going('burns in');
    if (record.byHand) return going('thawed by hand: not frozen again');
    if (!this.ledger.isPoint(record.epoch, horizon)) return going();
    if (this.burningIn(horizon)) return Promise.resolve({ verdict: waiting(record, 'the burn-in has its turn first') });
    const fit = this.ledger.current(horizon);
    const journal = fit === undefined ? {} : { record: fit };
    const predicted = this.predict(record, stakes);
    if (predicted === null) return Promise.resolve({ verdict: { action: 'continue', reason: 'no run has gone on from here yet' }, ...journal });
    return Promise.resolve({ verdict: this.verdictOn(record, stakes, predicted), ...journal });
  }

  review(frozen: readonly { readonly trial: TrialId; readonly stakes: Stakes }[], { final }: { readonly final: boolean }): Promise<Review> {
    const [first] = frozen;
    if (first === undefined) return Promise.resolve({ thaw: [] });
    const { horizon } = first.stakes;
    if (this.chosen === null) return Promise.resolve(final ? this.chooseOf(frozen.map(({ trial }) => trial), horizon) : { thaw: [] });
    const waiting = frozen.filter(({ trial }) => this.chosen?.has(trial) === true && this.book.get(trial)?.epoch === firstLook(horizon) && this.book.get(trial)?.byHand === false);
    if (waiting.length > 0) return Promise.resolve({ thaw: waiting.map(({ trial }) => ({ trial, reason: 'chosen to burn in' })) });
    if (!this.options.thaw && !final) return Promise.resolve({ thaw: [] });
    return Promise.resolve(this.secondLook(frozen, horizon, final));
  }

  /** Before the choice: everybody stops at the first look. */
  private scout(record: TrialRecord, horizon: number): Promise<Judgement> {
    const look = firstLook(horizon);
    if (record.epoch < look || record.byHand) return going();
    const scouts = this.book.trainedTo(look);
    // A run that broke or was cancelled before the first look has had its turn too.
    const seen = [...this.book.all()].filter(({ failed, cancelled, values }) => failed || cancelled || values.length >= look).length;
    const enough = seen >= this.options.burnIn.scouts;
    const verdict = waiting(record, enough ? `first look at ${scouts.length} runs: who burns in is chosen` : `first look: ${seen} of ${this.options.burnIn.scouts} runs`);
    return Promise.resolve(enough ? { verdict, record: this.choice(scouts, look) } : { verdict });
  }

  private choice(scouts: readonly TrialRecord[], look: number): ChoiceRecord {
    const free = scouts.filter(({ byHand, cancelled }) => !byHand && !cancelled);
    return { by: 'chain', chosen: [...chooseBurnIn(free, look, this.options.burnIn, this.rng.fork('burn-in'))], scouts: scouts.length };
  }

  /** Nobody is left to arrive: the choice is made of those who did. */
  private chooseOf(frozen: readonly TrialId[], horizon: number): Review {
    const look = firstLook(horizon);
    const record = this.choice(this.book.trainedTo(look), look);
    const chosen = new Set(record.chosen);
    return { thaw: frozen.filter((trial) => chosen.has(trial)).map((trial) => ({ trial, reason: 'chosen to burn in' })), record };
  }

  private burningIn(horizon: number): boolean {
    return [...(this.chosen ?? [])].some((trial) => {
      const record = this.book.get(trial);
      return record !== undefined && !record.failed && !record.cancelled && !record.byHand && record.values.length < horizon;
    });
  }

  private secondLook(frozen: readonly { readonly trial: TrialId; readonly stakes: Stakes }[], horizon: number, final: boolean): Review {
    if (this.burningIn(horizon)) return { thaw: [] };
    const record = final ? this.ledger.latest(horizon) : undefined;
    const open = frozen.flatMap(({ trial, stakes }) => {
      const run = this.book.get(trial);
      // A first look that waited has not been judged yet: it is not a thaw in the user's sense, and `thaw off` does not forbid it.
      return run === undefined || run.byHand || run.failed || (!this.options.thaw && run.epoch > firstLook(horizon)) ? [] : [{ run, stakes }];
    });
    const chances = this.ledger.chancesBelow(open.map(({ run }) => run), open.map(({ stakes: { bar } }) => (bar ?? -Infinity) - this.options.offset), horizon);
    const live = open.filter((_, i) => (chances[i] as number) < this.options.confidence).flatMap(({ run, stakes }) => {
      const predicted = this.predict(run, stakes);
      return predicted === null ? [] : [{ trial: run.trial, predicted, reason: this.words(predicted, '<') }];
    });
    live.sort((a, b) => upper(b.predicted) - upper(a.predicted) || a.trial - b.trial);
    return { thaw: live.map(({ trial, reason }) => ({ trial, reason })), ...(record === undefined ? {} : { record }) };
  }

  private predict(record: TrialRecord, { horizon, bar }: Stakes): Predicted | null {
    const [ends] = this.ledger.walkAll([record], horizon);
    if (ends === undefined || Number.isNaN(ends[0])) return null;
    const { mean, sigma, quantiles, below } = predictionOf(ends);
    return { mean, sigma, quantiles, probability: bar === null ? null : below(bar - this.options.offset), horizon };
  }

  private verdictOn(record: TrialRecord, stakes: Stakes, predicted: Predicted): Verdict {
    const seen = { predicted, ...(stakes.bar === null ? {} : { bar: stakes.bar }) };
    if (!this.hasCase(predicted)) return { action: 'continue', ...seen };
    if (record.epoch <= record.usedThrough) return { action: 'continue', reason: `thawed on epoch ${record.usedThrough}: only a later epoch can freeze it again`, ...seen };
    return { action: 'freeze', reason: this.words(predicted, '>='), value: { y: predicted.mean, at: stakes.horizon }, ...seen };
  }

  private hasCase({ probability }: Predicted): boolean {
    return probability !== null && probability >= this.options.confidence;
  }

  private words({ probability }: Predicted, sign: '<' | '>='): string {
    return chanceWords(probability, sign, this.options.confidence);
  }
}

/** The 90 % quantile: by it the most promising run goes first. */
function upper({ quantiles, mean }: Predicted): number {
  return quantiles?.find(([share]) => share === 0.9)?.[1] ?? mean;
}

function going(reason?: string): Promise<Judgement> {
  return Promise.resolve({ verdict: { action: 'continue', ...(reason === undefined ? {} : { reason }) } });
}

/** A freeze that judges nothing: the run's value is what was last seen of it. */
function waiting(record: TrialRecord, reason: string): Verdict {
  return { action: 'freeze', reason, value: { y: record.values[record.epoch - 1] as number, at: record.epoch } };
}

function requireSane({ confidence, offset, burnIn, particles }: ChainRuleOptions): void {
  const wrong = (what: string, got: number): UsageError => new UsageError(`chain rule: expected ${what}, got ${got}`);
  if (!(confidence > 0.5 && confidence < 1)) throw wrong('a confidence above .5 and below 1', confidence);
  if (!(offset >= 0 && Number.isFinite(offset))) throw wrong('an offset of at least 0', offset);
  if (!Number.isInteger(particles) || particles < 20) throw wrong('at least 20 particles', particles);
  if (!Number.isInteger(burnIn.best) || burnIn.best < 2) throw wrong('a burn-in of at least 2 best runs', burnIn.best);
  if (!Number.isInteger(burnIn.random) || burnIn.random < 0) throw wrong('a burn-in of at least 0 random runs', burnIn.random);
  if (!Number.isInteger(burnIn.scouts) || burnIn.scouts < 1) throw wrong('at least 1 first look', burnIn.scouts);
}

