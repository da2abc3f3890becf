// `foretell why STUDY TRIAL`: every verdict on a trial in words and numbers.
import type { Command } from 'commander';
import { wholeNumber } from '../parsers.js';
import type { Ends, World } from '../world.js';

export function addWhy(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('why')
    .description('what was predicted of a trial, epoch by epoch, and what was decided on it')
    .argument('<study>', 'a study file, or a name under ./studies')
    .argument('<trial>', 'its number, from 0', wholeNumber(0))
    .option('--json', 'the same as one JSON line')
    .action(
      ends(async (study: string, trial: number, { json }: { json?: boolean }) => {
        const [{ readStory }, { why, whyText }, { featuresOf }] = await Promise.all([
          import('../studies.js'),
          import('../../report/index.js'),
          import('../features.js'),
        ]);
        const answer = why(readStory(study), trial, featuresOf);
        terminal.out(json === true ? JSON.stringify(answer) : whyText(answer));
      }),
    );
}
