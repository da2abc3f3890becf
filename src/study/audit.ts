// The proof that costs a share: a few of the frozen trials, drawn at random when the search has ended, are trained to the end, and what they
// show bounds the share of all frozen trials that would have beaten the winner. Which ones is journaled first, so that an interrupted
// audit goes on with the same. It changes no verdict.
import { clopperPearsonUpper, createRng, type CheckpointStore, type Runner, type TrialId } from '../core/index.js';
import type { StudyState } from './state.js';
import type { StudyHandle } from './study.js';
import { stoppedTrials, verifyStudy, type VerifyOptions } from './verify.js';

export interface AuditResult {
  readonly frozen: number;
  /** Trained to the end so far, of those that were drawn. */
  readonly audited: number;
  readonly drawn: number;
  /** Of those: true final above the best that the search found. */
  readonly beat: number;
  /** With 95 % confidence no larger share of the frozen trials beats the winner. */
  readonly bound: number;
}

export const AUDIT_LEVEL = 0.95;

/** How many of `frozen` trials an audit of that share draws: at least one where there is one. */
export function auditSize(frozen: number, share: number): number {
  return Math.min(frozen, Math.ceil(frozen * share));
}

/** Needs a study that has ended. `share` in (0, 1]; an audit that was begun keeps its own. */
export async function auditStudy(study: StudyHandle, share: number, runner: Runner, store: CheckpointStore, options: VerifyOptions = {}): Promise<AuditResult | null> {
  const { state } = study;
  if (state.ended !== null && state.audit === null) {
    const frozen = stoppedTrials(state).map(({ id }) => id);
    const trials = createRng(state.header?.seed ?? 0).fork('audit').shuffle([...frozen]).slice(0, auditSize(frozen.length, share)).sort((a, b) => a - b);
    await study.note('audit', { share, trials });
  }
  await verifyStudy(study, runner, store, { ...options, only: new Set(state.audit ?? []) });
  return auditOf(state);
}

/** From the notes alone; null where nothing was drawn for an audit. */
export function auditOf(state: StudyState): AuditResult | null {
  if (state.audit === null) return null;
  const known = state.audit.filter((trial) => state.verified.has(trial));
  const beat = known.filter((trial) => beats(state, trial)).length;
  return { frozen: stoppedTrials(state).length, audited: known.length, drawn: state.audit.length, beat, bound: clopperPearsonUpper(beat, known.length, AUDIT_LEVEL) };
}

function beats(state: StudyState, trial: TrialId): boolean {
  const y = state.verified.get(trial)?.y ?? null;
  return y !== null && state.best !== null && y > state.best.y;
}
