// Letters to the process that holds a study: a file a letter in STUDY.mail/, which goes by its name through three states. `.letter`: sent.
// `.taken`: claimed by the holder. `.answer`: what came of it. Each step is one rename, so nobody meets half a file, and of a sender who withdraws and
// a holder who takes exactly one wins. Whoever may write the folder may command the study: it is made for its owner alone.
import { randomUUID } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseCandidate, StudyError, type Command } from '../../core/index.js';

export interface Letter {
  /** Of its writing, so letters sort by it; also names the file. */
  readonly id: string;
  readonly by: string;
  readonly command: Command;
  /** Milliseconds since 1970: taken later, it is not done. A command that nobody waits for any more must not act tomorrow. */
  readonly expires: number;
}

export type Answer = { readonly done: true } | { readonly done: false; readonly reason: string };
export type LetterState = 'letter' | 'taken' | 'answer';

/** A candidate of a hundred layers is 10 KB. */
export const MOST_BYTES = 64 * 1024;

const NAME = /^(\d{14}-[0-9a-f-]{36})\.(letter|taken|answer)$/;
const trial = z.number().int().min(0);
const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['freeze', 'thaw', 'cancel']), trial }),
  z.strictObject({ type: z.literal('enqueue'), candidate: z.unknown().transform(parseCandidate) }),
  z.strictObject({ type: z.literal('end') }),
]);
const letterSchema = z.strictObject({ by: z.string().min(1).max(200), expires: z.number(), command: z.unknown().transform(parseCommand) });
const answerSchema = z.union([z.strictObject({ done: z.literal(true) }), z.strictObject({ done: z.literal(false), reason: z.string() })]);

export function mailFolder(study: string): string {
  return `${study}.mail`;
}

export function newLetterId(now: number): string {
  return `${String(Math.round(now)).padStart(14, '0')}-${randomUUID()}`;
}

/** Throws StudyError, UsageError or ShapeError that says what is wrong with it. */
export function parseCommand(data: unknown): Command {
  return checked(commandSchema, data, 'command: expected freeze, thaw or cancel with a trial, enqueue with a candidate, or end') as Command;
}

export function fileOf(folder: string, id: string, state: LetterState): string {
  return join(folder, `${id}.${state}`);
}

/** Ids in that state, in the order of writing; none where there is no folder. */
export function lettersIn(folder: string, state: LetterState): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, id, found] = NAME.exec(name) ?? [];
    return id !== undefined && found === state ? [id] : [];
  }).sort();
}

export function writeLetter(folder: string, { id, ...content }: Letter): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  write(folder, id, 'letter', content);
}

export function writeAnswer(folder: string, id: string, answer: Answer): void {
  write(folder, id, 'answer', answer);
  rmSync(fileOf(folder, id, 'taken'), { force: true });
}

/** False where the other side was faster. */
export function rename(folder: string, id: string, from: LetterState, to: LetterState): boolean {
  try {
    renameSync(fileOf(folder, id, from), fileOf(folder, id, to));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** False where it was taken first. */
export function withdraw(folder: string, id: string): boolean {
  if (!rename(folder, id, 'letter', 'answer')) return false;
  rmSync(fileOf(folder, id, 'answer'), { force: true });
  return true;
}

/** Of a taken one. Throws where it is no letter. */
export function readLetter(folder: string, id: string): Letter {
  const content = checked(letterSchema, readJson(fileOf(folder, id, 'taken')), 'letter: expected { by, expires, command }');
  return { id, ...content };
}

export function readAnswer(folder: string, id: string): Answer | null {
  const file = fileOf(folder, id, 'answer');
  if (!existsSync(file)) return null;
  return checked(answerSchema, readJson(file), 'answer: expected { done, reason }');
}

function write(folder: string, id: string, state: LetterState, content: object): void {
  const half = join(folder, `${id}.half`);
  writeFileSync(half, JSON.stringify(content), { mode: 0o600, flush: true });
  renameSync(half, fileOf(folder, id, state));
}

/** Never waits (a named pipe would make it) and never reads more than a letter's worth. */
function readJson(file: string): unknown {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(handle);
    if (!fstatSync(handle).isFile() || size > MOST_BYTES) throw new StudyError(`letter: expected a file of at most ${MOST_BYTES} bytes, got ${fstatSync(handle).isFile() ? `${size} bytes` : 'something else'}`);
    const bytes = Buffer.alloc(size);
    readSync(handle, bytes);
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new StudyError('letter: expected JSON, got text that is none', { cause: error });
    throw error;
  } finally {
    closeSync(handle);
  }
}

function checked<T>(schema: z.ZodType<T>, data: unknown, expected: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new StudyError(`${expected}; got ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'other data'}`);
}
