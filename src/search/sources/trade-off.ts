// Search for a Pareto front by scalars (as in Knowles 2006, but with rates fixed beforehand): several sources of one kind take turns, each with its own
// exchange rate between the score and the logarithm of a second number. All hear of every trial, each at its own rate, so a trial that is poor for
// one may be another's parent. Without a rate above 0 it is the plain source.
import { costOf, UsageError, type Spent, type StoredEvent, type TrialId } from '../../core/index.js';
import type { Offer, Source } from '../source.js';

export interface TradeOff {
  /** The second number, less is better: seconds, weights, a metric, an AP or HP column (see `costOf`). */
  readonly by: string;
  /** By how much the score must rise to be worth a tenfold of it; one source each. */
  readonly rates: readonly number[];
}

/** `makeSource` is called for each rate. */
export async function tradeOffSource(makeSource: () => Source | Promise<Source>, tradeOff: TradeOff): Promise<Source> {
  const { rates } = tradeOff;
  if (rates.length === 0 || !rates.every((rate) => rate >= 0 && Number.isFinite(rate))) throw new UsageError(`trade-off: expected one rate of at least 0, or several, got ${rates.join(', ') || 'none'}`);
  return new TradeOffSource(await Promise.all(rates.map(makeSource)), tradeOff);
}

class TradeOffSource implements Source {
  readonly settings: Source['settings'];
  private readonly spent = new Map<TrialId, { -readonly [key in keyof Spent]: Spent[key] }>();
  private fault: string | null = null;

  constructor(private readonly sources: readonly Source[], private readonly tradeOff: TradeOff) {
    this.settings = { name: 'trade-off', by: tradeOff.by, rates: tradeOff.rates, source: this.sourceOf(0).settings };
  }

  tell(event: StoredEvent): void {
    if (event.type === 'fit' && event.record.by === 'trade-off') {
      this.sourceOf(Number(event.record['place'])).tell({ ...event, record: event.record['record'] as typeof event.record });
      return;
    }
    if (event.type === 'start') this.spent.set(event.trial, { candidate: event.candidate, seconds: 0, epochs: 0, metrics: null });
    if (event.type === 'epoch') this.spend(event);
    const weighed = event.type === 'value' ? this.logCost(event.trial) : 0;
    this.sources.forEach((source, i) => source.tell(event.type === 'value' ? { ...event, y: event.y - (this.tradeOff.rates[i] ?? 0) * weighed } : event));
  }

  async next(trial: TrialId): Promise<Offer | null> {
    if (this.fault !== null) throw new UsageError(this.fault);
    const place = trial % this.sources.length;
    const offer = await this.sourceOf(place).next(trial);
    return offer?.record === undefined ? offer : { ...offer, record: { by: 'trade-off', place, record: offer.record } };
  }

  private spend({ trial, seconds, metrics }: Extract<StoredEvent, { type: 'epoch' }>): void {
    const spent = this.spent.get(trial);
    if (spent === undefined) return;
    spent.seconds += seconds;
    spent.epochs++;
    spent.metrics = metrics ?? null;
  }

  /** What cannot be weighed is said when the next trial is asked for: events are never refused. */
  private logCost(trial: TrialId): number {
    const spent = this.spent.get(trial);
    const cost = spent === undefined ? null : costOf(spent, this.tradeOff.by);
    if (cost !== null && cost > 0) return Math.log10(cost);
    this.fault ??= `trade-off: expected each trial to have ${this.tradeOff.by} above 0, got ${cost ?? 'none'} of trial ${trial}`;
    return 0;
  }

  private sourceOf(place: number): Source {
    const source = this.sources[place];
    if (source === undefined) throw new UsageError(`trade-off: expected a source for place ${place}, got ${this.sources.length} sources`);
    return source;
  }
}
