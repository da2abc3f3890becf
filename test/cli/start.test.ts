// Reading a study starts at once: neither Dawn nor the addon is loaded, and little is paid beyond Node itself.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal, openMailbox } from '../../src/study/index.js';
import { madeStudy } from '../report/made-study.js';
import { openCommandLine, type CommandLine } from './command-line.js';

/** Says on standard error which binaries were loaded and how much processor time the process took, in ms. */
const WITNESS = `
const loaded = [];
const { dlopen } = process;
process.dlopen = (module, file, ...rest) => { loaded.push(file); return dlopen.call(process, module, file, ...rest); };
process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('WITNESS ' + JSON.stringify({ loaded, ms: (user + system) / 1000 }) + '\\n'); });
`;

let line: CommandLine;
let env: Record<string, string>;
let letGo: () => Promise<void>;
beforeAll(async () => {
  line = await openCommandLine('src/cli/main.ts');
  const witness = path.join(line.folder, 'witness.cjs');
  writeFileSync(witness, WITNESS);
  env = { NODE_OPTIONS: `--require ${witness}` };
  const journal = openJournal(path.join(line.folder, 'a.study'));
  journal.append(madeStudy({ trials: 40, epochs: 12 }).map(({ seq: _seq, time: _time, ...event }) => event));
  journal.close();
  const held = openJournal(path.join(line.folder, 'held.study'));
  const mailbox = openMailbox(path.join(line.folder, 'held.study'), { control: () => Promise.resolve() });
  letGo = async () => {
    await mailbox.close();
    held.close();
  };
});
afterAll(async () => {
  await letGo();
  line.remove();
});

interface Witnessed {
  readonly loaded: readonly string[];
  readonly ms: number;
}

async function witnessed(args: readonly string[]): Promise<Witnessed> {
  const { code, stderr } = await line.run(args, env);
  expect(code, stderr).toBe(0);
  return JSON.parse(/WITNESS (.*)/.exec(stderr)?.[1] ?? '') as Witnessed;
}

/** The same measure of a Node that runs nothing. */
function bareNode(): number {
  const { stderr } = spawnSync(process.execPath, ['-e', '0'], { env: { ...process.env, ...env }, encoding: 'utf8' });
  return (JSON.parse(/WITNESS (.*)/.exec(stderr)?.[1] ?? '') as Witnessed).ms;
}

describe('commands that only read', () => {
  it.each([
    ['--version'],
    ['--help'],
    ['search --help'],
    ['train --help'],
    ['studies .'],
    ['show a.study'],
    ['why a.study 20'],
    ['report a.study'],
    ['export a.study --csv'],
    ['tell held.study freeze 0'],
  ])('%s loads neither Dawn, the addon nor sharp', async (command) => {
    const { loaded } = await witnessed(command.split(' '));
    expect(loaded.filter((file) => !file.includes('better_sqlite3'))).toEqual([]);
  });

  it('cost less than two and a half times Node itself', async () => {
    // Processor time against processor time, since machines differ in speed; the best of several turns: a busy machine stretches all of them.
    const times: number[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const bare = bareNode();
      times.push(((await witnessed(['show', 'a.study'])).ms - bare) / bare);
    }
    expect(Math.min(...times)).toBeLessThan(2.5);
  });
});
