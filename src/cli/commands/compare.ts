// `foretell compare`: every stopping rule on recorded curves, cost against regret.
import type { Command } from 'commander';
import { addCompareOptions, type CompareCommand } from '../compare/options.js';
import type { Ends, World } from '../world.js';

export function addCompare(command: Command, world: World, ends: Ends): void {
  addCompareOptions(command).action(
    ends(async (options: CompareCommand) => {
      const { runCompare } = await import('../compare/run.js');
      await runCompare(options, world);
    }),
  );
}
