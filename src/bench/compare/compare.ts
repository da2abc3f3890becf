// Two result files: which variants are slower, which faster, and is that more than noise? Decided by the samples (Mann-Whitney, bootstrap of
// the ratio of medians), never by two means. Reads no file.
import type { SampleComparison } from '../../predict/index.js';
import type { BenchLine, CaseLine } from '../measure/record.js';

export interface Difference extends Pick<CaseLine, 'case' | 'shape' | 'variant'> {
  readonly before_ms: number;
  readonly after_ms: number;
  /** After over before: 1.1 = a tenth slower. */
  readonly ratio: number;
  /** Its 95 % bootstrap interval. */
  readonly low: number;
  readonly high: number;
  /** Mann-Whitney, two-sided. */
  readonly p: number;
  /** Cliff's delta of before against after: -1 = every sample became slower. */
  readonly delta: number;
  readonly verdict: 'slower' | 'faster' | 'same' | 'wrong';
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** In one file only. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** Adapters or drivers differ: the comparison is of machines then. */
  readonly warning: string | null;
  readonly regressions: number;
}

export interface CompareOptions {
  /** A change of the median below this share is none: 0.05. */
  readonly threshold: number;
  /** Chance of a false alarm over all variants together (Bonferroni). */
  readonly alpha?: number;
  readonly compare: (before: Float64Array, after: Float64Array) => SampleComparison;
}

const ALPHA = 0.01;

/** A regression is a variant that became slower by more than the threshold, significantly, or that computes wrong now. */
export function compareResults(before: readonly BenchLine[], after: readonly BenchLine[], options: CompareOptions): Comparison {
  const [old, now] = [byKey(before), byKey(after)];
  const shared = [...now].filter(([key]) => old.has(key));
  const alpha = (options.alpha ?? ALPHA) / Math.max(1, shared.length);
  const differences = shared.map(([key, line]) => differenceOf(old.get(key) ?? line, line, { ...options, alpha }));
  return {
    differences,
    missing: [...old.keys()].filter((key) => !now.has(key)),
    added: [...now.keys()].filter((key) => !old.has(key)),
    warning: warningOf(before, after),
    regressions: differences.filter(({ verdict }) => verdict === 'slower' || verdict === 'wrong').length,
  };
}

function differenceOf(old: CaseLine, now: CaseLine, { threshold, alpha = ALPHA, compare }: CompareOptions): Difference {
  const { p, delta, ratio, low, high } = compare(Float64Array.from(old.samples_ms), Float64Array.from(now.samples_ms));
  const change = p < alpha ? (ratio > 1 + threshold ? 'slower' : ratio < 1 / (1 + threshold) ? 'faster' : 'same') : 'same';
  const { case: name, shape, variant } = now;
  return { case: name, shape, variant, before_ms: old.median_ms, after_ms: now.median_ms, ratio, low, high, p, delta, verdict: now.checked ? change : 'wrong' };
}

function byKey(lines: readonly BenchLine[]): Map<string, CaseLine> {
  return new Map(lines.flatMap((line) => (line.type === 'case' ? [[`${line.case} ${line.shape} ${line.variant}`, line] as const] : [])));
}

function warningOf(before: readonly BenchLine[], after: readonly BenchLine[]): string | null {
  const [old, now] = [before, after].map((lines) => lines.find((line) => line.type === 'environment'));
  const words = (line: BenchLine | undefined): string => (line?.type === 'environment' ? `${line.adapter.name}, ${line.adapter.driver}, ${line.clock}` : 'an unknown adapter');
  return words(old) === words(now) ? null : `expected results of one adapter, driver and clock, got ${words(old)} and ${words(now)}: the ratios say which machine is faster, not which code`;
}
