// `foretell replay`: a search on recorded curves, with a simulated clock.
import type { Command } from 'commander';
import { addReplayOptions, type ReplayCommand } from '../replay/options.js';
import { suited } from '../../parts/index.js';
import type { Ends, World } from '../world.js';

export function addReplay(command: Command, world: World, ends: Ends): void {
  addReplayOptions(command).action(
    ends(async (given: ReplayCommand) => {
      const options = suited(given, (name) => command.getOptionValueSource(name) === 'cli');
      const { runReplay } = await import('../replay/run.js');
      await runReplay(options, world);
    }),
  );
}
