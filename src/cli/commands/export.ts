// `foretell export STUDY --csv|--json`: a study for other programs, to standard output or a file.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../../core/index.js';
import type { Ends, World } from '../world.js';

interface ExportOptions {
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

export function addExport(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('export')
    .description('a study as CSV (a row an epoch) or JSON (its whole state)')
    .argument('<study>', 'a study file, or a name under ./studies')
    .option('--csv', 'a row an epoch, with the trial\'s configuration beside it')
    .option('--json', 'the whole state')
    .option('--out <file>', 'where to; default: standard output')
    .action(
      ends(async (study: string, { csv, json, out }: ExportOptions) => {
        if ((csv === true) === (json === true)) throw new UsageError('export: expected one of --csv and --json, got ' + (csv === true ? 'both' : 'neither'));
        const [{ readStory }, { exportCsv, exportJson }, { writing }] = await Promise.all([
          import('../studies.js'),
          import('../../report/index.js'),
          import('../files.js'),
        ]);
        const story = readStory(study);
        const text = csv === true ? exportCsv(story) : exportJson(story);
        if (out === undefined) return terminal.out(text.trimEnd());
        writing(out, '--out', () => writeFileSync(out, text));
        terminal.out(out);
      }),
    );
}
