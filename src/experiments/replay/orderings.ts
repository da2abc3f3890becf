// The same search on many orderings of a set, each with its own order, thinning and draws, all from one seed.
import { createRng, type Rng } from '../../core/index.js';
import { thinned, type CurveSet, type Thinning } from '../../data/index.js';
import type { TrainingRow } from '../../predict/index.js';
import type { StudyBudget } from '../../study/index.js';
import { evaluationsUsed } from './budget.js';
import { auditOutcome, measure, type Outcome } from './measures.js';
import { recordingOf, type Recording } from './recording.js';
import { replayStudy, type ReplayParts } from './replay.js';
import { Stages } from './stages.js';

export interface OrderingsOptions {
  readonly set: CurveSet;
  readonly seed: number;
  /** So many of the set's own, drawn an ordering and taken out; or trainings from elsewhere, numbered below 0. */
  readonly pretrained: number | readonly TrainingRow[];
  readonly thin?: Thinning;
  /** Share of the stopped runs that is looked up to the end. */
  readonly audit?: number;
  /** Say what was found after how many evaluations: for searches that do not try all of the pool. */
  readonly budgeted?: boolean;
  /** Full trainings before the rule's first stop, for the ceiling. */
  readonly burnIn: number;
  /** When the search ends at the latest. */
  limit?(recording: Recording): StudyBudget;
  parts(recording: Recording, rng: Rng): Promise<ReplayParts>;
  readonly signal?: AbortSignal;
}

/** The outcome of ordering `i`: what it is does not depend on the others. */
export async function replayOrdering(options: OrderingsOptions, i: number): Promise<Outcome> {
  const { set, seed, thin, pretrained, burnIn, signal } = options;
  const rng = createRng(seed).fork('replay', set.name, i);
  const recording = recordingOf(thin === undefined ? set : thinned(set, thin, rng.fork('thin')), pretrained, rng);
  const parts = await options.parts(recording, rng.fork('search'));
  const stages = parts.stageOf === undefined ? null : new Stages(parts.stageOf);
  const state = await replayStudy(recording, parts, { ...(signal === undefined ? {} : { signal }), hear: (event) => stages?.hear(event), ...(options.limit === undefined ? {} : { budget: options.limit(recording) }) });
  const figures = measure(state, recording, recording.pretrained.length > 0 ? 0 : burnIn);
  const measured = stages === null ? figures : { ...figures, stages: stages.table(state, recording) };
  const outcome = options.budgeted === true ? { ...measured, budget: evaluationsUsed(state, recording) } : measured;
  return options.audit === undefined ? outcome : { ...outcome, audit: auditOutcome(state, recording, options.audit, rng.fork('audit')) };
}
