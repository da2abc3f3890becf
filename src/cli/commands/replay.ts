// `foretell replay`: a search on recorded curves, with a simulated clock.
import type { Command } from 'commander';
import { addReplayOptions, type ReplayCommand } from '../replay/options.js';
import type { Ends, World } from '../world.js';

export function addReplay(program: Command, world: World, ends: Ends): void {
  const command = program.command('replay').description('search over recorded curves: what a stopping rule would have saved and lost');
  addReplayOptions(command).action(
    ends(async (options: ReplayCommand) => {
      const { runReplay } = await import('../replay/run.js');
      await runReplay(options, world);
    }),
  );
}
