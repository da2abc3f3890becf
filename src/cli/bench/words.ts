// The laboratory's results as text.
import type { CaseLine, RooflineLine } from '../../bench/index.js';

export function rooflineWords({ fmaGflops, fma, f16Gflops, copyGBs, launchUs, roundTripUs }: RooflineLine): string {
  const best = fma.reduce((most, each) => (each.gflops > most.gflops ? each : most));
  return `roofline: ${fmaGflops.toFixed(1)} GFLOP/s (f32, vec${best.vector}, ${best.chains} chains, unrolled by ${best.unroll})${f16Gflops === undefined ? '' : `, ${f16Gflops.toFixed(1)} in f16`}, copy ${copyGBs.toFixed(1)} GB/s, ` +
    `launch ${launchUs.toFixed(1)} us, submit to result ${roundTripUs.toFixed(0)} us`;
}

/** Variants of a case side by side, the fastest first, their factor to it behind. */
export async function caseTable(lines: readonly CaseLine[]): Promise<string> {
  const { textTable } = await import('../../report/index.js');
  const best = new Map<string, number>();
  for (const line of lines) best.set(keyOf(line), Math.max(best.get(keyOf(line)) ?? 0, line.gflops));
  return textTable(COLUMNS, lines.map((line) => rowOf(line, (best.get(keyOf(line)) ?? NaN) / line.gflops)));
}

/** Ours and a peer's on the same shape, with the median of the rounds' ratios. */
export async function peerTable(lines: readonly CaseLine[]): Promise<string> {
  const { textTable } = await import('../../report/index.js');
  return textTable(PEER_COLUMNS, lines.map(({ case: name, shape, variant, gflops, percent_of_peak, peer = '', peer_gflops = NaN, ratio = NaN }) =>
    [name, shape, variant, gflops.toFixed(1), percent_of_peak.toFixed(1), peer, peer_gflops.toFixed(1), ratio.toFixed(2)]));
}

const RIGHT = { align: 'right' } as const;
const COLUMNS = [
  { title: 'case' }, { title: 'shape' }, { title: 'variant' }, { title: 'GFLOP/s', ...RIGHT }, { title: '% peak', ...RIGHT }, { title: '% roof', ...RIGHT },
  { title: 'median ms', ...RIGHT }, { title: 'p10', ...RIGHT }, { title: 'p90', ...RIGHT }, { title: 'cold', ...RIGHT }, { title: 'n', ...RIGHT }, { title: 'x best', ...RIGHT }, { title: 'checked' },
];

function rowOf(line: CaseLine, factor: number): string[] {
  const { gflops, percent_of_peak, percent_of_roofline, median_ms, p10_ms, p90_ms, cold_median_ms, samples, checked } = line;
  return [
    line.case, line.shape, line.variant, gflops.toFixed(1), percent_of_peak.toFixed(1), percent_of_roofline.toFixed(1),
    median_ms.toFixed(3), p10_ms.toFixed(3), p90_ms.toFixed(3), cold_median_ms.toFixed(3), String(samples), factor.toFixed(2), checked ? 'right' : 'WRONG',
  ];
}

function keyOf({ case: name, shape }: CaseLine): string {
  return `${name} ${shape}`;
}

const PEER_COLUMNS = [
  { title: 'case' }, { title: 'shape' }, { title: 'ours' }, { title: 'GFLOP/s', ...RIGHT }, { title: '% peak', ...RIGHT }, { title: 'peer' }, { title: 'GFLOP/s', ...RIGHT }, { title: 'ratio', ...RIGHT },
];
