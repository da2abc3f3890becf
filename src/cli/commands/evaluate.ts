// `foretell evaluate`: how well predictors foretell the ends of recorded curves.
import type { Command } from 'commander';
import { addEvaluateOptions, type EvaluateCommand } from '../evaluate/options.js';
import type { Ends, World } from '../world.js';

export function addEvaluate(program: Command, world: World, ends: Ends): void {
  const command = program.command('evaluate').description('measure how well predictors foretell the ends of recorded curves');
  addEvaluateOptions(command).action(
    ends(async (options: EvaluateCommand) => {
      const { runEvaluate } = await import('../evaluate/run.js');
      await runEvaluate(options, world);
    }),
  );
}
