// How good what a learner proposes becomes: the true finals of what it drew, stage by stage of its search (for Q-learning a stage is an epsilon). A
// network that it drew again was not trained again, but was drawn; `repeats` of its records say which.
import { numbersIn, type StoredEvent, type TrialId } from '../../core/index.js';
import type { StudyState } from '../../study/index.js';
import type { Recording } from './recording.js';

export interface Stage {
  readonly stage: string;
  /** Networks tried for the first time, and the mean of their true finals, null of none; broken runs left out. */
  readonly tried: number;
  readonly tried_mean: number | null;
  /** With those that were drawn again. */
  readonly drawn: number;
  readonly drawn_mean: number | null;
}

export class Stages {
  /** [stage, trial, drawn again]. */
  private readonly draws: (readonly [stage: string, trial: TrialId, again: boolean])[] = [];

  constructor(private readonly stageOf: (trial: TrialId) => string) {}

  hear(event: StoredEvent): void {
    if (event.type === 'start') this.draws.push([this.stageOf(event.trial), event.trial, false]);
    if (event.type === 'fit') for (const earlier of numbersIn(event.record['repeats'])) this.draws.push([this.stageOf(Number(event.record['trial'])), earlier, true]);
  }

  /** In the order in which they came. */
  table({ trials }: StudyState, { set, curveOf }: Recording): readonly Stage[] {
    const finals = trials.map(({ candidate }) => curveOf(candidate)[set.epochs - 1]);
    const ended = this.draws.flatMap(([stage, trial, again]) => (finals[trial] === undefined ? [] : [{ stage, again, final: finals[trial] }]));
    return [...new Set(this.draws.map(([stage]) => stage))].map((stage) => {
      const drawn = ended.filter((draw) => draw.stage === stage);
      const tried = drawn.filter(({ again }) => !again);
      return { stage, tried: tried.length, tried_mean: meanFinal(tried), drawn: drawn.length, drawn_mean: meanFinal(drawn) };
    });
  }
}

/** The stages of many orderings: counts and means a stage, each ordering weighing alike. */
export function summariseStages(tables: readonly (readonly Stage[])[]): readonly Stage[] {
  const [first = []] = tables;
  return first.map(({ stage }) => {
    const of = tables.flatMap((table) => table.filter((other) => other.stage === stage));
    const mean = (value: (stage: Stage) => number | null): number | null => averaged(of.flatMap((row) => value(row) ?? []));
    return { stage, tried: mean((s) => s.tried) ?? 0, tried_mean: mean((s) => s.tried_mean), drawn: mean((s) => s.drawn) ?? 0, drawn_mean: mean((s) => s.drawn_mean) };
  });
}

function meanFinal(draws: readonly { readonly final: number }[]): number | null {
  return averaged(draws.map(({ final }) => final));
}

function averaged(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
