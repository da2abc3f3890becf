// What strategies and rules say, checked as it comes in, before anything of it is journaled: whether it has the form that the contracts promise. Whether it
// makes sense for the trial that it is about is for the dispatcher and the judge.
import { z } from 'zod';
import { conforming, inWords, StudyError, type Stakes, type StoppingRule, type Strategy, type Verdict } from '../core/index.js';

type Proposed = Awaited<ReturnType<Strategy['ask']>>;
type Judged = Awaited<ReturnType<StoppingRule['judge']>> & { readonly verdict: Exclude<Verdict, { action: 'stop' }> };
type Reviewed = Awaited<ReturnType<StoppingRule['review']>>;
type Kinds = { readonly [action: string]: z.ZodType };

/** Any: recorded runs have gaps, and which values are sane is said where they are used. */
const number = z.custom<number>((given) => typeof given === 'number', 'expected a number');
/** Of an object of any class its own members; one that is undefined counts as left out. */
const members = (given: unknown): unknown => (typeof given === 'object' && given !== null ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) : given);
const numbers = z.preprocess(members, z.record(z.string(), number, 'expected an object of numbers'));
const architecture = z.custom((given) => typeof given === 'object', 'expected an architecture, or null where your own loop builds the model');
const candidate = z.looseObject({ architecture, ap: numbers, hp: numbers }, 'expected a candidate { architecture, ap, hp }');
const value = z.looseObject({ y: number, at: number }, 'expected a value { y, at }, what the trial is worth while it is frozen');
const freeze = z.looseObject({ action: z.literal('freeze'), reason: z.string(), value }, 'expected a verdict { action, reason, value }');
const record = z.looseObject({ by: z.string() }, 'expected a record { by, ... }').optional();

const PROPOSALS: Kinds = {
  start: z.looseObject({ candidate, until: number, record }),
  resume: z.looseObject({ trial: number, until: number, record }),
  freeze: z.looseObject({ trial: number, verdict: freeze, record }),
  value: z.looseObject({ values: z.array(z.looseObject({ trial: number, y: number, at: number })), record }),
  wait: z.looseObject({ record }),
  done: z.looseObject({ record }),
};

const VERDICTS: Kinds = { continue: z.looseObject({}), freeze };
const JUDGED = z.looseObject({ verdict: z.looseObject({}), record }, 'expected { verdict, record? }');
const REVIEWED = z.looseObject({ thaw: z.array(z.looseObject({ trial: number, reason: z.string() })), record }, 'expected { thaw, record? }');
const STAKES = z.looseObject({ horizon: number, bar: number.nullable() }, 'expected stakes { horizon, bar }, or null where the trial is not to be judged').nullable();

/** Throws StudyError, as all of these do; what fits is given back as it is. */
export function proposalOf({ settings }: Strategy, said: unknown): Proposed {
  expectKind(PROPOSALS, said, `the strategy ${settings.name}`);
  return said as Proposed;
}

export function stakesOf(strategy: Strategy, trial: number): Stakes | null {
  const said = strategy.stakes(trial);
  conforming(STAKES, said, `trial ${trial}: the strategy ${strategy.settings.name}: its stakes`, StudyError);
  return said;
}

export function judgedOf({ settings }: StoppingRule, trial: number, said: unknown): Judged {
  const rule = `trial ${trial}: the rule ${settings.name}`;
  conforming(JUDGED, said, `${rule}: its judgement`, StudyError);
  expectKind(VERDICTS, (said as Judged).verdict, rule);
  return said as Judged;
}

export function reviewedOf({ settings }: StoppingRule, said: unknown): Reviewed {
  conforming(REVIEWED, said, `the rule ${settings.name}: its review`, StudyError);
  return said as Reviewed;
}

function expectKind(kinds: Kinds, said: unknown, who: string): void {
  const action = (said as { readonly action?: unknown } | null | undefined)?.action;
  const schema = typeof action === 'string' && Object.hasOwn(kinds, action) ? kinds[action] : undefined;
  if (schema === undefined) throw new StudyError(`${who} said ${inWords(action ?? said)}: expected an action of ${Object.keys(kinds).join(', ')}`);
  conforming(schema, said, `${who}: ${String(action)}`, StudyError);
}
