// How a job's kernels are chosen. What is decided is kept: it stands on a device that is opened again, and in the checkpoint.
import type { Log } from '../../core/index.js';
import type { Decision } from '../../tune/index.js';
import type { TrainingSettings } from '../machine.js';
import type { RunSettings } from './settings.js';

/** `standing` grows as the tuner decides. */
export function tuningFor({ tune }: RunSettings, standing: Decision[], { warn }: Log): NonNullable<TrainingSettings['tuning']> {
  return { mode: tune, standing, heard: (decision) => void standing.push(decision), warn };
}
