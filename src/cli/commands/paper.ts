// `foretell paper`: the paper's tables and figures, measured again.
import type { Command } from 'commander';
import { addPaperOptions, type PaperCommand } from '../paper/options.js';
import type { Ends, World } from '../world.js';

export function addPaper(program: Command, world: World, ends: Ends): void {
  const command = program.command('paper').description('measure the paper\'s tables and figures again on its authors\' curves');
  addPaperOptions(command).action(
    ends(async (options: PaperCommand) => {
      const { runPaperCommand } = await import('../paper/run.js');
      await runPaperCommand(options, world);
    }),
  );
}
