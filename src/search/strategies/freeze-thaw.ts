// Freeze-thaw: every candidate gets a first look, the most promising of the first looks and a few at random are trained to the end, and from then
// on the live run with the best predicted upper quantile always goes on to its next point of the grid. A run is live while it has more than
// 1 - Delta to beat the bar. When none is, or all that wait are together expected to hold too few better ones to look for, and a fresh fit agrees, the search is
// over and the rest are frozen. After Swersky, Snoek and Adams 2014, with the chain model in place of their Gaussian process. A source that learns is told what its candidates are predicted to be worth after the first look.
import { UsageError, type FitRecord, type Predicted, type Rng, type Stakes, type StoredEvent, type Strategy, type TrialId, type Verdict } from '../../core/index.js';
import type { BurnIn, Prediction, RunModel } from '../../predict/index.js';
import type { Source } from '../source.js';
import { Finals } from './finals.js';
import { byScore, Rungs } from './rungs.js';

export interface FreezeThawOptions {
  readonly trials: number;
  /** T. */
  readonly epochs: number;
  /** The bar is the n-th best fully trained trial. */
  readonly nth: number;
  /** Delta, in (.5, 1). */
  readonly confidence: number;
  /** delta >= 0, in score units: the bar is lowered by it. */
  readonly offset: number;
  /** `scouts` first looks choose who burns in: all trials where the source learns nothing. */
  readonly burnIn: BurnIn;
}

/** Of a paused run, by the fit that was told last. */
interface Outlook {
  readonly fit: number;
  readonly epoch: number;
  /** Against which `below` holds. */
  readonly bar: number;
  /** p(y_T <= bar); 0 where nothing can be said: it goes on. */
  readonly below: number;
  /** Of live runs. */
  readonly prediction: Prediction | null;
}

type Answer = Awaited<ReturnType<Strategy['ask']>>;

export class FreezeThawStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly rungs = new Rungs();
  private readonly finals: Finals;
  private readonly outlooks = new Map<TrialId, Outlook>();
  /** Told of by a `value` event. */
  private readonly valued = new Set<TrialId>();
  /** Of those that pause the ones not yet told of. */
  private readonly unvalued = new Set<TrialId>();
  private readonly paused = new Set<TrialId>();
  private started = 0;
  /** Null until it is chosen. */
  private chosen: readonly TrialId[] | null = null;
  private fits = 0;
  /** Nothing but freezes has been told since the search was found to be over: a look at all runs for each of them would cost N^2. */
  private over = false;

  constructor(
    private readonly source: Source,
    private readonly model: RunModel,
    private readonly options: FreezeThawOptions,
    private readonly rng: Rng,
  ) {
    requireSane(options);
    this.settings = { name: 'freeze-thaw', source: source.settings, model: model.settings, ...options, burnIn: { ...options.burnIn } };
    this.finals = new Finals(options.epochs, options.nth);
  }

  tell(event: StoredEvent): void {
    this.rungs.tell(event);
    this.finals.tell(event);
    this.source.tell(event);
    this.model.tell(event);
    if (event.type === 'start') this.started++;
    if (event.type === 'value') this.valued.add(event.trial);
    if (event.type === 'fit') this.hear(event.record);
    if (!isFreeze(event)) this.over = false;
    if ('trial' in event) this.follow(event.trial);
  }

  /** The bar, so that a rule may judge between two points of the grid; without one (`none`) the strategy alone decides. */
  stakes(): Stakes {
    return { horizon: this.options.epochs, bar: this.finals.bar() };
  }

  async ask(): Promise<Answer> {
    if (this.over) return this.end();
    return (this.chosen === null ? await this.scout() : this.burnIn(this.chosen)) ?? (await this.refit('due')) ?? (await this.value()) ?? (await this.arrive()) ?? (await this.advance()) ?? this.end();
  }

  /** First looks at the scouts; then the choice of who burns in. */
  private async scout(): Promise<Answer> {
    const offer = this.started < this.options.burnIn.scouts ? await this.look() : null;
    if (offer !== null) return offer;
    if (this.rungs.busy() > 0) return { action: 'wait' };
    const { best, random } = this.options.burnIn;
    const ordered = [...this.paused].sort(byScore(this.rungs, this.first()));
    const others = this.rng.fork('burn-in').shuffle(ordered.slice(best)).slice(0, random);
    return { action: 'wait', record: { by: 'freeze-thaw', chosen: [...ordered.slice(0, best), ...others], scouts: this.started } };
  }

  /** Null when it is over. */
  private burnIn(chosen: readonly TrialId[]): Answer | null {
    const { epochs } = this.options;
    const due = chosen.find((trial) => this.paused.has(trial));
    if (due !== undefined) return { action: 'resume', trial: due, until: epochs };
    return chosen.some((trial) => this.rungs.get(trial)?.running === true) ? { action: 'wait' } : null;
  }

  private async refit(when: 'due' | 'latest'): Promise<Answer | null> {
    const record = this.paused.size === 0 ? undefined : await this.model.fit(when);
    return record === undefined ? null : { action: 'wait', record };
  }

  /** What runs are predicted to be worth, once each, after their first look. */
  private async value(): Promise<Answer | null> {
    const values = [];
    for (const trial of this.unvalued) {
      const prediction = await this.model.predict(trial);
      if (prediction !== null && Number.isFinite(prediction.mean)) values.push({ trial, y: prediction.mean, at: this.options.epochs });
    }
    return values.length === 0 ? null : { action: 'value', values };
  }

  private async arrive(): Promise<Answer | null> {
    return this.started < this.options.trials ? this.look() : null;
  }

  private async look(): Promise<Answer | null> {
    const offer = await this.source.next(this.started);
    return offer === null ? null : { action: 'start', ...offer, until: this.first() };
  }

  /** The live run with the best upper quantile goes on to its next point. */
  private async advance(): Promise<Answer | null> {
    await this.lookAll();
    let [best, bestUpper, better] = [undefined as TrialId | undefined, -Infinity, 0];
    for (const trial of this.paused) {
      const outlook = this.outlooks.get(trial) as Outlook;
      better += 1 - outlook.below;
      if (outlook.below >= this.options.confidence) continue;
      const upper = outlook.prediction === null ? this.rungs.scoreAt(trial, outlook.epoch) : upperOf(outlook.prediction);
      if (best === undefined || upper > bestUpper || (upper === bestUpper && trial < best)) [best, bestUpper] = [trial, upper];
    }
    if (best === undefined || better <= this.negligible()) return this.rungs.busy() > 0 ? { action: 'wait' } : this.refit('latest');
    const { epoch } = this.outlooks.get(best) as Outlook;
    return { action: 'resume', trial: best, until: this.model.grid.find((tau) => tau > epoch) ?? this.options.epochs };
  }

  /**
   * Better runs that need not be looked for: 5 (1 - Delta) sqrt(N). Each by itself may be unlikely to win and yet hundreds of them hold a winner; with Delta alone (N = 265 to 800, four
   * of stopping.md's sets) .95 gave 7.9x at a regret of .094 and .99 5.7x at .027, with such a bound alone 8.1x at .029 and 6.4x at .023.
   */
  private negligible(): number {
    return 5 * (1 - this.options.confidence) * Math.sqrt(this.started);
  }

  /** Looks again at whom the last fit, the last epochs or a bar that has risen have changed. */
  private async lookAll(): Promise<void> {
    const bar = (this.finals.bar() ?? -Infinity) - this.options.offset;
    const stale = [...this.paused].filter((trial) => {
      const outlook = this.outlooks.get(trial);
      return outlook === undefined || outlook.fit !== this.fits || outlook.bar !== bar || outlook.epoch !== this.epochOf(trial);
    });
    const chances = await this.model.chancesBelow(stale, bar);
    for (const [i, trial] of stale.entries()) {
      const chance = chances[i] as number;
      const prediction = chance >= this.options.confidence ? null : await this.model.predict(trial);
      this.outlooks.set(trial, { fit: this.fits, epoch: this.epochOf(trial), bar, prediction, below: Number.isNaN(chance) ? 0 : chance });
    }
  }

  private async end(): Promise<Answer> {
    const [trial] = this.paused;
    this.over = this.rungs.busy() === 0;
    if (trial === undefined) return { action: this.rungs.busy() > 0 ? 'wait' : 'done' };
    return { action: 'freeze', trial, verdict: this.frozen(trial, await this.model.predict(trial)) };
  }

  private frozen(trial: TrialId, prediction: Prediction | null): Extract<Verdict, { action: 'freeze' }> {
    const { epochs: horizon, offset } = this.options;
    const epoch = this.epochOf(trial);
    const bar = this.finals.bar();
    if (prediction === null || bar === null) return { action: 'freeze', reason: 'the search is over', value: { y: this.rungs.scoreAt(trial, epoch), at: epoch } };
    const { mean, sigma, quantiles, below } = prediction;
    const predicted: Predicted = { mean, ...(sigma === undefined ? {} : { sigma }), ...(quantiles === undefined ? {} : { quantiles }), probability: below(bar - offset), horizon };
    const reason = `predicted ${mean.toFixed(4)} at epoch ${horizon}, p(<= ${bar.toFixed(4)}${offset === 0 ? '' : ` - ${offset}`}) = ${predicted.probability?.toFixed(4) ?? '-'}: too little was left to be found`;
    return { action: 'freeze', reason, value: { y: mean, at: horizon }, bar, predicted };
  }

  private follow(trial: TrialId): void {
    const paused = this.rungs.get(trial)?.paused === true;
    if (paused) this.paused.add(trial);
    else this.paused.delete(trial);
    if (paused && !this.valued.has(trial)) this.unvalued.add(trial);
    else this.unvalued.delete(trial);
  }

  private hear(record: FitRecord): void {
    if (record.by === 'freeze-thaw') this.chosen = record['chosen'] as readonly TrialId[];
    if (record.by === this.model.by) this.fits++;
  }

  private first(): number {
    return this.model.grid[0] as number;
  }

  private epochOf(trial: TrialId): number {
    return this.rungs.get(trial)?.until ?? 0;
  }
}

/** A freeze, what it says the run is worth, and the checkpoints that it costs. */
function isFreeze(event: StoredEvent): boolean {
  return event.type === 'value' || event.type === 'evict' || (event.type === 'verdict' && event.verdict.action === 'freeze');
}

/** The 90 % quantile; of a Gaussian where a prediction has none. */
function upperOf({ mean, sigma = 0, quantiles }: Prediction): number {
  return quantiles?.find(([share]) => share === 0.9)?.[1] ?? mean + 1.2816 * sigma;
}

function requireSane({ trials, epochs, nth, confidence, offset, burnIn: { best, random, scouts } }: FreezeThawOptions): void {
  const wrong = (what: string, got: number): UsageError => new UsageError(`freeze-thaw: expected ${what}, got ${got}`);
  const bad = Object.entries({ trials, epochs, nth, best, scouts }).find(([, n]) => !Number.isInteger(n) || n < 1);
  if (bad !== undefined) throw wrong(`${bad[0]} to be a whole number from 1`, bad[1]);
  if (!Number.isInteger(random) || random < 0) throw wrong('a whole number of random runs to burn in', random);
  if (!(confidence > 0.5 && confidence < 1)) throw wrong('a confidence above .5 and below 1', confidence);
  if (!(offset >= 0 && Number.isFinite(offset))) throw wrong('an offset of at least 0', offset);
}
