// Trainings from before: the fully trained runs of another curve set or of a study, for rules that fit before the search begins.
import { UsageError } from '../../core/index.js';
import { completeRows, everyNth } from '../../data/index.js';
import { loadCurveSet } from '../../host/index.js';
import type { TrainingRow } from '../../predict/index.js';
import { observation } from '../features.js';
import { existingStudy, readStory } from '../studies.js';

/** Numbered below 0, thinned as what is replayed: every `step`-th of its `epochs`. Throws UsageError where none of them reaches the last, which is predicted. */
export async function pretrainedRows(from: string, { epochs, step }: { readonly epochs: number; readonly step: number }, where: { readonly folder?: string }): Promise<readonly TrainingRow[]> {
  const isStudy = !from.endsWith('.json') && existingStudy(from) !== undefined;
  const runs = isStudy ? studyRuns(from) : completeRows(await loadCurveSet(from, where));
  const long = runs.filter(({ curve }) => curve.length >= epochs);
  if (long.length === 0) throw new UsageError(`pretrained ${from}: expected runs of at least ${epochs} epochs, got ${runs.length} shorter ones; take others`);
  return long.map(({ curve, ap, hp, graph }, i) => ({ trial: -1 - i, curve: everyNth(curve.slice(0, epochs), epochs, step), ap, hp, ...(graph === undefined ? {} : { graph }) }));
}

function studyRuns(study: string): Omit<TrainingRow, 'trial'>[] {
  const finished = readStory(study).trials.filter(({ final }) => final !== null);
  return finished.map(observation);
}
