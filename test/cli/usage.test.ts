// Wrong options, missing things and help: exit code, words, and which stream they go to. The machine is a fake; no GPU is opened.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  writeFileSync(path.join(line.folder, 'plain-file'), 'not a study');
  const good = ['search', '--data', 'synthetic', '--rule', 'none', '--trials', '1', '--epochs', '1', '--set', 'train-size=20', '--set', 'validation-size=20', '--study', 'good.study'];
  expect((await line.run(good)).code).toBe(0);
});
afterAll(() => line.remove());

describe('wrong usage', () => {
  it.each([
    ['frob', ['frob'], 'unknown command'],
    ['a misspelt command', ['serach'], 'Did you mean search?'],
    ['an unknown option', ['search', '--trails', '3'], '--trials'],
    ['trials that are no number', ['search', '--trials', 'many'], "'many' is invalid. Expected a whole number of at least 1"],
    ['no epochs', ['search', '--epochs', '0'], 'Expected a whole number of at least 1'],
    ['half a trial', ['search', '--trials', '1.5'], 'Expected a whole number'],
    ['a confidence of one half', ['search', '--delta-confidence', '.5'], 'Expected a number above 0.5 and below 1'],
    ['a negative offset', ['search', '--offset', '-1'], 'at least 0'],
    ['an unknown rule', ['search', '--rule', 'magic'], 'one of srm, chain, lce, median, i-epoch, none'],
    ['an unknown model', ['search', '--model', 'gpt'], 'svr-rbf'],
    ['an unknown space', ['search', '--space', 'cells'], 'Expected one of chain, cuda-convnet, metaqnn, nasbench201, resnet, lstm'],
    ['thaw perhaps', ['search', '--thaw', 'perhaps'], 'Expected on or off'],
    ['a setting without a value', ['search', '--set', 'train-size'], 'KEY=VALUE'],
    ['an unknown setting', ['search', '--set', 'foo=1'], 'train-size'],
    ['a setting out of range', ['search', '--set', 'train-size=0'], '--set train-size=0'],
    ['unknown features', ['search', '--data', 'synthetic', '--set', 'features=XX', '--set', 'train-size=20', '--set', 'validation-size=20'], 'expected TS, AP, HP, PATHS joined by +'],
    ['a burn-in that no fit can do', ['search', '--data', 'synthetic', '--rule', 'srm', '--burn-in', '2', '--set', 'train-size=20', '--set', 'validation-size=20'], 'burn-in of at least 6'],
    ['a dashboard on no port', ['dashboard', '--port', 'web'], 'whole number'],
    ['why without a trial', ['why', 'x'], "missing required argument 'trial'"],
    ['why of a trial that is no number', ['why', 'x', 'best'], 'whole number'],
    ['fewer than no trainings from before', ['replay', '--curves', 'x', '--pretrained', '-1'], 'Expected a whole number, or the name of a curve set.'],
    ['a folder for a study', ['search', '--study', '.'], 'got a folder'],
    ['export without a format', ['export', 'x'], '--csv and --json'],
    ['export in both formats', ['export', 'x', '--csv', '--json'], 'both'],
    ['predict without a net', ['predict', '--data', 'synthetic'], '--checkpoint'],
  ])('%s ends with 2 and says what was expected', async (_what, args, words) => {
    const { code, stdout, stderr } = await line.run(args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('what is not there', () => {
  it.each([
    ['an unknown data set', ['search', '--data', 'nowhere'], 'fashion-mnist, cifar10, synthetic'],
    ['more images than there are', ['search', '--data', 'synthetic', '--set', 'train-size=9000'], 'at most 300'],
    ['an unknown study', ['show', 'nowhere'], 'foretell search'],
    ['a net that is not there', ['predict', '--checkpoint', 'nowhere.safetensors', '--data', 'synthetic'], 'nowhere.safetensors'],
    ['a study where no folder can be', ['search', '--data', 'synthetic', '--rule', 'none', '--set', 'train-size=20', '--set', 'validation-size=20', '--study', 'plain-file/x.study'], '--study'],
    ['a study that is none', ['search', '--study', 'plain-file'], 'plain-file: expected a study file'],
    ['a report that cannot be written', ['report', 'good.study', '--out', 'plain-file/x.html'], '--out'],
    ['events that cannot be written', ['search', '--study', 'good.study', '--json', 'plain-file/x.jsonl'], '--json'],
    ['no adapter', ['search', '--data', 'synthetic', '--set', 'train-size=20', '--set', 'validation-size=20'], 'install a Vulkan driver'],
  ])('%s ends with 1 and one line', async (_what, args, words) => {
    const { code, stdout, stderr } = await line.run(args, args.includes('synthetic') && !args.includes('none') ? { FAKE_ADAPTER: 'none' } : {});
    expect(stderr).toContain(words);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('the addon is missing', () => {
  const search = ['search', '--data', 'synthetic', '--set', 'train-size=20', '--set', 'validation-size=20', '--trials', '1', '--epochs', '1'];

  it('a search that would need it says so before it begins', async () => {
    const { code, stderr } = await line.run(search, { FAKE_ADDON: 'none' });
    expect(stderr).toContain('apt install g++');
    expect(code).toBe(1);
  });

  it('a search by another rule does without', async () => {
    expect((await line.run([...search, '--rule', 'median'], { FAKE_ADDON: 'none' })).code).toBe(0);
  });
});

describe('help', () => {
  it('lists commands and the names of the options that scripts rely on', async () => {
    const top = await line.run(['--help']);
    expect(top.code).toBe(0);
    for (const command of ['search', 'train', 'predict', 'studies', 'show', 'why', 'report', 'export', 'doctor']) expect(top.stdout).toContain(`  ${command} `);
    const { stdout } = await line.run(['search', '--help']);
    const names = 'space data strategy rule trials epochs parallel study verify model delta-confidence offset nth sigma burn-in refit thaw srm-max draws set seed out json';
    for (const name of names.split(' ')) expect(stdout).toContain(`--${name}`);
    expect((await line.run(['--version'])).stdout).toBe('0.0.0-fake\n');
  });

  it('doctor ends with 1 where something is missing', async () => {
    const { code, stdout } = await line.run(['doctor']);
    expect(stdout).toContain('MISSING  adapter  none');
    expect(code).toBe(1);
    expect(JSON.parse((await line.run(['doctor', '--json'])).stdout)).toMatchObject({ checks: [{ name: 'adapter' }], adapter: null });
  });
});
