// One run of `foretell compare`: every rule under every setting of its own on every set, each replay in a process of its own, and what
// came out as a page, a table and an answer.
import { writeFileSync } from 'node:fs';
import { compareRules, recommend, type ComparedRule, type Comparison, type ReplaySummary } from '../../experiments/index.js';
import { loadCurveSet } from '../../host/index.js';
import { renderFigures, textTable } from '../../report/index.js';
import { whereOf } from '../curves-dir.js';
import { writing } from '../files.js';
import { openLines } from '../lines.js';
import { inParallel, runOwn } from '../own-process.js';
import { openResults } from '../results.js';
import { withSignals } from '../signals.js';
import type { World } from '../world.js';
import { entriesOf, type Entry, type SetFacts } from './entries.js';
import type { CompareCommand } from './options.js';
import { answer, comparePage } from './page.js';

interface Job {
  readonly key: string;
  readonly set: string;
  readonly curves: string;
  readonly entry: Entry;
}

interface Measured extends Comparison {
  readonly key: string;
}

export async function runCompare(options: CompareCommand, { terminal }: World): Promise<void> {
  const jobs = (await Promise.all(options.curves.map((curves) => jobsOf(curves, options)))).flat();
  const results = openResults<Measured>(options.out.replace(/\.html?$/, '') + '.jsonl');
  const lines = openLines(options.json, terminal);
  const missing = jobs.filter(({ key }) => !results.known.has(key));
  let done = jobs.length - missing.length;
  if (done > 0) terminal.err(`${done} of ${jobs.length} replays were measured before`);
  const measure = async ({ key, set, curves, entry }: Job, signal: AbortSignal): Promise<void> => {
    const summary = await replayed(curves, entry, options, signal);
    if (summary === null) return;
    const result = { key, set, rule: entry.rule, settings: entry.settings, summary };
    results.add(result);
    lines?.write(result);
    terminal.err(`${++done} of ${jobs.length}: ${set}, ${entry.rule}, ${entry.settings}: ${summary.speedup_gmean.toFixed(2)}x, regret ${summary.regret_mean.toFixed(4)}`);
  };
  await withSignals(() => terminal.err('stopping; run the same command again to go on'), (signal) => inParallel(missing, options.parallel, measure, signal));
  const measured = jobs.flatMap(({ key }) => results.known.get(key) ?? []);
  const rows = compareRules(measured);
  writing(options.out, '--out', () => writeFileSync(options.out, renderFigures(comparePage(measured, rows))));
  lines?.write({ rules: rows });
  lines?.close();
  if (options.json === true) return;
  terminal.out(table(rows));
  terminal.out(answer(recommend(rows)));
  terminal.out(`page      ${options.out}`);
}

async function jobsOf(curves: string, options: CompareCommand): Promise<Job[]> {
  const set = await loadCurveSet(curves, whereOf(options));
  const { rows, step } = options.thin ?? { rows: Infinity, step: 1 };
  const facts: SetFacts = { rows: Math.min(rows, set.rows.length), epochs: Math.floor(set.epochs / step) };
  return entriesOf(options.rules, facts).map((entry) => ({
    key: [set.name, entry.rule, entry.settings, options.orderings, options.seed, options.thin === undefined ? 'all' : `${rows},${step}`].join('/'), set: set.name, curves, entry,
  }));
}

/** Null where the run was interrupted. */
async function replayed(curves: string, { args, slow }: Entry, options: CompareCommand, signal: AbortSignal): Promise<ReplaySummary | null> {
  const thin = slow !== undefined ? { rows: Math.min(slow.rows, options.thin?.rows ?? Infinity), step: options.thin?.step ?? 1 } : options.thin;
  const orderings = slow === undefined ? options.orderings : Math.min(slow.orderings, options.orderings);
  let last: unknown = null;
  await runOwn([
    'replay', '--curves', curves, '--orderings', String(orderings), '--seed', String(options.seed), '--parallel', '1', '--json', ...args,
    ...(thin === undefined ? [] : ['--thin', `${thin.rows},${thin.step}`]), ...(options.curvesDir === undefined ? [] : ['--curves-dir', options.curvesDir]),
  ], (line) => (last = line), signal);
  return signal.aborted ? null : (last as ReplaySummary);
}

function table(rows: readonly ComparedRule[]): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  return textTable([{ title: 'rule' }, { title: 'settings' }, right('speed-up'), right('regret'), right('optimum kept'), right('false stops, most'), { title: 'front' }], rows.map((row) => [
    row.rule, row.settings, row.speedup_gmean.toFixed(2), row.regret_mean.toFixed(4), `${(100 * row.optimum_kept).toFixed(0)} %`, `${(100 * row.false_stop_max).toFixed(2)} %`, row.front ? '*' : '',
  ]));
}
