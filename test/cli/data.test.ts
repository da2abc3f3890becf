// `foretell data` as a user types it, on files of their own.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.js';

let line: CommandLine;
const NOWHERE = { FORETELL_DATA: '', FORETELL_CACHE: '/nonexistent' };

beforeAll(async () => {
  line = await openCommandLine();
  const write = (name: string, text: string): void => writeFileSync(path.join(line.folder, name), text);
  mkdirSync(path.join(line.folder, 'sets'));
  write('mine.csv', 'width,err_1,err_2\n1,.5,.25\n2,.4,\n4,.3,.1\n');
  write('mine.json', JSON.stringify({ name: 'mine', files: 'mine.csv', metric: { name: 'error', columns: 'err_{n}', direction: 'min' }, architecture: ['width'] }));
  write('sets/other.json', JSON.stringify({ name: 'other', files: 'other.csv', metric: { columns: 'e{n}', direction: 'max' } }));
  write('wrong.json', JSON.stringify({ name: 'wrong', files: 'mine.csv', metric: { columns: 'acc_{n}', direction: 'max' } }));
});
afterAll(() => line.remove());

describe('foretell data', () => {
  it('lists the ready sets and says which are not here', async () => {
    const { code, stdout } = await line.run(['data', 'list', '--json'], NOWHERE);
    const sets = stdout.trim().split('\n').map((text) => JSON.parse(text) as { name: string; here: boolean });
    expect(code).toBe(0);
    expect(sets.find(({ name }) => name === 'lstm_ptb')).toMatchObject({ here: false, fetchable: true, metric: 'perplexity' });
    expect((await line.run(['data', 'list'], NOWHERE)).stdout).toContain('metaqnn_cifar10');
  });

  it('checks a set, in the units in which it was recorded', async () => {
    const { code, stdout } = await line.run(['data', 'check', 'mine.json', '--json'], NOWHERE);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 3, epochs: 2, complete: 2, ap: ['width'], notes: ['1 of 3 rows end before the last epoch (not finite, or not recorded)'] });
    expect((JSON.parse(stdout) as { finals: number[] }).finals).toEqual([0.25, 0.1, 0.1, 0.1]);
    expect((await line.run(['data', 'check', 'mine.json'], NOWHERE)).stdout).toMatch(/3 curves of 3 configurations, 2 epochs; 2 trained to the end/);
  });

  it.each([
    ['an unknown set', ['data', 'check', 'nothing'], 'expected the path of a manifest or one of'],
    ['a manifest whose columns are not there', ['data', 'check', 'wrong.json'], "acc_{n}"],
    ['a set whose file is missing', ['data', 'check', 'sets/other.json'], 'expected other.csv, which is not on this machine'],
    ['a set without an address', ['data', 'get', 'sets/other.json'], 'names no address; put other.csv into sets'],
  ])('refuses %s', async (_, args, words) => {
    const { code, stderr } = await line.run(args, NOWHERE);
    expect(stderr).toContain(words);
    expect(code).toBe(1);
  });
});
