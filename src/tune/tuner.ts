// The chooser that measures. A class of shapes is decided once, when it is first asked for: as a journal says, else as evidence kept by
// an earlier process says, else by a race of its candidates now, else as its nearest neighbour, else untuned. Decisions are told (and journaled by whoever listens)
// before the first kernel runs by them. How an op is run comes with the question; where evidence is kept is handed in.
import { type Clock, DeviceLostError, messageOf, type Rng } from '../core/index.js';
import { type Choice, type Chooser, pick, type Question, type Ranking, type Track } from './choice.js';
import { classOf, type Evidence, type EvidenceKey, type EvidenceStore, keyOf, sameGround } from './evidence.js';
import type { Meter } from './meter.js';
import { type Known, nearest } from './neighbours.js';
import { race, rankingOf } from './race.js';
import { favourite } from './untuned.js';

/** What was decided for a class of shapes; plain data for a journal, and all that it takes to choose alike again. */
export interface Decision {
  readonly family: string;
  readonly direction: string;
  readonly shapes: string;
  readonly from: 'measured' | 'cache' | 'neighbour' | 'untuned';
  /** Empty = the untuned favourite. */
  readonly ranking: Ranking;
  /** That measuring took, compiling included. */
  readonly seconds: number;
  /** Why it was not measured. */
  readonly reason?: string;
}

export interface TunerOptions {
  /** Null = measure nothing: remembered choices and their neighbours, else the untuned favourite. */
  readonly measuring: Measuring | null;
  readonly store: EvidenceStore | null;
  /** Decisions that stand, whatever the store says: those of the study that goes on. */
  readonly standing?: readonly Decision[];
  /** Hears each new decision, with its evidence where there is any; the choice waits until it returns. */
  readonly heard?: (decision: Decision, evidence: Evidence | null) => void | Promise<void>;
}

export interface Measuring {
  /** Called before the first measurement. */
  readonly openMeter: () => Promise<Meter>;
  readonly rng: Rng;
  readonly clock: Clock;
  /** Seconds for one class. */
  readonly classSeconds: number;
  /** Seconds in all; classes seen after that are given their neighbour's choice. */
  readonly totalSeconds: number;
  /** Measure again what the store knows. */
  readonly again?: boolean;
  /** Keeps other work off the device meanwhile. */
  readonly alone?: <T>(work: () => Promise<T>) => Promise<T>;
}

type Outcome = { readonly decision: Decision; readonly evidence: Evidence | null };

export class Tuner implements Chooser {
  private readonly rankings = new Map<string, Promise<Ranking>>();
  /** Measurements come one at a time. */
  private turn: Promise<unknown> = Promise.resolve();
  private meter: Meter | null = null;
  private spent = 0;
  /** Classes that this process knows a ranking of. */
  private readonly known: Known[] = [];
  private stored: Promise<readonly Evidence[]> | null = null;

  constructor(private readonly options: TunerOptions) {
    for (const decision of options.standing ?? []) {
      this.rankings.set(classOf(decision), Promise.resolve(decision.ranking));
      this.learn(decision);
    }
  }

  /** Where one candidate alone fits, nothing is decided. */
  async choose(question: Question): Promise<Choice> {
    if (question.candidates.length < 2) return favourite(question);
    const ranking = await this.ranking(question);
    return pick(ranking, question.candidates) ?? favourite(question);
  }

  release(): void {
    this.meter?.release();
    this.meter = null;
  }

  private ranking(question: Question): Promise<Ranking> {
    const key = keyOf(question);
    const name = classOf(key);
    const known = this.rankings.get(name);
    if (known !== undefined) return known;
    const pending = this.inTurn(() => this.decide(question, key));
    this.rankings.set(name, pending);
    // A lost device or a journal that cannot be written is no decision: the next one who asks tries again.
    pending.catch(() => this.rankings.delete(name));
    return pending;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async decide(question: Question, key: EvidenceKey): Promise<Ranking> {
    const { decision, evidence } = (await this.remembered(question, key)) ?? (await this.measured(question, key));
    await this.options.heard?.(decision, evidence);
    this.learn(decision);
    return decision.ranking;
  }

  /** Guesses are not learnt from: a neighbour's neighbour may be far away. */
  private learn(decision: Decision): void {
    if (decision.from === 'measured' || decision.from === 'cache') this.known.push(decision);
  }

  private async remembered({ candidates }: Question, key: EvidenceKey): Promise<Outcome | null> {
    const { store, measuring } = this.options;
    if (store === null || measuring?.again === true) return null;
    const evidence = await store.get(key);
    if (evidence === null || pick(evidence.ranking, candidates) === null) return null;
    return { decision: decisionOf(key, 'cache', evidence.ranking, 0), evidence };
  }

  private async measured(question: Question, key: EvidenceKey): Promise<Outcome> {
    const { measuring, store } = this.options;
    if (measuring === null) return this.guess(question, key, 'nothing is measured here');
    if (question.openTrack === undefined) return this.guess(question, key, 'its candidates cannot be run');
    if (this.spent >= measuring.totalSeconds) return this.guess(question, key, `the ${measuring.totalSeconds} s for measuring are spent`);
    const alone = measuring.alone ?? ((work) => work());
    const evidence = await alone(() => this.measure(question, key, measuring));
    if (evidence instanceof Error) return this.guess(question, key, `nothing could be measured: ${messageOf(evidence)}`);
    this.spent += evidence.seconds;
    if (evidence.ranking.length === 0) {
      const errors = evidence.measured.flatMap(({ error }) => error ?? []);
      return { ...(await this.guess(question, key, `no candidate ran: ${errors[0] ?? 'no reason given'}`)), evidence };
    }
    await store?.put(evidence);
    return { decision: decisionOf(key, 'measured', evidence.ranking, evidence.seconds), evidence };
  }

  private async guess({ candidates }: Question, key: EvidenceKey, reason: string): Promise<Outcome> {
    this.stored ??= this.options.store?.all() ?? Promise.resolve([]);
    const stored = (await this.stored).filter((evidence) => sameGround(evidence.key, key)).map(({ key: { family, direction, shapes }, ranking }) => ({ family, direction, shapes, ranking }));
    const neighbour = nearest(key, [...this.known, ...stored]);
    const ranking = neighbour !== null && pick(neighbour.ranking, candidates) !== null ? neighbour.ranking : [];
    const words = ranking.length > 0 ? `${reason}; as ${neighbour?.shapes ?? ''}` : reason;
    return { decision: { ...decisionOf(key, ranking.length > 0 ? 'neighbour' : 'untuned', ranking, 0), reason: words }, evidence: null };
  }

  private async measure(question: Question, key: EvidenceKey, { openMeter, rng, clock, classSeconds }: Measuring): Promise<Evidence | Error> {
    this.meter ??= await openMeter();
    const meter = this.meter;
    const start = meter.now();
    let track: Track | null = null;
    try {
      track = question.openTrack?.() ?? null;
      if (track === null) return new Error('no track');
      const measured = await race(favouriteFirst(question), track, { meter, rng: rng.fork(classOf(key)), seconds: classSeconds });
      const seconds = (meter.now() - start) / 1000;
      return { key, shape: question.shape, clock: meter.clock, time: clock.now(), seconds, ranking: rankingOf(measured), measured };
    } catch (cause) {
      if (cause instanceof DeviceLostError) throw cause;
      return cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      track?.release();
    }
  }
}

function decisionOf({ family, direction, shapes }: EvidenceKey, from: Decision['from'], ranking: Ranking, seconds: number): Decision {
  return { family, direction, shapes, from, ranking, seconds };
}

function favouriteFirst(question: Question): Choice[] {
  const first = favourite(question);
  return [first, ...question.candidates.filter((choice) => choice !== first)];
}
