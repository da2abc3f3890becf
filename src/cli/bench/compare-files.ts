// `foretell bench --compare A B`: a table of what changed, the worst first.
import { UsageError } from '../../core/index.js';
import type { Difference } from '../../bench/index.js';
import type { Terminal } from '../terminal.js';

/** True where something became slower or wrong. */
export async function compareFiles(files: readonly string[], threshold: number, json: true | string | undefined, terminal: Terminal): Promise<boolean> {
  const [before, after, ...rest] = files;
  if (before === undefined || after === undefined || rest.length > 0) throw new UsageError(`bench --compare: expected two result files, before and after, got ${files.length}`);
  const [{ compareResults, readResults }, { compareSamples }, { textTable }] = await Promise.all([
    import('../../bench/index.js'), import('../../predict/index.js'), import('../../report/index.js'),
  ]);
  const comparison = compareResults(readResults(before), readResults(after), { threshold, compare: compareSamples });
  const { differences, missing, added, warning, regressions } = comparison;
  if (warning !== null) terminal.err(`warning: ${warning}`);
  const sorted = [...differences].sort((a, b) => b.ratio - a.ratio);
  if (json === true) sorted.forEach((difference) => terminal.out(JSON.stringify({ type: 'difference', ...difference })));
  else terminal.out(textTable(COLUMNS, sorted.map(rowOf)));
  for (const key of missing) terminal.err(`only in ${before}: ${key}`);
  for (const key of added) terminal.err(`only in ${after}: ${key}`);
  const summary = { variants: differences.length, slower: count(differences, 'slower'), faster: count(differences, 'faster'), wrong: count(differences, 'wrong'), threshold };
  terminal.out(json === true ? JSON.stringify({ type: 'summary', ...summary }) : `${summary.variants} compared: ${summary.slower} slower, ${summary.faster} faster, ${summary.wrong} wrong (threshold ${threshold * 100} %)`);
  return regressions > 0;
}

const COLUMNS = [
  { title: 'case' }, { title: 'shape' }, { title: 'variant' }, { title: 'before ms', align: 'right' }, { title: 'after ms', align: 'right' },
  { title: 'ratio', align: 'right' }, { title: '95 %', align: 'right' }, { title: 'p', align: 'right' }, { title: 'delta', align: 'right' }, { title: '' },
] as const;

function rowOf({ case: name, shape, variant, before_ms, after_ms, ratio, low, high, p, delta, verdict }: Difference): string[] {
  return [
    name, shape, variant, before_ms.toFixed(3), after_ms.toFixed(3), ratio.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`,
    p < 1e-4 ? p.toExponential(1) : p.toFixed(4), delta.toFixed(2), verdict === 'same' ? '' : verdict,
  ];
}

function count(differences: readonly Difference[], wanted: Difference['verdict']): number {
  return differences.filter(({ verdict }) => verdict === wanted).length;
}
