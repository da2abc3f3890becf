// The mailbox's promises: a command from another process becomes an event with who and when; it is done once or never, whoever dies; a sender always
// hears what came of it; rubbish in the folder harms nobody.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCandidate, StudyError, UsageError, type Command, type StoredEvent } from '../../src/core/index.js';
import { createStudy, openJournalForReading, openMailbox, sendCommand } from '../../src/study/index.js';
import { fileOf, mailFolder, newLetterId, writeLetter } from '../../src/study/mailbox/letters.js';
import { compileChildren, type Children } from './children/compile.js';
import { killParts } from './children/kill-parts.js';
import { candidateOf } from './fakes/fakes.js';
import { temporaryFolder } from './fakes/temporary.js';

let children: Children;
beforeAll(() => {
  children = compileChildren();
});
afterAll(() => children.remove());

const studyPath = (): string => join(temporaryFolder(), 'posted.study');

function controlsOf(path: string): Extract<StoredEvent, { type: 'control' }>[] {
  const reader = openJournalForReading(path);
  const found = [...reader.read()].filter((event) => event.type === 'control');
  reader.close();
  return found;
}

describe('between two processes', () => {
  test('a command becomes an event with who and when, and its effect', async () => {
    const path = studyPath();
    const holder = children.start('mail-holder', path);
    await holder.line('open');
    const before = Date.now();
    await sendCommand(path, { type: 'freeze', trial: 0 }, 'ann');
    const [control] = controlsOf(path);
    expect(control).toMatchObject({ type: 'control', by: 'ann', command: { type: 'freeze', trial: 0 } });
    expect(control?.time).toBeGreaterThanOrEqual(before);
    await expect(sendCommand(path, { type: 'freeze', trial: 0 }, 'ann')).rejects.toThrow(/expected trial 0 to be running or paused, it is frozen/);
    await sendCommand(path, { type: 'enqueue', candidate: candidateOf(0.5) }, 'bob');
    expect(controlsOf(path).map(({ by }) => by)).toEqual(['ann', 'bob']);
    expect(readdirSync(mailFolder(path))).toEqual([]);
    holder.process.kill('SIGKILL');
    await holder.ended;
  });

  test('where nobody holds the study the sender is told at once, and nothing is left behind', async () => {
    const path = studyPath();
    await expect(sendCommand(path, { type: 'end' }, 'ann')).rejects.toThrow(/no process holds .* go on with the search/);
    const holder = children.start('mail-holder', path);
    await holder.line('open');
    holder.process.kill('SIGKILL');
    await holder.ended;
    await expect(sendCommand(path, { type: 'end' }, 'ann')).rejects.toThrow(StudyError);
    expect(readdirSync(mailFolder(path))).toEqual([]);
  });

  test('a holder that takes no commands is given up, and the command withdrawn', async () => {
    const path = studyPath();
    const holder = children.start('mail-holder', path, 'deaf');
    await holder.line('open');
    await expect(sendCommand(path, { type: 'end' }, 'ann', { patience: 200 })).rejects.toThrow(/took no command within 0.2 s: nothing was done/);
    expect(readdirSync(mailFolder(path))).toEqual([]);
    holder.process.kill('SIGKILL');
    await holder.ended;
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ])('a holder killed %s it did a command: the sender hears the truth, the next holder does nothing twice', async (hang, done) => {
    const path = studyPath();
    const holder = children.start('mail-holder', path, hang);
    await holder.line('open');
    const sent = sendCommand(path, { type: 'freeze', trial: 0 }, 'ann').then(() => 'done', (error: Error) => error.message);
    await holder.line('taken');
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect(await sent).toMatch(done === 1 ? /^done$/ : /ended before it did it: nothing was done/);
    const next = children.start('mail-holder', path);
    await next.line('open');
    expect(controlsOf(path)).toHaveLength(done);
    next.process.kill('SIGKILL');
    await next.ended;
  });
});

describe('in one process', () => {
  async function open(path: string, accept?: (command: Command) => Command) {
    const { header, strategy, rule } = killParts();
    const study = await createStudy({ header, strategy, rule, journal: path });
    const mailbox = openMailbox(path, study, accept === undefined ? {} : { accept });
    return { study, mailbox, close: async () => { await mailbox.close(); await study.close(); } };
  }

  test('what a killed holder had claimed and journaled is answered as done, what it had not as not done', async () => {
    const path = studyPath();
    const first = await open(path);
    await sendCommand(path, { type: 'enqueue', candidate: candidateOf(0.5) }, 'ann');
    await first.close();
    const done = controlsOf(path)[0]?.id ?? '';
    const lost = newLetterId(Date.now());
    mkdirSync(mailFolder(path), { recursive: true });
    for (const id of [done, lost]) writeFileSync(fileOf(mailFolder(path), id, 'taken'), '{}');
    const second = await open(path);
    expect(readdirSync(mailFolder(path)).sort()).toEqual([done, lost].map((id) => `${id}.answer`).sort());
    expect(controlsOf(path)).toHaveLength(1);
    await second.close();
  });

  test('a letter that nobody waits for any more is not done', async () => {
    const path = studyPath();
    const id = newLetterId(Date.now());
    writeLetter(mailFolder(path), { id, by: 'ann', command: { type: 'end' }, expires: Date.now() - 1 });
    const { mailbox, close } = await open(path);
    await mailbox.drain();
    expect(controlsOf(path)).toEqual([]);
    expect(existsSync(fileOf(mailFolder(path), id, 'answer'))).toBe(true);
    await close();
  });

  test('a configuration is looked over by the holder, and its refusal reaches the sender', async () => {
    const path = studyPath();
    const { close } = await open(path, (command) => {
      if (command.type === 'enqueue' && !('quality' in command.candidate.hp)) throw new UsageError('quality: expected one, got none');
      return command;
    });
    await expect(sendCommand(path, { type: 'enqueue', candidate: parseCandidate({}) }, 'ann')).rejects.toThrow('quality: expected one, got none');
    await sendCommand(path, { type: 'enqueue', candidate: candidateOf(0.7) }, 'ann');
    expect(controlsOf(path)).toHaveLength(1);
    await close();
  });

  test('what is journaled is answered as done, though a watcher throws; and whoever trains hears that the trial is taken', async () => {
    const path = studyPath();
    const { study, close } = await open(path);
    const answer = await study.ask();
    expect(answer.action).toBe('train');
    study.watch(({ type }) => {
      if (type === 'control') throw new Error('no space left for this line');
    });
    const taken: number[] = [];
    study.interrupts((trial) => taken.push(trial));
    await sendCommand(path, { type: 'cancel', trial: 0 }, 'ann');
    expect(controlsOf(path)).toHaveLength(1);
    expect(taken).toEqual([0]);
    await close();
  });

  test('rubbish is refused and does not stop what comes after it', async () => {
    const path = studyPath();
    const folder = mailFolder(path);
    mkdirSync(folder);
    const put = (content: string): void => writeFileSync(fileOf(folder, newLetterId(Date.now()), 'letter'), content);
    put('no JSON');
    put('{"by":"eve","expires":1e15,"command":{"type":"delete"}}');
    put('{"by":"eve","expires":1e15,"command":{"type":"freeze","trial":-1}}');
    put('{"by":"eve","expires":1e15,"command":{"type":"end"},"more":1}');
    put(' '.repeat(100_000));
    writeFileSync(join(folder, '..evil.letter'), '{}');
    symlinkSync('/etc/hostname', fileOf(folder, newLetterId(Date.now()), 'letter'));
    execFileSync('mkfifo', [fileOf(folder, newLetterId(Date.now()), 'letter')]);
    const { close } = await open(path);
    await sendCommand(path, { type: 'end' }, 'ann');
    expect(controlsOf(path).map(({ by }) => by)).toEqual(['ann']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.answer'))).toHaveLength(7);
    await close();
  });
});
