// Candidates against each other on one device. Sampling is interleaved: each round takes one sample of everybody left, in an order
// drawn anew, so that a clock that warms up or a neighbour that wakes touches all of them alike. Warm-up and calibration come before and
// are no samples. Whoever is clearly slower leaves; whoever fails to compile or to run leaves with its error.
import { DeviceLostError, messageOf, type Rng } from '../core/index.js';
import type { Choice, Measurable, Ranking, Track } from './choice.js';
import type { Measured } from './evidence.js';
import type { Meter } from './meter.js';
import { median, noise } from './statistics.js';

export interface RaceOptions {
  readonly meter: Meter;
  readonly rng: Rng;
  /** Budget for everything, compiling included; whoever was compiled by then gets one sample, so the first candidate is always measured. */
  readonly seconds: number;
}

/** Samples of a candidate that races to the end. */
const ROUNDS = 9;
/** Fewer tell nothing of the spread. */
const FEW = 3;
/** Slower than the leader by this factor when calibrated: it leaves before the first round. */
const HOPELESS = 3;
/** The first run may hold what a driver compiles late (lavapipe: 0.05 to 0.2 s). Less that, it is a lower bound of what a candidate takes: who is hopeless by it is not run again. Seconds. */
const LATE_COMPILE = 0.3;
/** By median, from the second sample on. */
const CLEARLY_SLOWER = 1.5;
const MOST_RUNS = 500;
/** Medians this close are equal, or the leader's own noise where that is more (up to the second): the earlier candidate is kept. */
const TIE = { least: 0.02, most: 0.1 };

interface Racer {
  readonly choice: Choice;
  outcome: Measured['outcome'];
  work: Measurable | null;
  runs: number;
  /** Seconds a run as calibrated. */
  calibrated: number;
  samples: number[];
  error?: string;
}

/** The favourite stands first: it wins ties. Throws DeviceLostError; other faults are a candidate's own. */
export async function race(choices: readonly Choice[], track: Track, options: RaceOptions): Promise<Measured[]> {
  const racers = choices.map((choice): Racer => ({ choice, outcome: 'unmeasured', work: null, runs: 1, calibrated: Infinity, samples: [] }));
  try {
    await new Race(racers, track, options).run();
  } finally {
    racers.forEach(leave);
  }
  return racers.map(measuredOf);
}

/** Candidates that ran, fastest first; of those that tie with the fastest, the earliest of `measured` leads. */
export function rankingOf(measured: readonly Measured[]): Ranking {
  const ran = measured.filter(({ median }) => median !== null).sort((a, b) => (a.median ?? 0) - (b.median ?? 0));
  const [fastest] = ran;
  if (fastest === undefined) return [];
  const tie = (fastest.median ?? 0) * (1 + Math.min(TIE.most, Math.max(TIE.least, fastest.noise ?? 0)));
  const first = measured.find((each) => each.median !== null && each.outcome === 'raced' && each.median <= tie) ?? fastest;
  return [first, ...ran.filter((each) => each !== first)].map(({ choice }) => choice);
}

class Race {
  private readonly deadline: number;

  constructor(
    private readonly racers: readonly Racer[],
    private readonly track: Track,
    private readonly options: RaceOptions,
  ) {
    this.deadline = options.meter.now() + 1000 * options.seconds;
  }

  async run(): Promise<void> {
    for (const racer of this.racers) {
      if (this.late() && this.left().length > 0) break;
      await this.guarded(racer, () => this.enter(racer));
    }
    for (let round = 1; round <= ROUNDS && (this.left().length > 1 || round <= FEW); round++) {
      for (const racer of this.options.rng.shuffle(this.left())) {
        if (this.late() && racer.samples.length > 0) return;
        await this.guarded(racer, async () => void racer.samples.push(await this.sample(racer)));
      }
      this.dropSlow();
    }
  }

  /** Compiles, warms up, and finds how many runs make a sample long enough. */
  private async enter(racer: Racer): Promise<void> {
    racer.work = await this.track.prepare(racer.choice);
    racer.outcome = 'raced';
    const best = Math.min(...this.left().map(({ calibrated }) => calibrated));
    racer.calibrated = (await this.sample(racer)) - LATE_COMPILE;
    if (racer.calibrated <= HOPELESS * best) await this.calibrate(racer);
    const leader = Math.min(best, racer.calibrated);
    for (const each of this.left().filter(({ calibrated }) => calibrated > HOPELESS * leader)) {
      each.samples.push(each.calibrated);
      drop(each);
    }
  }

  private async calibrate(racer: Racer): Promise<void> {
    const { minSeconds } = this.options.meter;
    racer.calibrated = await this.sample(racer);
    for (let tries = 0; tries < 3 && racer.calibrated * racer.runs < minSeconds && racer.runs < MOST_RUNS; tries++) {
      racer.runs = Math.min(MOST_RUNS, Math.ceil(minSeconds / Math.max(racer.calibrated, 1e-9)));
      racer.calibrated = await this.sample(racer);
    }
  }

  private sample({ work, runs }: Racer): Promise<number> {
    if (work === null) throw new RangeError('race: expected a candidate that is still in, got one that left');
    return this.options.meter.sample(work, runs);
  }

  private async guarded(racer: Racer, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      leave(racer);
      if (cause instanceof DeviceLostError) throw cause;
      racer.outcome = 'failed';
      racer.error = messageOf(cause);
    }
  }

  private dropSlow(): void {
    const left = this.left();
    const leader = left.reduce<Racer | null>((best, each) => (best === null || median(each.samples) < median(best.samples) ? each : best), null);
    if (leader === null) return;
    for (const racer of left.filter((each) => each !== leader && isSlower(each.samples, leader.samples))) drop(racer);
  }

  private left(): Racer[] {
    return this.racers.filter(({ work }) => work !== null);
  }

  private late(): boolean {
    return this.options.meter.now() >= this.deadline;
  }
}

/** By far, or its best sample is worse than all of the leader's. */
function isSlower(samples: readonly number[], leader: readonly number[]): boolean {
  if (samples.length >= 2 && median(samples) > CLEARLY_SLOWER * median(leader)) return true;
  return samples.length >= FEW && Math.min(...samples) > Math.max(...leader);
}

function drop(racer: Racer): void {
  racer.outcome = 'dropped';
  leave(racer);
}

function leave(racer: Racer): void {
  racer.work?.release();
  racer.work = null;
}

function measuredOf({ choice, outcome, samples, runs, error }: Racer): Measured {
  // A candidate that failed halfway, or whose turn never came, has nothing to be ranked by.
  const ran = samples.length > 0 && outcome !== 'failed';
  return {
    choice,
    outcome: outcome === 'raced' && !ran ? 'unmeasured' : outcome,
    samples: samples.map((seconds) => Number(seconds.toPrecision(4))),
    runs,
    median: ran ? median(samples) : null,
    noise: ran ? noise(samples) : null,
    ...(error === undefined ? {} : { error }),
  };
}
