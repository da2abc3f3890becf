// `foretell report STUDY`: one HTML file.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Ends, World } from '../program.js';

export function addReport(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('report')
    .description('write a study\'s report as one self-contained HTML file')
    .argument('<study>', 'a study file, or a name under ./studies')
    .option('--out <file>', 'where to; default: beside the study')
    .action(
      ends(async (study: string, { out }: { out?: string }) => {
        const { beside, findStudy } = await import('../studies.js');
        const file = findStudy(study);
        const target = out ?? beside(file, '.html');
        await writeReport(file, target);
        terminal.out(target);
      }),
    );
}

export async function writeReport(study: string, target: string): Promise<void> {
  const [{ readEvents }, { renderPage, tellStory }, { writing }] = await Promise.all([
    import('../studies.js'),
    import('../../report/index.js'),
    import('../files.js'),
  ]);
  const page = renderPage(tellStory(readEvents(study)));
  writing(target, '--out', () => writeFileSync(target, page));
}
