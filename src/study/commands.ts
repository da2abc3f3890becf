// Commands from people: each is journaled with who gave it, in one append with what it does.
import type { Command, StudyEvent } from '../core/index.js';
import { StudyError } from '../core/index.js';
import { endEvents, freezeEvents, trialOf } from './desk.js';
import type { StudyState, TrialState, TrialStatus } from './state.js';

/** Throws StudyError where the trial's state does not allow it. */
export function commandEvents(state: StudyState, command: Command, by: string, id?: string): StudyEvent[] {
  if (state.ended !== null) throw new StudyError(`${command.type}: the study has ended (${state.ended}); begin a new one`);
  return [{ type: 'control', command, by, ...(id === undefined ? {} : { id }) }, ...effects(state, command, by)];
}

function effects(state: StudyState, command: Command, by: string): StudyEvent[] {
  switch (command.type) {
    case 'freeze':
      return frozenBy(trialIn(state, command.trial, 'freeze', ['running', 'paused']), by);
    case 'thaw': {
      const trial = trialIn(state, command.trial, 'thaw', ['frozen']);
      return [{ type: 'thaw', trial: trial.id, reason: `thawed by ${by}`, by }];
    }
    case 'cancel': {
      const trial = trialIn(state, command.trial, 'cancel', ['running', 'paused', 'frozen']);
      return [{ type: 'cancel', trial: trial.id, by }];
    }
    case 'enqueue':
      return [];
    case 'end':
      return endEvents(state, `ended by ${by}`);
  }
}

function frozenBy(trial: TrialState, by: string): StudyEvent[] {
  const y = trial.curve.at(-1);
  if (y === undefined) throw new StudyError(`freeze: trial ${trial.id} has no epoch yet, so it has no value; cancel it instead`);
  return freezeEvents(trial, { action: 'freeze', reason: `frozen by ${by}`, value: { y, at: trial.curve.length } }, by);
}

function trialIn(state: StudyState, id: number, what: string, allowed: readonly TrialStatus[]): TrialState {
  const trial = trialOf(state, id);
  if (allowed.includes(trial.status)) return trial;
  throw new StudyError(`${what}: expected trial ${id} to be ${allowed.join(' or ')}, it is ${trial.status}`);
}
