// `foretell replay` as a user types it.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pretrainedRows } from '../../src/cli/replay/pretrained.js';
import { loadCurveSet } from '../../src/host/index.js';
import { openCommandLine, type CommandLine } from './command-line.js';
import { writeCurves, writeNetworks } from './made-curves.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  writeCurves(line.folder, 'made', 80, 10);
  writeCurves(line.folder, 'short', 20, 4);
  writeNetworks(line.folder, 'nets', 6);
});
afterAll(() => line.remove());

const few = ['replay', '--curves', 'made.json', '--burn-in', '10', '--draws', '5', '--orderings', '4'];
const linesOf = (text: string) => text.trim().split('\n').map((one) => JSON.parse(one) as Record<string, unknown>);

describe('foretell replay', () => {
  it('writes a line an ordering and a summary with the fixed names', async () => {
    const { code, stdout } = await line.run([...few, '--parallel', '1', '--json']);
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(5);
    expect(Object.keys(lines.at(-1) ?? {})).toEqual(expect.arrayContaining([
      'speedup_mean', 'speedup_se', 'optimum_kept', 'regret_mean', 'rank_mean', 'fully_trained_mean', 'fewer_full_trainings', 'top10_kept', 'false_stop_rate', 'thawed_mean', 'ceiling',
    ]));
    expect(lines.at(-1)?.['speedup_mean']).toBeGreaterThan(1.2);
  });

  it('gives the same whether orderings share a process or not', async () => {
    const [alone, spread] = [await line.run([...few, '--parallel', '1', '--json']), await line.run([...few, '--parallel', '2', '--json', 'out.jsonl'])];
    expect(spread.code).toBe(0);
    const { stdout } = await line.run([...few, '--parallel', '2', '--json']);
    const byOrdering = (text: string) => linesOf(text).sort((a, b) => Number(a['ordering'] ?? 99) - Number(b['ordering'] ?? 99));
    expect(byOrdering(stdout)).toEqual(byOrdering(alone.stdout));
  });

  it('takes every strategy and rule, and audits', async () => {
    for (const options of [['--strategy', 'sh', '--rule', 'none'], ['--strategy', 'hyperband', '--rule', 'none', '--set', 'eta=2'], ['--strategy', 'asha', '--rule', 'none', '--set', 'first-rung=2'], ['--rule', 'chain'], ['--rule', 'chain', '--burn-in', '6+2'], ['--rule', 'i-epoch', '--set', 'i=2', '--set', 'k=5'], ['--audit', '.2']]) {
      const { code, stdout, stderr } = await line.run([...few, '--parallel', '1', ...options, '--json']);
      expect(code, stderr).toBe(0);
      const summary = linesOf(stdout).at(-1) ?? {};
      expect(summary['speedup_mean'], options.join(' ')).toBeGreaterThan(1);
      if (options.includes('--audit')) expect(summary['audit_covers']).toBe(1);
    }
  });

  it('ends after a budget of epochs', async () => {
    const { stdout } = await line.run([...few, '--parallel', '1', '--rule', 'none', '--budget', '200', '--json']);
    expect(linesOf(stdout).slice(0, 4).map(({ epochs }) => epochs)).toEqual([200, 200, 200, 200]);
    const half = await line.run([...few, '--parallel', '1', '--rule', 'none', '--budget', '.5', '--json']);
    expect(linesOf(half.stdout)[0]).toMatchObject({ epochs: 400, speedup: 2 });
    const whole = await line.run([...few, '--strategy', 'f-hyperband', '--set', 'runs=2', '--budget', '.5']);
    expect([whole.code, whole.stderr]).toEqual([2, expect.stringContaining('expected either --budget or --set runs=N, got both')]);
  });

  it('says of a few runs of Hyperband what there is to say, and draws a dash for the rest', async () => {
    const few = ['replay', '--curves', 'made.json', '--strategy', 'f-hyperband', '--set', 'runs=2', '--orderings', '2', '--draws', '5'];
    for (const parallel of ['1', '2']) {
      const { code, stdout, stderr } = await line.run([...few, '--parallel', parallel]);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/after +-\n/);
      expect(stderr).toMatch(/2 of 2: [\d.]+x over 2 runs, -x from run 2 on/);
    }
  });

  it('refuses at once a predictor of graphs on curves that have none', async () => {
    for (const options of [['--rule', 'srm'], ['--strategy', 'f-hyperband', '--set', 'runs=2']]) {
      const { code, stderr } = await line.run([...few, ...options, '--model', 'gcn']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--model gcn: expected a graph of operations with every row of made, 80 of 80 have none; take a set') as string]);
    }
  });

  it('says what to raise where too few are left to search over', async () => {
    expect((await line.run([...few, '--thin', '1'])).stderr).toContain('made: expected at least 2 curves to search over, got 1 in all; raise --thin');
    expect((await line.run([...few, '--pretrained', '79'])).stderr).toContain('expected 79 fully trained curves to begin with and at least 2 curves to search over, got 80 in all; lower --pretrained');
  });

  it('has no ceiling below what was done', async () => {
    const none = linesOf((await line.run([...few, '--parallel', '1', '--rule', 'none', '--json'])).stdout).at(-1);
    expect(none).toMatchObject({ speedup_mean: 1, ceiling: 1 });
    expect((await line.run([...few, '--parallel', '1', '--budget', '20'])).stdout).not.toContain('ceiling');
  });

  it('searches with a budget by every source, and says after how many evaluations it found what', async () => {
    for (const source of ['random', 'evolution', 'local', 'q-learning', 'reinforce']) {
      const { code, stdout, stderr } = await line.run(['replay', '--curves', 'nets.json', '--orderings', '2', '--parallel', '1', '--strategy', source, '--rule', 'none', '--trials', '25', '--json']);
      expect(code, stderr).toBe(0);
      expect(linesOf(stdout).at(-1)).toMatchObject({ fully_trained_mean: 25, budget: { evaluations_mean: 25 } });
    }
    const under = await line.run(['replay', '--curves', 'made.json', '--orderings', '1', '--strategy', 'asha', '--source', 'evolution', '--rule', 'none', '--trials', '40', '--reading', '.3']);
    expect(under.code, under.stderr).toBe(0);
    expect(under.stdout).toMatch(/best final +\d/);
  });

  it('replays the paper\'s rule, other rules, thinned and pretrained, and prints a table', async () => {
    for (const options of [['--refit', 'off', '--thaw', 'off', '--set', 'target=level'], ['--rule', 'median'], ['--rule', 'none'], ['--thin', '40,2'], ['--pretrained', '20'], ['--pretrained', 'made.json']]) {
      const { code, stdout, stderr } = await line.run([...few, '--parallel', '1', ...options]);
      expect(stderr).not.toContain('unexpected');
      expect(code).toBe(0);
      expect(stdout).toMatch(/speed-up, epochs( \(95 % interval\))? +\d/);
    }
  });

  it('learns by Q-learning what to propose, says so stage by stage, and pairs a rule with none', async () => {
    const { code, stdout, stderr } = await line.run(['replay', '--curves', 'nets.json', '--strategy', 'q-learning', '--trials', '60', '--rule', 'chain', '--against', 'none', '--orderings', '3', '--parallel', '2', '--json']);
    expect(code, stderr).toBe(0);
    const { stages, paired } = linesOf(stdout).at(-1) as { stages: { stage: string; tried: number; drawn_mean: number }[]; paired: { epochs_ratio: number; found: number[] } };
    expect(stages.map(({ stage }) => stage)).toEqual([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1].map((epsilon) => `epsilon ${epsilon}`));
    expect(stages.reduce((sum, { tried }) => sum + tried, 0)).toBeCloseTo(60, 9);
    expect(stages.at(-1)?.drawn_mean).toBeGreaterThan((stages[0]?.drawn_mean ?? 1) + 0.015);
    expect(paired.epochs_ratio).toBeGreaterThan(1.5);
    expect(Math.abs(paired.found[0] ?? 1)).toBeLessThan(0.05);
    const shown = await line.run(['replay', '--curves', 'nets.json', '--strategy', 'freeze-thaw', '--source', 'q-learning', '--trials', '40', '--orderings', '1', '--set', 'schedule=20']);
    expect(shown.stdout, shown.stderr).toMatch(/epsilon 0.1 +\d/);
  });

  it('thins trainings from before as it thins what is replayed', async () => {
    const rows = await pretrainedRows(path.join(line.folder, 'made.json'), { epochs: 9, step: 2 }, {});
    const { rows: recorded } = await loadCurveSet(path.join(line.folder, 'made.json'));
    expect(rows.map(({ curve }) => curve)).toEqual(recorded.map(({ curve }) => [curve[2], curve[4], curve[6], curve[8]]));
    const [first] = await pretrainedRows(path.join(line.folder, 'made.json'), { epochs: 10, step: 1 }, {});
    expect(first?.curve).toEqual(recorded[0]?.curve);
  });

  it.each([
    ['no curves', ['replay'], "required option '--curves", 2],
    ['a learner of steps on a set without architectures', ['replay', '--curves', 'made.json', '--parallel', '1', '--strategy', 'reinforce', '--rule', 'none'], 'expected a recorded set whose architectures are MetaQNN strings or cells', 2],
    ['an unknown strategy', [...few, '--strategy', 'magic'], 'random', 2],
    ['more pretrained than there are', [...few, '--parallel', '1', '--pretrained', '80'], 'lower --pretrained', 2],
    ['trainings from before that are too short', [...few, '--parallel', '1', '--pretrained', 'short.json'], 'expected runs of at least 10 epochs', 2],
    ['a burn-in that no fit can do', [...few, '--parallel', '2', '--burn-in', '2'], 'burn-in of at least 6', 2],
    ['a source of a source', [...few, '--strategy', 'local', '--source', 'evolution'], 'which is one itself', 2],
    ['an unknown setting', [...few, '--set', 'trget=gain'], 'target', 2],
    ['thinning to nothing', [...few, '--parallel', '1', '--thin', '10,11'], 'epoch step of at most 10', 2],
  ])('refuses %s', async (_, args, words, code) => {
    const ended = await line.run(args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });
});
