// `foretell show STUDY`: its trials and its summary.
import type { Command } from 'commander';
import type { Ends, World } from '../world.js';

export function addShow(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('show')
    .description('a table of a study\'s trials and its summary')
    .argument('<study>', 'a study file, or a name under ./studies')
    .option('--json', 'the summary as one JSON line')
    .action(
      ends(async (study: string, { json }: { json?: boolean }) => {
        const [{ readStory }, { showText, summarise }] = await Promise.all([import('../studies.js'), import('../../report/index.js')]);
        const story = readStory(study);
        terminal.out(json === true ? JSON.stringify({ type: 'summary', ...summarise(story) }) : showText(story));
      }),
    );
}
