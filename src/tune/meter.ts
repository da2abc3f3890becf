// How long a candidate takes. Device timestamps where they move finely enough; else the wall clock around work that the process
// waits for, with so many runs a sample that the wait itself (a submit and a poll, up to a few ms) does not count.
import { type Device, type PassTimer, timestampResolution } from '../gpu/index.js';
import type { Evidence } from './evidence.js';
import type { Measurable } from './choice.js';

export interface Meter {
  readonly clock: Evidence['clock'];
  /** A sample shorter than this says more about the clock than about the kernel. */
  readonly minSeconds: number;
  /** Seconds a run over `runs` runs. */
  sample(candidate: Measurable, runs: number): Promise<number>;
  /** Milliseconds of a monotonic clock, for budgets. */
  now(): number;
  release(): void;
}

/** Stamps that move in coarser steps than this are left alone (Dawn rounds to 65,536 ns unless told otherwise). Nanoseconds. */
const USABLE_STEP = 1000;
/** A sample is at least so many of the clock's steps; runs are stamped one by one, so a submit more costs more than it tells. */
const STEPS = 100;
/** Submit, settle and Dawn's polling in Node cost 0.1 to 2 ms a sample; every candidate pays the same. */
const WALL_SAMPLE = 0.01;

export async function openMeter(device: Device, now: () => number = () => performance.now()): Promise<Meter> {
  const { timer, step } = await timestampsOf(device);
  return timer !== null && step !== null ? timestampMeter(timer, STEPS * step * 1e-9, now) : wallMeter(device, now);
}

export interface Timestamps {
  /** Null where the device has none, or they move too coarsely to use; release it. */
  readonly timer: PassTimer | null;
  /** Nanoseconds; null without timestamps. */
  readonly step: number | null;
}

export async function timestampsOf(device: Device): Promise<Timestamps> {
  const step = await timestampResolution(device);
  return { step, timer: step !== null && step > 0 && step <= USABLE_STEP ? device.timer() : null };
}

function timestampMeter(timer: PassTimer, minSeconds: number, now: () => number): Meter {
  return {
    clock: 'timestamps',
    minSeconds,
    async sample(candidate, runs) {
      let seconds = 0;
      for (let i = 0; i < runs; i++) seconds += await candidate.time(timer);
      return seconds / runs;
    },
    now,
    release: () => timer.release(),
  };
}

function wallMeter(device: Device, now: () => number): Meter {
  return {
    clock: 'wall',
    minSeconds: WALL_SAMPLE,
    async sample(candidate, runs) {
      await device.settle();
      const start = now();
      for (let i = 0; i < runs; i++) candidate.run();
      await device.settle();
      return (now() - start) / 1000 / runs;
    },
    now,
    release: () => undefined,
  };
}
