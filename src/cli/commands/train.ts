// `foretell train`: one network, its curve, its weights. What a run does lies in train/session.ts.
import type { Command } from 'commander';
import { addTrainOptions, resumedTraining, type TrainOptions } from '../train/options.js';
import type { Ends, World } from '../world.js';

export function addTrain(program: Command, world: World, ends: Ends): void {
  const command = addTrainOptions(program.command('train').description('train one network and print its curve'));
  command.action(
    ends(async (given: TrainOptions) => {
      const { readCheckpoint } = await import('../train/checkpoint-file.js');
      const before = given.checkpoint === undefined ? null : readCheckpoint(given.checkpoint);
      const options = resumedTraining(given, before?.options ?? null, (name) => command.getOptionValueSource(name) === 'cli');
      const [{ imageJob }, { isLanguageNet, languageJob }, { trainJob }] = await Promise.all([import('../train/image-job.js'), import('../train/language-job.js'), import('../train/session.js')]);
      const jobOf = isLanguageNet(options.net) ? languageJob : imageJob;
      const machine = await world.machine();
      await trainJob(options, await jobOf(options, machine, world.terminal, before?.choices ?? []), before, world);
    }),
  );
}
