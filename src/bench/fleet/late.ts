// Late reports by both sides' accounts. A worker writes down each report before it sends it and each answer; the journal tells when the fence moved (the
// attempt's release) and what the coordinators refused.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { StoredEvent } from '../../core/index.js';
import type { Heard } from './witness.js';

/** `trial-attempt-epoch`; `word` is the answer's, absent where it was sent. */
interface Line {
  readonly name: string;
  readonly time: number;
  readonly word?: string;
}

export interface LateReports {
  /** Sent after the journal had given the attempt away. */
  readonly late_sent: number;
  /** Sent before, and refused all the same: the release was journaled first. */
  readonly late_overtaken: number;
  /** Of those: taken back with their worker (killed, or told to stop before there was an answer), or lost with an emptied Redis by then. */
  readonly late_unheard: number;
  /** By the journal. */
  readonly late_refused: number;
  /** Answered as if in time and not counted, answered as late and not refused, or refused and never sent. Must be 0. */
  readonly late_unexplained: number;
}

export function writingDown(file: string): Heard {
  const write = (line: Line): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    reported: ({ task }, { attempt, epoch }) => write({ name: nameOf({ trial: task.trial, attempt, epoch }), time: Date.now() }),
    answered: ({ task }, { attempt, epoch }, { word }) => write({ name: nameOf({ trial: task.trial, attempt, epoch }), time: Date.now(), word }),
  };
}

export function nameOf({ trial, attempt, epoch }: { readonly trial: number; readonly attempt: number; readonly epoch: number }): string {
  return `${trial}-${attempt}-${epoch}`;
}

export function lateReports(file: string, events: readonly StoredEvent[], refused: ReadonlySet<string>): LateReports {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map((text) => JSON.parse(text) as Line) : [];
  const sent = new Map(lines.flatMap(({ name, time, word }) => (word === undefined ? [[name, time] as const] : [])));
  const answers = new Map(lines.flatMap(({ name, word }) => (word === undefined ? [] : [[name, word] as const])));
  const released = new Map<string, number>(events.flatMap((event) => (event.type === 'release' ? [[`${event.trial}-${event.attempt}`, event.time] as const] : [])));
  const counted = new Set(events.flatMap((event) => (event.type === 'epoch' ? [nameOf(event)] : [])));
  const late = [...sent].filter(([name, time]) => time > (released.get(name.slice(0, name.lastIndexOf('-'))) ?? Infinity) && !counted.has(name)).map(([name]) => name);
  const overtaken = [...refused].filter((name) => sent.has(name) && !late.includes(name));
  const unheard = late.filter((name) => !refused.has(name) && (answers.get(name) ?? 'over') === 'over');
  const answeredAmiss = [...answers].filter(([name, word]) => !refused.has(name) && (word === 'stale' || (word === 'go-on' && !counted.has(name))));
  const strange = answeredAmiss.length + [...refused].filter((name) => !sent.has(name)).length;
  return { late_sent: late.length, late_overtaken: overtaken.length, late_unheard: unheard.length, late_refused: refused.size, late_unexplained: strange };
}
