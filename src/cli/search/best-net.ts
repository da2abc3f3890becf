// The end of a search: its best net sees the test set, once, and its weights are saved beside the study.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CheckpointError, type CheckpointStore, type Json, type Log, type TrialId } from '../../core/index.js';
import { encodeSafetensors, type Tensors } from '../../data/index.js';
import type { StudyHandle } from '../../study/index.js';
import { writing } from '../files.js';
import { beside } from '../studies.js';
import type { SearchTrainer } from './job.js';

export const WEIGHTS = '.best.safetensors';

export interface BestNet {
  readonly study: StudyHandle;
  readonly store: CheckpointStore;
  readonly file: string;
  /** Trials whose test result the journal holds. */
  readonly tested: ReadonlySet<TrialId>;
  readonly log: Log;
}

/** Path of the saved weights, or null where no trial was trained to the end or the best's checkpoint is gone. */
export async function finishBestNet({ study, store, file, tested, log }: BestNet, trainer: SearchTrainer): Promise<string | null> {
  const { best } = study.state;
  const trial = best === null ? undefined : study.state.trials[best.trial];
  if (trial === undefined || trial.checkpoint === null) return null;
  const checkpoint = await store.get(trial.checkpoint).catch((error: unknown) => {
    if (!(error instanceof CheckpointError)) throw error;
    log.warn(`the best net's weights are lost: ${error.message}`);
    return null;
  });
  if (checkpoint === null) return null;
  if (!tested.has(trial.id)) {
    const found = await trainer.test(trial.candidate, checkpoint);
    if (found !== null) await study.note('test', { trial: trial.id, ...found } as Json);
  }
  const target = beside(file, WEIGHTS);
  saveTensors(target, trainer.weights(trial.candidate, checkpoint));
  return target;
}

/** Whole or not at all: a reader never meets half a file. */
function saveTensors(target: string, tensors: Tensors): void {
  const bytes = encodeSafetensors(tensors);
  writing(target, '--study', () => {
    if (existsSync(target) && readFileSync(target).equals(bytes)) return;
    writeFileSync(`${target}.new`, bytes);
    renameSync(`${target}.new`, target);
  });
}
