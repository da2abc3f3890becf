// Which rules are compared over which settings of their own: each entry is what `foretell replay` is told. Rules and pool strategies
// stand in one list, for a user asks only by what to stop.
import { UsageError } from '../../core/index.js';

export interface Entry {
  readonly rule: string;
  /** What makes it differ from the rule's other entries, in a word or two. */
  readonly settings: string;
  readonly args: readonly string[];
  /** Orderings and rows at most, for rules that take seconds a curve. */
  readonly slow?: { readonly orderings: number; readonly rows: number };
}

export interface SetFacts {
  readonly rows: number;
  readonly epochs: number;
}

const DELTAS = ['.8', '.9', '.95', '.97', '.99'];
const PAPER_BURN_IN = 100;
const SHORT_BURN_IN = 40;

type Entries = (set: SetFacts) => readonly Entry[];

const TABLE: { readonly [rule: string]: Entries } = {
  none: () => [entry('none', 'train everything', ['--rule', 'none'])],
  median: () => ['5', '20'].flatMap((burnIn) => ['1', '3'].map((grace) => entry('median', `burn-in ${burnIn}, grace ${grace}`, ['--rule', 'median', '--burn-in', burnIn, '--set', `grace=${grace}`]))),
  srm: (set) => DELTAS.slice(1).map((delta) => entry('srm', `Delta ${delta}, the paper's`, ['--rule', 'srm', '--burn-in', burnIn(set, PAPER_BURN_IN), '--refit', 'off', '--thaw', 'off', '--set', 'target=level', '--draws', '100', '--delta-confidence', delta])),
  'srm-thaw': (set) => DELTAS.slice(1).map((delta) => entry('srm-thaw', `Delta ${delta}`, ['--rule', 'srm', '--burn-in', burnIn(set, SHORT_BURN_IN), '--draws', '100', '--delta-confidence', delta])),
  chain: () => DELTAS.map((delta) => entry('chain', `Delta ${delta}`, ['--rule', 'chain', '--delta-confidence', delta])),
  lce: () => [{ ...entry('lce', 'at .25, .5, .75 of the curve; 100 curves, one ordering', ['--rule', 'lce']), slow: { orderings: 1, rows: 100 } }],
  sh: ({ epochs }) => ['2', '3', '4'].flatMap((eta) => [20, 9].map((part) => rung('sh', eta, part, epochs))),
  hyperband: () => ['3', '4'].map((eta) => entry('hyperband', `eta ${eta}`, ['--strategy', 'hyperband', '--rule', 'none', '--set', `eta=${eta}`])),
  asha: ({ epochs }) => ['3', '4'].flatMap((eta) => [20, 9].map((part) => rung('asha', eta, part, epochs))),
  'freeze-thaw': () => ['.9', '.925', '.95', '.975', '.99'].map((delta) => entry('freeze-thaw', `Delta ${delta}`, ['--strategy', 'freeze-thaw', '--delta-confidence', delta])),
  'i-epoch': ({ epochs }) => [20, 10, 5].flatMap((part) => ['5', '20'].map((k) => entry('i-epoch', `i = T/${part}, K ${k}`, ['--rule', 'i-epoch', '--set', `i=${whole(epochs / part)}`, '--set', `k=${k}`]))),
};

export const COMPARED_RULES: readonly string[] = Object.keys(TABLE);

/** Throws UsageError on a rule that cannot be compared. */
export function entriesOf(rules: readonly string[], set: SetFacts): readonly Entry[] {
  const unknown = rules.find((rule) => !(rule in TABLE));
  if (unknown !== undefined) throw new UsageError(`rules: expected some of ${COMPARED_RULES.join(', ')}, got '${unknown}'`);
  return rules.flatMap((rule) => (TABLE[rule] as Entries)(set));
}

function entry(rule: string, settings: string, args: readonly string[]): Entry {
  return { rule, settings, args };
}

/** The first rung as a part of T, so that sets of different T are compared under one setting. */
function rung(rule: 'sh' | 'asha', eta: string, part: number, epochs: number): Entry {
  return entry(rule, `eta ${eta}, first rung T/${part}`, ['--strategy', rule, '--rule', 'none', '--set', `eta=${eta}`, '--set', `first-rung=${whole(epochs / part)}`]);
}

/** A regression needs six rows; a burn-in of more than a third of the set saves nothing. */
function burnIn({ rows }: SetFacts, usual: number): string {
  return String(Math.max(6, Math.min(usual, Math.floor(rows / 3))));
}

function whole(epochs: number): number {
  return Math.max(1, Math.floor(epochs));
}
