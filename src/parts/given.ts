// What a user of the library gives in place of options: settings as plain data, checked here once, and objects of their own, of which only that they have the
// methods of their contract. What such an object says later is checked where it says it.
import { conforming, strict, UsageError, type Space, type StoppingRule, type Strategy } from '../core/index.js';
import type { Source } from '../search/index.js';
import { optionShape, strategyShape, type RuleOptions, type StrategyOptions, type StrategySettings } from './options.js';
import { ruleShape, type RuleSettings } from './rule.js';

/** Under the command line's names, `burnIn` for `--burn-in`. */
export type PartSettings = Partial<Omit<RuleOptions & StrategyOptions, 'rule' | 'strategy' | 'source'> & RuleSettings & StrategySettings>;

const SETTINGS = strict({ ...optionShape, ...ruleShape, ...strategyShape });

/** With the defaults of those that `--set` has. Throws UsageError on an unknown name or a wrong value. */
export function givenSettings(settings: PartSettings): Partial<RuleOptions & StrategyOptions> & RuleSettings & StrategySettings {
  return conforming(SETTINGS, withoutGaps(settings), 'createStudy: settings', UsageError) as Partial<RuleOptions & StrategyOptions> & RuleSettings & StrategySettings;
}

/** Members that are undefined count as left out, so that a default takes their place. */
export function withoutGaps<T>(given: T): T {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

interface OwnParts {
  readonly space: Space;
  readonly source: Source;
  readonly strategy: Strategy;
  readonly rule: StoppingRule;
}

const METHODS: { readonly [what in keyof OwnParts]: readonly (string & keyof OwnParts[what])[] } = {
  space: ['sample', 'neighbours', 'validate'],
  source: ['tell', 'next'],
  strategy: ['tell', 'ask', 'stakes'],
  rule: ['tell', 'judge', 'review'],
};

/** Whether it is meant as a part, and no plain data: it has a method of one. */
export function isOwn<W extends keyof OwnParts>(what: W, given: object): given is OwnParts[W] {
  return METHODS[what].some((method) => typeof (given as { readonly [key: string]: unknown })[method] === 'function');
}

/** Throws UsageError where a method of the contract is missing, or what names the part in a journal. */
export function ownPart<W extends keyof OwnParts>(what: W, given: object): OwnParts[W] {
  const members = given as { readonly [key: string]: unknown; readonly settings?: { readonly name?: unknown } };
  const missing: string[] = METHODS[what].filter((method) => typeof members[method] !== 'function');
  const named = typeof members.settings === 'object' && typeof (what === 'space' ? members['name'] : members.settings?.name) === 'string';
  if (missing.length === 0 && named) return given as OwnParts[W];
  const names = what === 'space' ? 'name, settings' : 'settings { name }';
  throw new UsageError(`createStudy: expected a ${what} of your own with ${names}, ${METHODS[what].join(', ')}, got one without ${[...missing, ...(named ? [] : [names])].join(', ')}; see docs/library.md`);
}
