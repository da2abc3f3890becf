// `foretell show STUDY`: its trials and its summary.
import type { Command } from 'commander';
import type { Ends, World } from '../world.js';

export function addShow(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('show')
    .description('a table of a study\'s trials and its summary')
    .argument('<study>', 'a study file, or a name under ./studies')
    .option('--json', 'the summary, or the Pareto front, as one JSON line')
    .option('--pareto <number>', 'in place of all trials those that no other beats in both score and this number, of which less is better: weights, seconds, a metric, an AP or HP column; ~ = predicted')
    .action(
      ends(async (study: string, { json, pareto }: { json?: boolean; pareto?: string }) => {
        const [{ readStory }, { paretoData, paretoText, showText, summarise }] = await Promise.all([import('../studies.js'), import('../../report/index.js')]);
        const story = readStory(study);
        if (pareto !== undefined) return terminal.out(json === true ? JSON.stringify({ type: 'pareto', ...paretoData(story, pareto) }) : paretoText(story, pareto));
        terminal.out(json === true ? JSON.stringify({ type: 'summary', ...summarise(story) }) : showText(story));
      }),
    );
}
