// `foretell evaluate`: how well predictors foretell the ends of recorded curves.
import type { Command } from 'commander';
import { addEvaluateOptions, type EvaluateCommand } from '../evaluate/options.js';
import type { Ends, World } from '../world.js';

export function addEvaluate(command: Command, world: World, ends: Ends): void {
  addEvaluateOptions(command).action(
    ends(async (options: EvaluateCommand) => {
      const { runEvaluate } = await import('../evaluate/run.js');
      await runEvaluate(options, world);
    }),
  );
}
