// `foretell evaluate` as a user types it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.js';
import { writeCurves } from './made-curves.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  writeCurves(line.folder, 'made', 60, 8);
});
afterAll(() => line.remove());

const small = ['evaluate', '--curves', 'made.json', '--train', '20', '--repeats', '2', '--draws', '10'];

describe('foretell evaluate', () => {
  it('Ctrl-C ends a long fit: 130, in a moment', async () => {
    const running = line.start([...small.slice(0, -2), '--draws', '300000', '--model', 'last,svr-rbf']);
    await running.until('made last');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const asked = performance.now();
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(performance.now() - asked).toBeLessThan(10_000);
  });

  it('writes a JSON line a cell with the fixed names', async () => {
    const { code, stdout } = await line.run([...small, '--model', 'ols,last', '--at', '0.25,.5', '--features', 'TS+AP+HP,TS', '--json']);
    expect(code).toBe(0);
    const cells = stdout.trim().split('\n').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(cells).toHaveLength(8);
    expect(Object.keys(cells[0] ?? {})).toEqual(expect.arrayContaining([
      'curves', 'model', 'features', 'fraction', 'tau', 'train', 'repeats', 'draws', 'r2_mean', 'r2_se', 'spearman', 'kendall', 'mae', 'coverage95', 'fit_ms', 'predict_us',
    ]));
    expect(cells[0]).toMatchObject({ curves: 'made', model: 'ols', features: 'TS+AP+HP', fraction: 0.25, tau: 2, train: 20, repeats: 2, draws: 10 });
  });

  it('prints a table otherwise', async () => {
    const { code, stdout } = await line.run([...small, '--model', 'svr-rbf']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/made +svr-rbf +TS\+AP\+HP +0\.25/);
  });

  it.each([
    ['no curves', ['evaluate'], "required option '--curves", 2],
    ['an unknown model', [...small, '--model', 'gpt'], 'svr-rbf', 2],
    ['a share of one', [...small, '--at', '1'], 'below 1', 2],
    ['an empty member', [...small, '--model', 'ols,,last'], 'joined by commas', 2],
    ['more training than there is', [...small, '--train', '59'], 'lower --train', 2],
    ['an unknown setting', [...small, '--set', 'tarrget=gain'], 'target', 2],
    ['an unknown set', ['evaluate', '--curves', 'nope'], 'expected the path of a manifest', 1],
  ])('refuses %s', async (_, args, words, code) => {
    const ended = await line.run(args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });
});
