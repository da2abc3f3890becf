// Evidence for people: a table for each adapter.
import type { Evidence, Measured } from '../../tune/index.js';
import { describeChoice } from '../../tune/index.js';
import { textTable } from '../../report/index.js';

const COLUMNS = [
  { title: 'kernel' }, { title: 'fastest' }, { title: 'ms', align: 'right' }, { title: 'noise', align: 'right' }, { title: 'next' },
  { title: 'slower', align: 'right' }, { title: 'failed', align: 'right' }, { title: 'class of shapes' },
] as const;

/** `current` says whether evidence is about the kernels of this version; what is stale is counted and not shown. */
export function evidenceText(all: readonly Evidence[], current: (evidence: Evidence) => boolean): string {
  const grounds = new Map<string, Evidence[]>();
  for (const evidence of all) {
    const { adapter, driver, backend } = evidence.key;
    const title = `${adapter} (${backend}; ${driver})`;
    grounds.set(title, [...(grounds.get(title) ?? []), evidence]);
  }
  return [...grounds].map(([title, list]) => groundText(title, list, current)).join('\n\n');
}

function groundText(title: string, list: readonly Evidence[], current: (evidence: Evidence) => boolean): string {
  const shown = list.filter(current).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const stale = list.length - shown.length;
  const seconds = shown.reduce((sum, evidence) => sum + evidence.seconds, 0);
  const clocks = [...new Set(shown.map(({ clock }) => clock))].join(' and ');
  return [
    title,
    `${shown.length} classes of shapes measured in ${seconds.toFixed(1)} s by ${clocks === '' ? 'nothing' : clocks}${stale > 0 ? `; ${stale} more are of other kernels than this version's and not used` : ''}`,
    ...(shown.length === 0 ? [] : [textTable(COLUMNS, shown.map(row))]),
  ].join('\n');
}

function nameOf({ key }: Evidence): string {
  return `${key.family} ${key.direction} ${key.shapes}`;
}

function row(evidence: Evidence): string[] {
  const { key, ranking, measured } = evidence;
  const [first, second] = ranking.map((choice) => measured.find((each) => each.choice === choice || sameChoice(each, choice)));
  const slower = first?.median && second?.median ? `${(second.median / first.median).toFixed(2)}x` : '-';
  return [
    `${key.family} ${key.direction}`,
    first === undefined ? '-' : describeChoice(first.choice),
    first?.median ? (1000 * first.median).toPrecision(3) : '-',
    first?.noise === null || first === undefined ? '-' : `${(100 * first.noise).toFixed(1)} %`,
    second === undefined ? '-' : describeChoice(second.choice),
    slower,
    String(measured.filter(({ outcome }) => outcome === 'failed').length),
    key.shapes,
  ];
}

function sameChoice({ choice }: Measured, other: Measured['choice']): boolean {
  return JSON.stringify(choice) === JSON.stringify(other);
}
