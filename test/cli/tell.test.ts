// `foretell tell`: commands to a running search from another process, as a user types them; each ends with what came of it.
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { foldEvents, openJournalForReading } from '../../src/study/index.js';
import { openCommandLine, type CommandLine } from './command-line.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.remove());

const at = (name: string): string => path.join(line.folder, name);
const BY = `${userInfo().username} (command line)`;

function eventsOf(study: string): StoredEvent[] {
  const journal = openJournalForReading(at(study));
  try {
    return [...journal.read()];
  } finally {
    journal.close();
  }
}

describe('a search that runs', () => {
  it('does what it is told, refuses what it cannot, and both are said where it was asked', async () => {
    const running = line.start(
      ['search', '--data', 'synthetic', '--set', 'train-size=20', '--set', 'validation-size=20', '--rule', 'none', '--trials', '3', '--epochs', '4000', '--parallel', '2', '--study', 'live.study'],
      { FAKE_EPOCH_MS: '30' },
    );
    await running.until('study live.study');
    await expect.poll(() => foldEvents(eventsOf('live.study')).trials.filter(({ epoch }) => epoch > 0).length, { timeout: 20_000 }).toBe(2);
    const tell = (...args: string[]) => line.run(['tell', 'live.study', ...args]);

    expect(await tell('freeze', '0')).toEqual({ code: 0, stdout: `freeze trial 0: done, by ${BY}\n`, stderr: '' });
    expect(foldEvents(eventsOf('live.study')).trials[0]?.status).toBe('frozen');
    const again = await tell('freeze', '0');
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toBe('foretell: freeze: expected trial 0 to be running or paused, it is frozen\n');
    expect((await tell('freeze', '77')).stderr).toContain('trial 77: expected a trial of this study');
    expect((await tell('thaw', '0')).code).toBe(0);
    expect((await tell('cancel', '1')).code).toBe(0);
    expect(foldEvents(eventsOf('live.study')).trials[1]?.status).toBe('cancelled');

    const [known] = foldEvents(eventsOf('live.study')).trials;
    writeFileSync(at('known.json'), JSON.stringify({ candidate: known?.candidate }));
    expect((await tell('enqueue', at('known.json'))).stdout).toBe(`enqueue ${at('known.json')}: done, by ${BY}\n`);
    writeFileSync(at('wrong.json'), JSON.stringify([known?.candidate, { ...known?.candidate, hp: {} }]));
    const wrong = await tell('enqueue', at('wrong.json'));
    expect(wrong.stdout).toContain('candidate 1 of 2: done');
    expect(wrong.stderr).toMatch(/candidate 2 of 2: .*learning_rate.*; the 1 before it was enqueued/);
    expect(wrong.code).toBe(1);

    expect((await tell('end')).code).toBe(0);
    expect((await running.ended).code).toBe(0);
    const controls = eventsOf('live.study').filter((event) => event.type === 'control');
    expect(controls.map(({ command, by }) => [command.type, by])).toEqual(['freeze', 'thaw', 'cancel', 'enqueue', 'enqueue', 'end'].map((type) => [type, BY]));
    const late = await tell('end');
    expect([late.code, late.stderr]).toEqual([1, `foretell: end: live.study has ended (ended by ${BY}), and nobody holds it; begin a new one\n`]);
  });
});

describe('where nobody is there to do it', () => {
  it('says so, and how to go on', async () => {
    const stopped = line.start(['search', '--data', 'synthetic', '--set', 'train-size=20', '--set', 'validation-size=20', '--rule', 'none', '--trials', '3', '--study', 'left.study'], { FAKE_EPOCH_MS: '20000' });
    await stopped.until('study left.study');
    stopped.child.kill('SIGKILL');
    await stopped.ended;
    const { code, stderr } = await line.run(['tell', 'left', 'end']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no process holds left\.study.*foretell search --study left\.study/)]);
    expect((await line.run(['tell', 'nowhere', 'end'])).stderr).toContain('expected a study file or a name under ./studies');
  });

  it.each([
    [['tell', 'x', 'delete'], 'Expected one of freeze, thaw, cancel, enqueue, end'],
    [['tell', 'x', 'thaw', 'best'], "expected a trial's number, from 0, got best"],
    [['tell', 'x', 'enqueue'], 'expected a file with a configuration, got none'],
    [['tell', 'x', 'end', '7'], 'expected nothing after it, got 7; a single trial is ended by `cancel 7`'],
  ])('%j is wrong usage', async (args, words) => {
    const { code, stdout, stderr } = await line.run(args);
    expect(stderr).toContain(words);
    expect([code, stdout]).toEqual([2, '']);
  });
});
