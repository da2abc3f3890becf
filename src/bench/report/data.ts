// What the report's page draws: a result file boiled down.
import type { BenchLine, CaseLine, RooflineLine } from '../measure/record.js';

export interface PageCase {
  readonly name: string;
  readonly shape: string;
  readonly variant: string;
  readonly gflops: number;
  readonly percentOfPeak: number;
  readonly percentOfRoofline: number;
  /** FLOP a byte that must move; 0 where not stated. */
  readonly intensity: number;
  readonly medianMs: number;
  readonly p10Ms: number;
  readonly p90Ms: number;
  readonly coldMs: number;
  readonly samples: number;
  readonly checked: boolean;
  /** The fastest right variant of its case and shape. */
  readonly best: boolean;
}

export interface BenchPageData {
  readonly cases: readonly PageCase[];
  /** GFLOP/s and GB/s; 0 where the roofline was not measured. */
  readonly peak: number;
  readonly bandwidth: number;
}

export function benchPageData(lines: readonly BenchLine[]): BenchPageData {
  const roofline = lines.find((line): line is RooflineLine => line.type === 'roofline');
  const measured = lines.filter((line): line is CaseLine => line.type === 'case');
  const fastest = new Map<string, CaseLine>();
  for (const line of measured) if (line.checked && line.gflops > (fastest.get(keyOf(line))?.gflops ?? 0)) fastest.set(keyOf(line), line);
  return {
    cases: measured.map((line) => ({
      name: line.case, shape: line.shape, variant: line.variant, gflops: line.gflops,
      percentOfPeak: line.percent_of_peak, percentOfRoofline: line.percent_of_roofline,
      intensity: line.bytes > 0 ? line.flops / line.bytes : 0,
      medianMs: line.median_ms, p10Ms: line.p10_ms, p90Ms: line.p90_ms, coldMs: line.cold_median_ms, samples: line.samples,
      checked: line.checked, best: fastest.get(keyOf(line)) === line,
    })),
    peak: roofline?.fmaGflops ?? 0,
    bandwidth: roofline?.copyGBs ?? 0,
  };
}

function keyOf({ case: name, shape }: CaseLine): string {
  return `${name} ${shape}`;
}
