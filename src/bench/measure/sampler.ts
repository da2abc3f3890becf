// Samples of several contenders, a round at a time: each round runs all of them in a shuffled order, so that whatever the machine does
// meanwhile falls on all alike. Warm-up is apart. Device timestamps where the adapter has usable ones, the wall clock always.
import type { Rng } from '../../core/index.js';
import type { Device, PassTimer } from '../../gpu/index.js';
import { timestampsOf } from '../../tune/index.js';
import { medianNoise } from './median-noise.js';

export interface Timed {
  run(): void;
  time(timer: PassTimer): Promise<number>;
}

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Null: no timestamps, or steps too coarse to use. */
  readonly timer: PassTimer | null;
  /** Step of the timestamps in nanoseconds; null without them. */
  readonly resolution: number | null;
}

/** Seconds a run, in the order of the rounds. */
export interface Samples {
  readonly wall: number[];
  /** Empty without usable timestamps. */
  readonly device: number[];
}

export interface SamplingOptions {
  /** Seconds that a contender is sampled at least. */
  readonly minTime: number;
  /** Seconds after which it ends, steady or not. */
  readonly maxTime: number;
  readonly rng: Rng;
  readonly signal?: AbortSignal;
}

/** Rounds at least, and the median's noise below which they may end. */
const ROUNDS = 10;
const STEADY = 0.005;

/** A wall sample is so long that a submit, a settle and Dawn's polling (0.1 to 2 ms) hardly count. */
const WALL_SECONDS = 0.02;
/** Runs of one sample at most: the queue is not to hold thousands. */
const MOST_RUNS = 256;

/** Slow contenders end their cold samples after so many seconds, three taken. */
const COLD_SECONDS = 2;

export async function openClock(device: Device, now: () => number = () => performance.now()): Promise<Clock> {
  const { timer, step } = await timestampsOf(device);
  return { now, timer, resolution: step };
}

/** Samples every contender until each is steady or its time is up. */
export async function sampleAll(device: Device, clock: Clock, contenders: readonly Timed[], options: SamplingOptions): Promise<readonly Samples[]> {
  const runs: number[] = [];
  for (const contender of contenders) runs.push(await warmUp(device, clock, contender));
  const samples = contenders.map((): Samples => ({ wall: [], device: [] }));
  const spent = contenders.map(() => 0);
  const going = (i: number): boolean => {
    const { wall, device: stamps } = samples[i] ?? { wall: [], device: [] };
    if (wall.length < ROUNDS) return (spent[i] ?? 0) < 2 * options.maxTime || wall.length < 3;
    if ((spent[i] ?? 0) >= options.maxTime) return false;
    return (spent[i] ?? 0) < options.minTime || medianNoise(stamps.length > 0 ? stamps : wall) > STEADY;
  };
  for (let left = contenders.map((_, i) => i); left.length > 0; left = left.filter(going)) {
    options.signal?.throwIfAborted();
    for (const i of options.rng.shuffle([...left])) {
      const contender = contenders[i];
      const taken = samples[i];
      if (!contender || !taken) continue;
      const begun = clock.now();
      taken.wall.push(await wallSample(device, clock, contender, runs[i] ?? 1));
      if (clock.timer) taken.device.push(await contender.time(clock.timer));
      spent[i] = (spent[i] ?? 0) + (clock.now() - begun) / 1000;
    }
  }
  return samples;
}

/** Single runs, at most `count`, each after `before` (which drives the inputs out of the caches); seconds each by the better clock. */
export async function coldSamples(device: Device, clock: Clock, contender: Timed, before: () => void, count: number): Promise<number[]> {
  const seconds: number[] = [];
  const begun = clock.now();
  for (let i = 0; i < count && (i < 3 || clock.now() - begun < 1000 * COLD_SECONDS); i++) {
    before();
    await device.settle();
    seconds.push(clock.timer ? await contender.time(clock.timer) : await wallSample(device, clock, contender, 1));
  }
  return seconds;
}

/** Compiles, touches memory, and finds how many runs a sample takes. */
async function warmUp(device: Device, clock: Clock, contender: Timed): Promise<number> {
  await wallSample(device, clock, contender, 1);
  const once = await wallSample(device, clock, contender, 1);
  const few = Math.max(1, Math.min(8, Math.floor(WALL_SECONDS / once)));
  const each = await wallSample(device, clock, contender, few);
  return Math.max(1, Math.min(MOST_RUNS, Math.ceil(WALL_SECONDS / each)));
}

async function wallSample(device: Device, clock: Clock, contender: Timed, runs: number): Promise<number> {
  await device.settle();
  const begun = clock.now();
  for (let i = 0; i < runs; i++) contender.run();
  await device.settle();
  return Math.max(1e-9, (clock.now() - begun) / 1000 / runs);
}
