// A result file's lines, one JSON object each: the environment, the roofline, a line a case and variant, the summary. What --compare
// and the report read. Times in milliseconds.
import type { AdapterFacts } from '../../gpu/index.js';
import type { Roofline } from './roofline.js';

export interface EnvironmentLine {
  readonly type: 'environment';
  readonly adapter: Pick<AdapterFacts, 'name' | 'driver' | 'backend' | 'software' | 'subgroup' | 'features'>;
  /** Step of timestamps in nanoseconds; null where there are none. */
  readonly timestamp_ns: number | null;
  /** Whose times the medians are. */
  readonly clock: 'timestamps' | 'wall';
  /** Dawn's clamping of array indices. */
  readonly robustness: boolean;
  /** Commit, node, system, processor: what the opener knows. */
  readonly [fact: string]: unknown;
}

export interface RooflineLine extends Roofline {
  readonly type: 'roofline';
}

export interface CaseLine {
  readonly type: 'case';
  readonly case: string;
  readonly shape: string;
  /** `tiled TILE=4`; a name alone where there is nothing to set. */
  readonly variant: string;
  readonly axes: Readonly<Record<string, number>>;
  readonly flops: number;
  readonly bytes: number;
  readonly gflops: number;
  /** Of the f32 multiply-add peak; for variants that round to f16, of the higher of that and f16's. */
  readonly percent_of_peak: number;
  /** Of min(peak, intensity x bandwidth). */
  readonly percent_of_roofline: number;
  readonly median_ms: number;
  readonly p10_ms: number;
  readonly p90_ms: number;
  readonly wall_median_ms: number;
  /** Median of single runs after the caches were swept. */
  readonly cold_median_ms: number;
  readonly samples: number;
  /** The distribution itself, in the order in which it was taken. */
  readonly samples_ms: readonly number[];
  /** Right before and after timing. */
  readonly checked: boolean;
  /** What is wrong where `checked` is false. */
  readonly mismatch?: string;
  readonly oracle: string;
  readonly items_per_second?: number;
  readonly unit?: string;
  readonly peer?: string;
  readonly peer_gflops?: number;
  readonly ratio?: number;
}

export interface FailedLine {
  readonly type: 'failed';
  readonly case: string;
  readonly shape: string;
  readonly variant: string;
  readonly message: string;
}

export interface SummaryLine {
  readonly type: 'summary';
  readonly cases: number;
  readonly variants: number;
  readonly wrong: number;
  readonly failed: number;
  readonly seconds: number;
}

export type BenchLine = EnvironmentLine | RooflineLine | CaseLine | FailedLine | SummaryLine;
