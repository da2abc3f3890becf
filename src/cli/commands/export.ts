// `foretell export STUDY --csv|--json|--curves FOLDER`: a study for other programs, or as a curve set for replay and comparison.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { UsageError } from '../../core/index.js';
import type { Ends, World } from '../world.js';

interface ExportOptions {
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly curves?: string;
  readonly out?: string;
}

export function addExport(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('export')
    .description('a study as CSV (a row an epoch), JSON (its whole state), or a curve set for replay, evaluate and compare')
    .argument('<study>', 'a study file, or a name under ./studies')
    .option('--csv', 'a row an epoch, with the trial\'s configuration beside it')
    .option('--json', 'the whole state')
    .option('--curves <folder>', 'a curve set: NAME.csv.gz and its manifest NAME.json, NAME as the study\'s')
    .option('--out <file>', 'where CSV or JSON goes; default: standard output')
    .action(
      ends(async (study: string, options: ExportOptions) => {
        const { csv, curves, out } = options;
        const asked = (['csv', 'json', 'curves'] as const).filter((form) => options[form] !== undefined && options[form] !== false);
        if (asked.length !== 1) throw new UsageError(`export: expected one of --csv and --json or --curves FOLDER, got ${asked.length === 0 ? 'neither' : asked.length === 2 ? 'both' : 'all'}`);
        const [{ readStory, existingStudy }, { exportCsv, exportJson, exportCurves }, { writing }] = await Promise.all([
          import('../studies.js'),
          import('../../report/index.js'),
          import('../files.js'),
        ]);
        const story = readStory(study);
        if (curves !== undefined) {
          const name = path.basename(existingStudy(study) ?? study).replace(/\.study$/, '');
          const files = exportCurves(story, name, `${name}.csv.gz`);
          if (files.curves === 0) throw new UsageError(`export --curves: expected a study with a trial that was trained to the end, ${study} has none`);
          const target = path.join(curves, name);
          writing(target, '--curves', () => {
            mkdirSync(curves, { recursive: true });
            writeFileSync(`${target}.csv.gz`, gzipSync(files.csv, { level: 9 }));
            writeFileSync(`${target}.json`, files.manifest);
          });
          return terminal.out(`${target}.json: ${files.curves} curves`);
        }
        const text = csv === true ? exportCsv(story) : exportJson(story);
        if (out === undefined) return terminal.out(text.trimEnd());
        writing(out, '--out', () => writeFileSync(out, text));
        terminal.out(out);
      }),
    );
}
