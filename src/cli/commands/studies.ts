// `foretell studies [FOLDER]`: a line a study.
import type { Command } from 'commander';
import { messageOf } from '../../core/index.js';
import type { Ends, World } from '../world.js';

export function addStudies(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('studies')
    .description('list the studies of a folder')
    .argument('[folder]', 'where to look', 'studies')
    .option('--json', 'one JSON line a study')
    .action(
      ends(async (folder: string, { json }: { json?: boolean }) => {
        const { studyFiles } = await import('../studies.js');
        const files = studyFiles(folder);
        if (files.length === 0) {
          terminal.err(`no study in ${folder}: \`foretell search\` makes one in ./studies, or give another folder`);
          return;
        }
        const rows = await Promise.all(files.map(describeStudy));
        if (json === true) return rows.forEach((row) => terminal.out(JSON.stringify(row)));
        const { textTable } = await import('../../report/index.js');
        const columns = (['study', 'data', 'rule', 'trials', 'best', 'speed-up', 'state'] as const).map((title) => ({ title }));
        terminal.out(textTable(columns, rows.map((row) => [row.study, row.data, row.rule, String(row.trials), row.best, row.speedup, row.state])));
      }),
    );
}

interface StudyLine {
  readonly study: string;
  readonly data: string;
  readonly rule: string;
  readonly trials: number;
  readonly best: string;
  readonly speedup: string;
  readonly state: string;
}

/** A file that cannot be read is a line too: one damaged study must not hide the others. */
async function describeStudy(file: string): Promise<StudyLine> {
  const [{ readEvents }, { figure, scaleOf, summarise, tellStory }] = await Promise.all([import('../studies.js'), import('../../report/index.js')]);
  try {
    const story = tellStory(readEvents(file));
    const { best, trials, epochs } = summarise(story);
    const { data, rule } = story.header;
    return {
      study: file,
      data: data.name,
      rule: rule.name,
      trials,
      best: best === null ? '-' : figure(scaleOf(story.header).shown(best.y)),
      speedup: epochs.trained === 0 ? '-' : `${epochs.speedup.toFixed(2)}x`,
      state: story.ended === null ? 'not ended' : 'ended',
    };
  } catch (error) {
    return { study: file, data: '-', rule: '-', trials: 0, best: '-', speedup: '-', state: `cannot be read: ${messageOf(error)}` };
  }
}
