// Which checkpoints a study keeps: those of trials that can go on, and the best's. Stopped trials share a disk budget, and the least
// promising make room. Sizes come from the journal, so a resumed study evicts what the uninterrupted one would have.
import type { CheckpointStore, Log, TrialId } from '../core/index.js';
import { messageOf } from '../core/index.js';
import type { ListedCheckpointStore } from './checkpoints.js';
import type { StudyState, TrialState } from './state.js';

/** Evicting goes on below the budget, to this share of it, so that a full budget does not cost a sort a freeze. */
const EVICT_TO = 0.9;

export function keptKey(state: StudyState, id: TrialId): string | undefined {
  const trial = state.trials[id];
  if (trial === undefined || trial.checkpoint === null) return undefined;
  const over = trial.status === 'failed' || trial.status === 'cancelled' || (trial.status === 'finished' && !mayBeBest(state, trial));
  return over ? undefined : trial.checkpoint.key;
}

/** Between `finish` and `value` of one append the trial is not the best yet: its checkpoint waits for the value. */
function mayBeBest(state: StudyState, trial: TrialState): boolean {
  return state.best?.trial === trial.id || trial.value === null || trial.value.predicted || trial.value.at < trial.curve.length;
}

/** The frozen trials (once the study has ended also the paused ones) whose checkpoints must go, the least promising first. */
export function evictions(state: StudyState, budget: number): readonly TrialId[] {
  const ended = state.ended !== null;
  if (!ended && state.frozenBytes <= budget) return [];
  const ids = ended ? [...state.frozen, ...state.paused] : [...state.frozen];
  const parked = ids.map((id) => state.trials[id] as TrialState).filter((trial) => trial.checkpoint !== null);
  let bytes = parked.reduce((sum, trial) => sum + bytesOf(trial), 0);
  if (bytes <= budget) return [];
  const evicted: TrialId[] = [];
  for (const trial of parked.sort((a, b) => promiseOf(a) - promiseOf(b) || b.id - a.id)) {
    if (bytes <= budget * EVICT_TO) break;
    evicted.push(trial.id);
    bytes -= bytesOf(trial);
  }
  return evicted;
}

/** Deletes what is in the store but in no state: put and never reported, or deleted from the state just before a kill. */
export async function collectOrphans(store: CheckpointStore, kept: ReadonlySet<string>, log: Log): Promise<void> {
  if (!isListed(store)) return;
  const orphans = (await store.list()).filter((key) => !kept.has(key));
  for (const key of orphans) {
    await store.delete(key).catch((error: unknown) => log.warn(`checkpoint ${key} could not be deleted: ${messageOf(error)}`));
  }
}

function isListed(store: CheckpointStore): store is ListedCheckpointStore {
  return 'list' in store;
}

function promiseOf(trial: TrialState): number {
  return trial.value?.y ?? trial.curve.at(-1) ?? -Infinity;
}

function bytesOf(trial: TrialState): number {
  return trial.checkpoint?.bytes ?? 0;
}
