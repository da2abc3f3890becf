// Plain data from outside (a user's options, what a user's own strategy says) against a zod schema, refused in the words of all our errors: which member,
// what was expected, what came. Whether members that fit make sense together is for whoever uses them to say.
import { z } from 'zod';
import type { ForetellError } from './errors.js';

type Refusal = new (message: string) => ForetellError;

/** Throws `Refusal` on the first member that does not fit; an unknown name goes first, since it explains one that is missing. */
export function conforming<S extends z.ZodType>(schema: S, data: unknown, what: string, Refusal: Refusal): z.infer<S> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].map(String);
  const came = issue?.code === 'unrecognized_keys' ? 'a name that is not known' : inWords(path.reduce(memberOf, data));
  throw new Refusal(`${what}${path.map((key) => `.${key}`).join('')}: ${expectation(issue?.message ?? '')}, got ${came}`);
}

/** An object that has no members but these, which a refusal lists. */
export function strict<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? `expected one of ${names}` : `expected { ${names} }`) });
}

export function whole(least: number): z.ZodNumber {
  const error = `expected a whole number from ${least}`;
  return z.int({ error }).min(least, { error });
}

/** What came, for an error: short, whatever it is. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `a list of ${value.length}` : `{ ${Object.keys(value).join(', ')} }`.replace('{  }', '{}');
}

/** Zod says what it expected within a sentence of its own. */
function expectation(message: string): string {
  return /expected .*?(?=, received|$)/.exec(message)?.[0] ?? message;
}

function memberOf(data: unknown, key: string): unknown {
  return (data as { readonly [key: string]: unknown } | undefined)?.[key];
}
