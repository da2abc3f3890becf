// `foretell compare` as a user types it.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.js';
import { writeCurves } from './made-curves.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  writeCurves(line.folder, 'made', 60, 9);
  writeCurves(line.folder, 'other', 50, 12);
});
afterAll(() => line.remove());

const few = ['compare', '--curves', 'made.json,other.json', '--rules', 'none,i-epoch', '--orderings', '2', '--parallel', '2'];

describe('foretell compare', () => {
  it('writes a line a replay, the table last, and a page with an answer', async () => {
    const { code, stdout, stderr } = await line.run([...few, '--json', '--out', 'a.html']);
    expect(code, stderr).toBe(0);
    const lines = stdout.trim().split('\n').map((text) => JSON.parse(text) as { rules?: Record<string, unknown>[] });
    expect(lines).toHaveLength(15);
    const { rules = [] } = lines.at(-1) ?? {};
    expect(rules).toHaveLength(7);
    expect(Object.keys(rules[0] ?? {})).toEqual(expect.arrayContaining(['rule', 'settings', 'speedup_gmean', 'regret_mean', 'false_stop_max', 'sets']));
    expect(rules.find(({ rule }) => rule === 'none')).toMatchObject({ speedup_gmean: 1, regret_mean: 0, sets: 2 });
    const page = readFileSync(path.join(line.folder, 'a.html'), 'utf8');
    expect(page).toContain('Stop by ');
    expect(page).toContain('All 2 sets');
  });

  it('measures nothing twice, even after a line that was cut in half', async () => {
    appendFileSync(path.join(line.folder, 'a.jsonl'), '{"key":"cut');
    const again = await line.run([...few, '--out', 'a.html']);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain('14 of 14 replays were measured before');
    expect(again.stdout).toMatch(/Stop by i-epoch with .*; expect [\d.]+x fewer epochs/);
  });

  it('compares rules that fit, on a small set of one\'s own', async () => {
    const { code, stdout, stderr } = await line.run(['compare', '--curves', 'made.json', '--rules', 'chain,srm', '--orderings', '1', '--out', 'b.html']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/chain +Delta \.95/);
    expect(stdout).toContain('x fewer epochs (one ordering) at');
    expect(stdout).toMatch(/srm +Delta \.99, the paper's/);
  });

  it.each([
    ['no curves', ['compare'], "required option '--curves", 2],
    ['a rule that there is not', ['compare', '--curves', 'made.json', '--rules', 'magic'], 'expected some of none, median', 2],
    ['a set that there is not', ['compare', '--curves', 'nope'], 'expected the path of a manifest', 1],
    ['results that are none of ours', ['compare', '--curves', 'made.json', '--rules', 'none', '--out', 'odd.html'], 'choose another --out', 1],
  ])('refuses %s', async (_, args, words, code) => {
    writeFileSync(path.join(line.folder, 'odd.jsonl'), 'a shopping list\n');
    const ended = await line.run(args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });
});
