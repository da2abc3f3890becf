// The laboratory: cases in, lines out. Every variant of a case is compiled and checked, then all are sampled together, then checked
// again: a kernel that computes wrong after a thousand runs is told by that. Knows no file, no terminal and no browser.
import { createRng, messageOf, type Rng } from '../../core/index.js';
import type { Device, Program } from '../../gpu/index.js';
import { type Choice, describeChoice, quantile } from '../../tune/index.js';
import type { BenchCase, OpenCase, Runnable } from '../cases/case.js';
import type { BenchLine, CaseLine, EnvironmentLine, FailedLine } from './record.js';
import { ceilingOf, copyProgram, measureRoofline, peakFor, type Roofline } from './roofline.js';
import { type Clock, coldSamples, openClock, sampleAll, type Samples } from './sampler.js';

export interface BenchOptions {
  /** Seconds a variant is sampled at least, and at most. */
  readonly minTime?: number;
  readonly maxTime?: number;
  /** All settings of a variant, or its favourite alone. */
  readonly settings?: 'favourite' | 'all';
  /** Only variants of this name; cases without one are passed over. */
  readonly variant?: string;
  /** Dawn's clamping of indices, as the device was opened. */
  readonly robustness?: boolean;
  /** More of the environment: commit, node, processor. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Measured earlier in this process; absent = measured now. */
  readonly roofline?: Roofline;
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

interface Bench {
  readonly device: Device;
  readonly clock: Clock;
  readonly roofline: Roofline;
  readonly sweep: Program;
  readonly rng: Rng;
  readonly options: BenchOptions;
}

const MIN_TIME = 0.3;
const MAX_OF_MIN = 5;
const COLD_SAMPLES = 10;
/** Twice this is moved between cold samples: more than the last-level caches of today's cards, and of most processors. */
const SWEEP_BYTES = 2 ** 26;

/** Yields the environment, the roofline, the cases' variants as they are done, and the summary. */
export async function* runBench(device: Device, cases: readonly BenchCase[], options: BenchOptions = {}): AsyncGenerator<BenchLine, void, undefined> {
  const { now = () => performance.now() } = options;
  const begun = now();
  const clock = await openClock(device, now);
  yield environmentOf(device, clock, options);
  const rng = createRng('bench');
  const roofline = options.roofline ?? (await measureRoofline(device, clock, rng));
  yield { type: 'roofline', ...roofline };
  const { program: sweep, tensors } = await copyProgram(device, SWEEP_BYTES);
  const bench: Bench = { device, clock, roofline, sweep, rng, options };
  const lines: (CaseLine | FailedLine)[] = [];
  for (const each of cases) {
    options.signal?.throwIfAborted();
    const done = await measureCase(bench, each);
    lines.push(...done);
    yield* done;
  }
  sweep.release();
  tensors.forEach((tensor) => tensor.release());
  clock.timer?.release();
  const measured = lines.filter((line): line is CaseLine => line.type === 'case');
  yield {
    type: 'summary',
    cases: cases.length,
    variants: measured.length,
    wrong: measured.filter(({ checked }) => !checked).length,
    failed: lines.length - measured.length,
    seconds: (now() - begun) / 1000,
  };
}

interface Prepared {
  readonly choice: Choice;
  readonly runnable: Runnable;
  /** What the check before timing found. */
  readonly before: string | null;
}

async function measureCase(bench: Bench, each: BenchCase): Promise<(CaseLine | FailedLine)[]> {
  const { device, clock, sweep, rng, options } = bench;
  const { minTime = MIN_TIME, maxTime = MAX_OF_MIN * minTime, signal } = options;
  const wanted = chosen(each.choices(device.facts), options);
  if (wanted.length === 0) return [];
  const opened = await each.open(device);
  const { prepared, failed } = await prepareAll(opened, each, wanted);
  const samples = await sampleAll(device, clock, prepared.map(({ runnable }) => runnable), { minTime, maxTime, rng, ...(signal ? { signal } : {}) });
  const lines: CaseLine[] = [];
  for (const [i, { choice, runnable, before }] of prepared.entries()) {
    const cold = await coldSamples(device, clock, runnable, () => sweep.run(), COLD_SAMPLES);
    const mismatch = before ?? (await runnable.check());
    lines.push(lineOf(bench.roofline, each, choice, { samples: samples[i] ?? { wall: [], device: [] }, cold, mismatch }));
    runnable.release();
  }
  opened.release();
  return [...lines.sort((a, b) => a.median_ms - b.median_ms), ...failed];
}

async function prepareAll(opened: OpenCase, each: BenchCase, choices: readonly Choice[]): Promise<{ prepared: Prepared[]; failed: FailedLine[] }> {
  const prepared: Prepared[] = [];
  const failed: FailedLine[] = [];
  for (const choice of choices) {
    try {
      const runnable = await opened.prepare(choice);
      prepared.push({ choice, runnable, before: await runnable.check() });
    } catch (error) {
      failed.push({ type: 'failed', case: each.name, shape: each.shape, variant: describeChoice(choice), message: messageOf(error) });
    }
  }
  return { prepared, failed };
}

function chosen(all: readonly Choice[], { settings = 'favourite', variant: named }: BenchOptions): readonly Choice[] {
  const choices = named === undefined ? all : all.filter(({ variant }) => variant === named);
  if (settings === 'all') return choices;
  return choices.filter(({ variant }, i) => choices.findIndex((other) => other.variant === variant) === i);
}

function lineOf(roofline: Roofline, each: BenchCase, choice: Choice, { samples, cold, mismatch }: { samples: Samples; cold: number[]; mismatch: string | null }): CaseLine {
  const seconds = samples.device.length > 0 ? samples.device : samples.wall;
  const median = quantile(seconds, 0.5);
  const gflops = each.flops / median / 1e9;
  const peak = peakFor(roofline, each.reduced?.includes(choice.variant) === true);
  const ms = (value: number): number => value * 1000;
  return {
    type: 'case',
    case: each.name,
    shape: each.shape,
    variant: describeChoice(choice),
    axes: each.axes,
    flops: each.flops,
    bytes: each.bytes,
    gflops,
    percent_of_peak: (100 * gflops) / peak,
    percent_of_roofline: (100 * gflops) / ceilingOf(peak, roofline, each),
    median_ms: ms(median),
    p10_ms: ms(quantile(seconds, 0.1)),
    p90_ms: ms(quantile(seconds, 0.9)),
    wall_median_ms: ms(quantile(samples.wall, 0.5)),
    cold_median_ms: ms(quantile(cold, 0.5)),
    samples: seconds.length,
    samples_ms: seconds.map(ms),
    checked: mismatch === null,
    ...(mismatch === null ? {} : { mismatch }),
    oracle: each.oracle,
    ...(each.items ? { items_per_second: each.items.count / median, unit: each.items.unit } : {}),
  };
}

function environmentOf({ facts }: Device, { timer, resolution }: Clock, { robustness = true, environment = {} }: BenchOptions): EnvironmentLine {
  const { name, driver, backend, software, subgroup, features } = facts;
  return {
    type: 'environment',
    ...environment,
    adapter: { name, driver, backend, software, subgroup, features },
    timestamp_ns: resolution,
    clock: timer ? 'timestamps' : 'wall',
    robustness,
  };
}
