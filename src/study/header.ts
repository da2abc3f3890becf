// The first event of a study: filling in what a caller left out, and refusing to go on under other settings.
import { canonicalJson, StudyError, UsageError, type Settings, type StudyHeader, type StoppingRule, type Strategy } from '../core/index.js';

/** All but `epochs` (T) may be left out; strategy and rule describe themselves. */
export type HeaderInput = Partial<StudyHeader> & { readonly epochs: number };

const COMPARED = ['space', 'strategy', 'rule', 'data', 'seed', 'epochs', 'metric'] as const;

/** Throws UsageError where T is not a whole number from 1. */
export function completeHeader(input: HeaderInput, strategy: Strategy, rule: StoppingRule): StudyHeader {
  if (!Number.isInteger(input.epochs) || input.epochs < 1) {
    throw new UsageError(`expected epochs to be a whole number from 1, got ${input.epochs}`);
  }
  const custom: Settings = { name: 'custom' };
  return {
    name: 'study',
    version: 'unknown',
    seed: 0,
    metric: { name: 'score', negated: false },
    space: custom,
    data: custom,
    environment: {},
    ...input,
    strategy: input.strategy ?? strategy.settings,
    rule: input.rule ?? rule.settings,
  };
}

/** Throws StudyError listing each setting in which the journal's header differs from the one asked for. */
export function expectSameHeader(journaled: StudyHeader, asked: StudyHeader): void {
  const differences = COMPARED.flatMap((key) => differencesOf(key, journaled[key], asked[key]));
  if (differences.length === 0) return;
  throw new StudyError(
    `this study was begun with other settings: ${differences.join('; ')}. Use the settings that it was begun with, or choose another file with --study`,
  );
}

/** One line for each member that differs, so that one changed option among twenty is named alone. */
function differencesOf(path: string, journaled: unknown, asked: unknown): string[] {
  if (canonicalJson(journaled) === canonicalJson(asked)) return [];
  if (isRecord(journaled) && isRecord(asked)) {
    const keys = [...new Set([...Object.keys(journaled), ...Object.keys(asked)])].sort();
    return keys.flatMap((key) => differencesOf(`${path}.${key}`, journaled[key], asked[key]));
  }
  return [`${path} was ${shown(journaled)}, now ${shown(asked)}`];
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : canonicalJson(value);
}
