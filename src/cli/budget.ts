// `--budget`: epochs of all trials together after which a search ends, whatever it still hopes for.
import { InvalidArgumentError, type Command } from 'commander';
import type { StudyBudget } from '../study/index.js';

export function addBudgetOption(command: Command): Command {
  return command.option('--budget <epochs>', 'end after so many epochs of all trials together; below 1: a share of all that they could train', budget);
}

/** No bound where nothing was asked. */
export function budgetOf(asked: number | undefined, trials: number, epochs: number): StudyBudget {
  if (asked === undefined) return {};
  return { epochs: asked < 1 ? Math.max(1, Math.floor(asked * trials * epochs)) : asked };
}

function budget(text: string): number {
  const epochs = text.trim() === '' ? NaN : Number(text);
  if (epochs > 0 && (epochs < 1 || Number.isSafeInteger(epochs))) return epochs;
  throw new InvalidArgumentError('Expected a share above 0 and below 1, or a whole number of epochs.');
}
