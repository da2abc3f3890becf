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

  it('trains residual networks', async () => {
    const { code, stderr } = await line.run(['search', '--space', 'resnet', '--data', 'synthetic', ...few, '--set', 'train-size=60', '--set', 'validation-size=40', '--study', 'resnet.study']);
    expect(code, stderr).toBe(0);
    expect((await line.run(['show', 'resnet.study'])).stdout).toContain('space resnet');
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

describe('known configurations', () => {
  const search = ['search', '--data', 'synthetic', '--rule', 'none', '--trials', '5', '--epochs', '6', '--set', 'train-size=60', '--set', 'validation-size=40'];
  const write = (name: string, text: string): string => (writeFileSync(path.join(line.folder, name), text), name);
  let known: { candidate: { architecture: object; hp: object } }[];

  beforeAll(async () => {
    await line.run([...search, '--seed', '9', '--study', 'other.study']);
    const exported = (await line.run(['export', 'other.study', '--json'])).stdout;
    write('whole.json', exported);
    known = (JSON.parse(exported) as { trials: typeof known }).trials.slice(0, 2);
  });

  it('are taken from an export as it is', async () => {
    const { code, stderr } = await line.run([...search, '--enqueue', 'whole.json', '--study', 'all-known.study']);
    expect(code, stderr).toBe(0);
    const { trials } = JSON.parse((await line.run(['export', 'all-known.study', '--json'])).stdout) as { trials: typeof known };
    expect(trials.slice(0, 2).map(({ candidate }) => candidate)).toEqual(known.map(({ candidate }) => candidate));
  });

  it.each(['random', 'hyperband'])('are tried first, and once: %s', async (strategy) => {
    const file = write('known.jsonl', `${JSON.stringify(known[0])}\n${JSON.stringify({ architecture: known[1]?.candidate.architecture, hp: known[1]?.candidate.hp })}\n`);
    const first = await line.run([...search, '--strategy', strategy, '--enqueue', file, '--study', `${strategy}-known.study`]);
    expect(first.code, first.stderr).toBe(0);
    const { trials } = JSON.parse((await line.run(['export', `${strategy}-known.study`, '--json'])).stdout) as { trials: typeof known };
    expect(trials.slice(0, 2).map(({ candidate }) => candidate)).toEqual(known.map(({ candidate }) => candidate));
    const again = await line.run([...search, '--strategy', strategy, '--enqueue', file, '--study', `${strategy}-known.study`]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain('not read again');
    expect((JSON.parse((await line.run(['export', `${strategy}-known.study`, '--json'])).stdout) as { trials: unknown[] }).trials).toHaveLength(trials.length);
  });

  it('are refused with the place and the reason of the one that is wrong', async () => {
    const wrong = (name: string, text: string) => line.run([...search, '--enqueue', write(name, text), '--study', 'never.study']);
    const rate = await wrong('rate.json', JSON.stringify([known[0], { ...known[1]?.candidate, hp: {} }]));
    expect([rate.code, rate.stderr]).toEqual([2, expect.stringContaining('enqueue rate.json, candidate 2 of 2: chain space: expected hp.learning_rate to be a number') as string]);
    expect((await wrong('word.json', '{"hp": {"learning_rate": "fast"}}')).stderr).toContain('hp.learning_rate');
    expect((await wrong('torn.jsonl', `${JSON.stringify(known[0])}\n{"hp":`)).stderr).toContain('torn.jsonl, line 2: expected JSON');
    expect((await wrong('none.json', '[]')).stderr).toContain('expected at least one candidate');
    expect((await line.run([...search, '--enqueue', 'nowhere.json'])).stderr).toContain('expected a file that can be read');
  });
});

describe('a grid', () => {
  const grid = ['search', '--strategy', 'grid', '--data', 'synthetic', ...few, '--set', 'train-size=60', '--set', 'validation-size=40'];

  it('is tried cell by cell', async () => {
    const { code, stderr } = await line.run([...grid, '--space', 'nasbench201', '--set', 'channels=2', '--study', 'grid.study']);
    expect(code, stderr).toBe(0);
  });

  it('is refused where the space has none', async () => {
    expect((await line.run(grid)).stderr).toContain('grid: expected a space that can be enumerated, got chain');
  });
});

describe('searching with other strategies and rules', () => {
  it.each([['q-learning', 'median'], ['q-learning', 'chain'], ['reinforce', 'none']])('%s chooses a layer at a time under the rule %s', async (strategy, rule) => {
    const study = `${strategy}-${rule}.study`;
    const { code, stderr } = await line.run(['search', '--space', 'metaqnn', '--data', 'synthetic', '--strategy', strategy, '--rule', rule, '--trials', '12', '--epochs', '6', '--filter-multiplier', '.0625', '--set', 'train-size=60', '--set', 'validation-size=40', '--set', 'depth=6', '--study', study]);
    expect(code, stderr).toBe(0);
    expect((await line.run(['show', study])).stdout).toContain(strategy);
  });

  it('q-learning chooses in the default space, too', async () => {
    const { code, stderr } = await line.run(['search', '--data', 'synthetic', '--strategy', 'q-learning', '--rule', 'median', '--trials', '12', '--epochs', '6', '--set', 'train-size=60', '--set', 'validation-size=40', '--study', 'chains.study']);
    expect(code, stderr).toBe(0);
    expect((await line.run(['show', 'chains.study'])).stdout).toMatch(/space chain, strategy q-learning/);
  });

  it('refuses a learner of steps in a space that has none', async () => {
    const ended = await line.run(['search', '--space', 'resnet', '--data', 'synthetic', '--strategy', 'q-learning', '--set', 'train-size=60', '--set', 'validation-size=40', ...few]);
    expect(ended.stderr).toContain('chosen a step at a time (chain, metaqnn, nasbench201)');
    expect(ended.code).toBe(2);
  });

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
