// `foretell report STUDY`: one HTML file.
import type { Command } from 'commander';
import type { Ends, World } from '../world.js';

export function addReport(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('report')
    .description('write a study\'s report as one self-contained HTML file')
    .argument('<study>', 'a study file, or a name under ./studies')
    .option('--out <file>', 'where to; default: beside the study')
    .action(
      ends(async (study: string, { out }: { out?: string }) => {
        const [{ beside, findStudy }, { writeReport }] = await Promise.all([import('../studies.js'), import('../report-file.js')]);
        const file = findStudy(study);
        const target = out ?? beside(file, '.html');
        writeReport(file, target);
        terminal.out(target);
      }),
    );
}
