// The study's figures for a report: the room study counts them, this adds what only notes hold (the test set's word).
import type { Json, TrialId } from '../core/index.js';
import { summarise as figuresOf, auditOf, verificationOf, type AuditResult, type StudySummary, type VerifyResult } from '../study/index.js';
import type { Story } from './story.js';

export interface Summary extends StudySummary {
  /** What the test set said of the best net, once, at the end. */
  readonly test: { readonly trial: TrialId; readonly metrics: { readonly [name: string]: number } } | null;
  /** Null where `--verify` has trained nothing. */
  readonly verified: VerifyResult | null;
  /** Null where `--audit` has drawn nothing. */
  readonly audit: AuditResult | null;
}

export function summarise(story: Story): Summary {
  const { state } = story;
  return { ...figuresOf(state), test: testOf(story), verified: wholly(state) ? verificationOf(state) : null, audit: auditOf(state) };
}

/** How many trials came to what; those that a budget cut off are running no more. */
export function fatesOf({ counts, ended }: Summary): string[] {
  return Object.entries(counts).filter(([, count]) => count > 0).map(([fate, count]) => `${count} ${fate === 'running' && ended !== null ? 'unfinished' : fate}`);
}

/** What an audit trained is a sample, and says nothing of the whole. */
function wholly({ verified, audit }: Story['state']): boolean {
  return [...verified.keys()].some((trial) => audit?.includes(trial) !== true);
}

/** The last note `test`: `{ trial, metrics }`. */
function testOf(story: Story): Summary['test'] {
  const data = story.notes.filter((note) => note.about === 'test').at(-1)?.data as { readonly [key: string]: Json } | undefined;
  if (data === undefined || typeof data['trial'] !== 'number') return null;
  return { trial: data['trial'], metrics: (data['metrics'] ?? {}) as { readonly [name: string]: number } };
}
