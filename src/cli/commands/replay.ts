// `foretell replay`: a search on recorded curves, with a simulated clock.
import type { Command } from 'commander';
import { addReplayOptions, type ReplayCommand } from '../replay/options.js';
import type { Ends, World } from '../world.js';

export function addReplay(command: Command, world: World, ends: Ends): void {
  addReplayOptions(command).action(
    ends(async (options: ReplayCommand) => {
      const { runReplay } = await import('../replay/run.js');
      await runReplay(options, world);
    }),
  );
}
