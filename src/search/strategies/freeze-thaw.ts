// Freeze-thaw: every candidate gets a first look and, where that was a short one, the best quarter a second, the most promising of these and a few at random are trained to the end, and from then
// on the live run with the best predicted upper quantile always goes on to its next point of the grid. A run is live while it has more than
// 1 - Delta to beat the bar. When none is, or all that wait are together expected to hold too few better ones to look for, and a fresh fit agrees, the search is
// over and the rest are frozen. After Swersky, Snoek and Adams 2014, with the chain model in place of their Gaussian process. A source that learns is told what its candidates are predicted to be worth after the first look.
import { UsageError, type FitRecord, type Predicted, type Rng, type Stakes, type StoredEvent, type Strategy, type TrialId, type Verdict } from '../../core/index.js';
import type { BurnIn, Prediction, RunModel } from '../../predict/index.js';
import type { Source } from '../source.js';
import { Finals } from './finals.js';
import { byScore, Rungs } from './rungs.js';
import { GROUP, grouped, Waiting } from './waiting.js';

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

/** One of so many gets a second look: where curves begin on a plateau (AlexNet's) the first chooses by noise, and those that it did not choose have not yet begun to learn. */
const SECOND_LOOKS = 4;

type Answer = Awaited<ReturnType<Strategy['ask']>>;

export class FreezeThawStrategy implements Strategy {
  readonly settings: Strategy['settings'];
  private readonly rungs = new Rungs();
  private readonly finals: Finals;
  /** Told of by a `value` event. */
  private readonly valued = new Set<TrialId>();
  /** Of those that pause the ones not yet told of. */
  private readonly unvalued = new Set<TrialId>();
  private readonly waiting = new Waiting();
  private started = 0;
  /** Who gets a second look before the burn-in is chosen, the best last, less those that had it; null until the first looks have said who. */
  private seconds: TrialId[] | null = null;
  /** Null until it is chosen. */
  private chosen: readonly TrialId[] | null = null;
  /** Nothing but freezes has been told since the search was found to be over: a look at all runs for each of them would cost N^2. */
  private over = false;
  /** Of runs that are frozen next while it is over. */
  private readonly lastWords = new Map<TrialId, Prediction | null>();

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
    const bar = this.finals.bar();
    this.rungs.tell(event);
    this.finals.tell(event);
    if (this.finals.bar() !== bar) this.waiting.forget();
    this.source.tell(event);
    this.model.tell(event);
    if (event.type === 'start') this.started++;
    if (event.type === 'value') this.valued.add(event.trial);
    if (event.type === 'fit') this.hear(event.record);
    if (!isFreeze(event)) this.goOn();
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

  /** First looks at the scouts, a second one at the best quarter of them; then the choice of who burns in. */
  private async scout(): Promise<Answer> {
    const offer = this.started < this.options.burnIn.scouts ? await this.look() : null;
    if (offer !== null) return offer;
    const twice = this.second() > this.first();
    if (this.rungs.busy() > 0 && this.seconds === null) return { action: 'wait' };
    const { best } = this.options.burnIn;
    const looked = () => [...this.waiting.all()].sort(byScore(this.rungs, this.first()));
    // Of twice as many as burn in at least: else the first look alone would choose.
    if (twice && this.seconds === null) return { action: 'wait', record: { by: 'freeze-thaw', seconds: looked().slice(0, Math.max(2 * best, Math.ceil(this.waiting.size / SECOND_LOOKS))) } };
    const due = this.nextSecond();
    if (due !== undefined) return { action: 'resume', trial: due, until: this.second() };
    return this.rungs.busy() > 0 ? { action: 'wait' } : { action: 'wait', record: this.choice(looked()) };
  }

  private nextSecond(): TrialId | undefined {
    const queue = this.seconds ?? [];
    for (let trial = queue.at(-1); trial !== undefined; trial = queue.at(-1)) {
      if (this.waiting.has(trial) && this.epochOf(trial) < this.second()) return trial;
      queue.pop();
    }
    return undefined;
  }

  /** Those who were looked at twice first; then, where too few of them are left, the others. */
  private choice(looked: readonly TrialId[]): FitRecord {
    const { best, random } = this.options.burnIn;
    const twice = looked.filter((trial) => this.epochOf(trial) >= this.second()).sort(byScore(this.rungs, this.second()));
    const once = looked.filter((trial) => this.epochOf(trial) < this.second());
    const chosen = [...twice, ...once].slice(0, best);
    const others = this.rng.fork('burn-in').shuffle(looked.filter((trial) => !chosen.includes(trial))).slice(0, random);
    return { by: 'freeze-thaw', chosen: [...chosen, ...others], scouts: this.started };
  }

  /** Null when it is over. */
  private burnIn(chosen: readonly TrialId[]): Answer | null {
    const { epochs } = this.options;
    const due = chosen.find((trial) => this.waiting.has(trial));
    if (due !== undefined) return { action: 'resume', trial: due, until: epochs };
    return chosen.some((trial) => this.rungs.get(trial)?.running === true) ? { action: 'wait' } : null;
  }

  private async refit(when: 'due' | 'latest'): Promise<Answer | null> {
    const record = this.waiting.size === 0 ? undefined : await this.model.fit(when);
    return record === undefined ? null : { action: 'wait', record };
  }

  /** What runs are predicted to be worth, once each, after their first look. */
  private async value(): Promise<Answer | null> {
    const values = [];
    for (const group of grouped([...this.unvalued])) {
      const predictions = await this.model.predict(group);
      for (const [i, trial] of group.entries()) {
        const mean = predictions[i]?.mean ?? NaN;
        if (Number.isFinite(mean)) values.push({ trial, y: mean, at: this.options.epochs });
      }
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
    const next = this.waiting.next();
    if (next === undefined || this.waiting.holdsAtMost(this.negligible())) return this.rungs.busy() > 0 ? { action: 'wait' } : this.refit('latest');
    return { action: 'resume', trial: next.trial, until: this.model.grid.find((tau) => tau > next.epoch) ?? this.options.epochs };
  }

  /**
   * Better runs that need not be looked for: 4 (1 - Delta) sqrt(N). Each by itself may be unlikely to win and yet hundreds of them hold a winner. On ten recorded sets (162 to 800 runs) 2
   * gave 9.0x at a regret of .015 and 7.3x at .0010, 4 gave 9.0x at .010 and 6.6x at .0016, 5 gave 9.5x at .016 and 6.5x at .0017: the larger the better where much is left out, the smaller where little is.
   */
  private negligible(): number {
    return 4 * (1 - this.options.confidence) * Math.sqrt(this.started);
  }

  /** Looks again at whom the last fit, the last epochs or a bar that has risen have changed. */
  private async lookAll(): Promise<void> {
    const { confidence, offset } = this.options;
    const unknown = this.waiting.unknown();
    const chances = await this.model.chancesBelow(unknown, (this.finals.bar() ?? -Infinity) - offset);
    const looked = unknown.map((trial, i) => ({ trial, epoch: this.epochOf(trial), below: chances[i] as number, upper: null as number | null }));
    // Not >=: where nothing can be said it is live.
    for (const group of grouped(looked.filter(({ below }) => !(below >= confidence)))) {
      const predictions = await this.model.predict(group.map(({ trial }) => trial));
      for (const [i, each] of group.entries()) {
        const prediction = predictions[i] ?? null;
        each.upper = prediction === null ? this.rungs.scoreAt(each.trial, each.epoch) : upperOf(prediction);
        if (Number.isNaN(each.below)) each.below = 0;
      }
    }
    this.waiting.learn(looked);
  }

  private async end(): Promise<Answer> {
    const [trial] = this.waiting.all();
    this.over = this.rungs.busy() === 0;
    if (trial === undefined) return { action: this.rungs.busy() > 0 ? 'wait' : 'done' };
    if (!this.lastWords.has(trial)) await this.lookAhead();
    return { action: 'freeze', trial, verdict: this.frozen(trial, this.lastWords.get(trial) ?? null) };
  }

  /** What is predicted of those that are frozen next, a group at once. */
  private async lookAhead(): Promise<void> {
    this.lastWords.clear();
    const group = this.waiting.first(GROUP);
    const predictions = await this.model.predict(group);
    group.forEach((trial, i) => this.lastWords.set(trial, predictions[i] ?? null));
  }

  private goOn(): void {
    this.over = false;
    this.lastWords.clear();
  }

  private frozen(trial: TrialId, prediction: Prediction | null): Extract<Verdict, { action: 'freeze' }> {
    const { epochs: horizon, offset } = this.options;
    const epoch = this.epochOf(trial);
    const bar = this.finals.bar();
    if (prediction === null || !Number.isFinite(prediction.mean) || bar === null) return { action: 'freeze', reason: 'the search is over', value: { y: this.rungs.scoreAt(trial, epoch), at: epoch } };
    const { mean, sigma, quantiles, below } = prediction;
    const predicted: Predicted = { mean, ...(sigma === undefined ? {} : { sigma }), ...(quantiles === undefined ? {} : { quantiles }), probability: below(bar - offset), horizon };
    const reason = `p(does not pass the bar) = ${predicted.probability?.toFixed(4) ?? '-'}: too little was left to be found`;
    return { action: 'freeze', reason, value: { y: mean, at: horizon }, bar, predicted };
  }

  private follow(trial: TrialId): void {
    const paused = this.rungs.get(trial)?.paused === true;
    if (paused) this.waiting.add(trial);
    else this.waiting.remove(trial);
    if (paused && !this.valued.has(trial)) this.unvalued.add(trial);
    else this.unvalued.delete(trial);
  }

  private hear(record: FitRecord): void {
    if (record.by === 'freeze-thaw' && 'seconds' in record) this.seconds = [...(record['seconds'] as readonly TrialId[])].reverse();
    else if (record.by === 'freeze-thaw') this.chosen = record['chosen'] as readonly TrialId[];
    if (record.by === this.model.by) this.waiting.forget();
  }

  private first(): number {
    return this.model.grid[0] as number;
  }

  /** The first point of the grid from a twentieth on: the first look itself where that is no shorter. */
  private second(): number {
    return this.model.grid.find((tau) => tau >= Math.floor(this.options.epochs / 20)) ?? this.options.epochs;
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
