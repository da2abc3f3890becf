// The comparison as a page: over all sets and set by set, what each rule saves against what it loses, and the answer in a sentence.
import { compareRules, recommend, type ComparedRule, type Comparison } from '../../experiments/index.js';
import type { FiguresPage, FigureTable, LineChart, Section } from '../../report/index.js';

export function comparePage(comparisons: readonly Comparison[], rows: readonly ComparedRule[]): FiguresPage {
  const sets = [...new Set(comparisons.map(({ set }) => set))];
  return {
    title: 'Which rule to stop by',
    lead: answer(recommend(rows)),
    sections: [
      section(sets.length === 1 ? (sets[0] as string) : `All ${sets.length} sets`, rows, [
        'Speed-up: epochs of training everything to the end over epochs spent, a geometric mean. Regret: best of the set less the best found, in units of (90th - 50th percentile) of the finals; 0 = the optimum was found.',
        'Bars hold 95 % of where the mean over orderings may lie. Nobody beats the rules marked as front in both.',
      ]),
      ...(sets.length === 1 ? [] : sets.map((set) => {
        const own = compareRules(comparisons.filter((each) => each.set === set));
        return section(set, own, [answer(recommend(own))]);
      })),
    ],
  };
}

/** `Stop by chain with Delta .95; expect 7.05x fewer epochs at a regret of 0.0148.` */
export function answer(row: ComparedRule | null): string {
  if (row === null) return 'Nothing was measured.';
  const { rule, settings, speedup_gmean, regret_mean, optimum_kept } = row;
  return `Stop by ${rule} with ${settings}; expect ${speedup_gmean.toFixed(2)}x fewer epochs (${interval(row)}) at a regret of ${regret_mean.toFixed(4)}; the optimum was kept in ${(100 * optimum_kept).toFixed(0)} % of the searches.`;
}

/** A single ordering says nothing of others. */
function interval({ speedup_low, speedup_high }: ComparedRule): string {
  return speedup_low === null || speedup_high === null ? 'one ordering' : `${speedup_low.toFixed(2)} to ${speedup_high.toFixed(2)}`;
}

function section(heading: string, rows: readonly ComparedRule[], words: readonly string[]): Section {
  return { heading, words, chart: chart(rows), table: table(rows) };
}

function chart(rows: readonly ComparedRule[]): LineChart {
  const rules = [...new Set(rows.map(({ rule }) => rule))].sort();
  return {
    x: { label: 'speed-up', log: true }, y: { label: 'regret' },
    series: [{ name: 'front', points: pointsOf(rows.filter(({ front }) => front), false) }, ...rules.map((name) => ({ name, dots: true, points: pointsOf(rows.filter(({ rule }) => rule === name), true) }))],
  };
}

function pointsOf(rows: readonly ComparedRule[], bars: boolean): LineChart['series'][number]['points'] {
  return [...rows].sort((a, b) => a.speedup_gmean - b.speedup_gmean).map((row) => ({
    x: row.speedup_gmean, y: row.regret_mean, ...(bars && row.regret_low !== null && row.regret_high !== null ? { low: row.regret_low, high: row.regret_high } : {}),
    tip: `${row.rule} ${row.settings}\n${row.speedup_gmean.toFixed(2)}x, regret ${row.regret_mean.toFixed(4)}`,
  }));
}

function table(rows: readonly ComparedRule[]): FigureTable {
  const number = (value: number, digits: number) => ({ text: value.toFixed(digits), value });
  return {
    columns: [{ title: 'rule' }, { title: 'settings' }, { title: 'speed-up', number: true }, { title: '95 %' }, { title: 'regret', number: true }, { title: 'optimum kept', number: true }, { title: 'false stops, most', number: true }, { title: 'front' }],
    rows: rows.map((row) => [
      row.rule, row.settings, number(row.speedup_gmean, 2), interval(row), number(row.regret_mean, 4), number(row.optimum_kept, 2), number(row.false_stop_max, 4), row.front ? 'front' : '',
    ]),
  };
}
