// Searches over the other spaces as a user types them, and a study that becomes a curve set. The machine is a fake.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  writeFileSync(path.join(line.folder, 'text.txt'), 'the quick brown fox jumps over the lazy dog\n'.repeat(400));
});
afterAll(() => line.remove());

const few = ['--trials', '9', '--epochs', '6', '--rule', 'none'];
const images = ['search', '--space', 'cuda-convnet', '--data', 'synthetic', ...few, '--set', 'train-size=60', '--set', 'validation-size=40'];
const text = ['search', '--space', 'lstm', '--data', 'text.txt', ...few, '--set', 'tokens=chars', '--set', 'train-tokens=3000', '--set', 'validation-tokens=300'];

describe('searching over other spaces', () => {
  it('trains Cuda-Convnets', async () => {
    const { code, stderr } = await line.run([...images, '--filter-multiplier', '.25', '--study', 'convnet.study'], { FAKE_SIDE: '14' });
    expect(code, stderr).toBe(0);
    const shown = await line.run(['show', 'convnet.study']);
    expect(shown.stdout).toContain('space cuda-convnet');
    expect(shown.stdout).toContain('lrn 3 within a channel');
  });

  it('trains MetaQNN\'s networks', async () => {
    const { code, stderr } = await line.run(['search', '--space', 'metaqnn', '--data', 'synthetic', ...few, '--filter-multiplier', '.0625', '--set', 'train-size=60', '--set', 'validation-size=40', '--set', 'depth=6', '--study', 'metaqnn.study']);
    expect(code, stderr).toBe(0);
    expect((await line.run(['show', 'metaqnn.study'])).stdout).toContain('space metaqnn');
  });

  it('trains cells', async () => {
    const { code, stderr } = await line.run(['search', '--space', 'nasbench201', '--data', 'synthetic', ...few, '--set', 'train-size=60', '--set', 'validation-size=40', '--set', 'channels=2', '--study', 'cells.study']);
    expect(code, stderr).toBe(0);
    const shown = await line.run(['show', 'cells.study']);
    expect(shown.stdout).toContain('space nasbench201');
    expect(shown.stdout).toContain('cell [');
  });

  it('trains language models and shows perplexities', async () => {
    const { code, stdout } = await line.run([...text, '--study', 'text.study']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/validation perplexity/);
    const csv = (await line.run(['export', 'text.study', '--csv'])).stdout.split('\n');
    expect(csv[0]).toContain('trial,epoch,perplexity');
    // The fake's scores are about .5: a score is the negative loss, so the perplexity is exp(-.5).
    expect(Number(csv[1]?.split(',')[2])).toBeLessThan(1);
  });

  it.each([
    ['a text that is none', ['search', '--space', 'lstm', '--data', 'nowhere', ...few], 'expected one of ptb', 1],
    ['a filter multiplier of the chain space', ['search', '--data', 'synthetic', ...few, '--filter-multiplier', '2', '--set', 'train-size=60', '--set', 'validation-size=40'], 'expected with --space cuda-convnet or metaqnn', 2],
    ['images too small for three pools', images, 'shrink the window, pad more', 1],
    ['images shrunk to nothing', [...images, '--set', 'shrink=100'], 'to shrink images', 2],
  ])('refuses %s', async (_, args, words, code) => {
    const ended = await line.run(args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });
});

describe('searching with other strategies and rules', () => {
  it.each([['sh'], ['hyperband'], ['asha']])('%s pauses trials, resumes the best, and ends', async (strategy) => {
    const { code, stdout, stderr } = await line.run(['search', '--data', 'synthetic', '--strategy', strategy, '--rule', 'none', '--trials', '12', '--epochs', '9', '--set', 'train-size=60', '--set', 'validation-size=40', '--study', `${strategy}.study`]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/paused/);
    expect(stdout).toContain('ended: search complete');
  });

  it('stops by the chain, audits some of the stopped, and explains them', async () => {
    const chain = ['search', '--data', 'synthetic', '--rule', 'chain', '--trials', '40', '--epochs', '10', '--burn-in', '5+2', '--audit', '.2', '--set', 'train-size=60', '--set', 'validation-size=40', '--study', 'chain.study'];
    const { code, stdout, stderr } = await line.run(chain);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/audit +\d+ of \d+ frozen trials, drawn at random, trained to the end: .*; with 95 % confidence at most/);
    expect((await line.run(['show', 'chain.study'])).stdout).toContain('rule chain');
    const frozen = (await line.run(['export', 'chain.study', '--json'])).stdout;
    const { trials } = JSON.parse(frozen) as { trials: { trial: number; fate: string }[] };
    const stopped = trials.find(({ fate }) => fate === 'frozen')?.trial ?? -1;
    const why = await line.run(['why', 'chain.study', String(stopped)]);
    expect(why.code, why.stderr).toBe(0);
    expect((await line.run(['report', 'chain.study'])).code).toBe(0);
  });
});

describe('a study as a curve set', () => {
  it('is exported, checked and replayed', async () => {
    expect((await line.run([...text, '--trials', '30', '--study', 'many.study'])).code).toBe(0);
    const exported = await line.run(['export', 'many.study', '--curves', 'sets']);
    expect(exported.stderr).toBe('');
    expect(exported.stdout.trim()).toBe('sets/many.json: 30 curves');
    const checked = JSON.parse((await line.run(['data', 'check', 'sets/many.json', '--json'])).stdout) as Record<string, unknown>;
    expect(checked).toMatchObject({ rows: 30, epochs: 6, complete: 29, metric: 'perplexity', direction: 'minimise', transform: 'log' });
    const replayed = await line.run(['replay', '--curves', 'sets/many.json', '--burn-in', '8', '--orderings', '2', '--parallel', '1', '--draws', '5']);
    expect(replayed.code).toBe(0);
    expect(replayed.stdout).toContain('optimum kept');
  });
});
