// `foretell compare`: every stopping rule on recorded curves, cost against regret.
import type { Command } from 'commander';
import { addCompareOptions, type CompareCommand } from '../compare/options.js';
import type { Ends, World } from '../world.js';

export function addCompare(program: Command, world: World, ends: Ends): void {
  const command = program.command('compare').description('compare stopping rules on recorded curves: what each saves, what each loses, which to take');
  addCompareOptions(command).action(
    ends(async (options: CompareCommand) => {
      const { runCompare } = await import('../compare/run.js');
      await runCompare(options, world);
    }),
  );
}
