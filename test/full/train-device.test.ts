// `foretell train` and `foretell search` on a real adapter (software is enough), killed with -9 at random moments: what comes out
// is bit for bit what an undisturbed run gives. And a folder of images, from files to a net that classifies them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng, type StoredEvent } from '../../src/core/index.js';
import { openCommandLine, type CommandLine, type Ended } from '../cli/command-line.js';

const NET = {
  layers: [
    { type: 'conv', filters: 8, kernel: [3, 3], stride: [1, 1], padding: [1, 1], activation: 'relu' },
    { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
    { type: 'dense', units: 10, activation: 'none' },
  ],
};

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine('src/cli/main.ts');
  writeFileSync(at('net.json'), JSON.stringify(NET));
});
afterAll(() => line.remove());

const at = (name: string): string => path.join(line.folder, name);
const rng = createRng('kills');

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

const jsonLines = ({ stdout }: Ended): Line[] => stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as Line);

/** The curve without its times. */
const curve = (ended: Ended): unknown[] => jsonLines(ended).flatMap(({ type, epoch, train_loss, validation_loss, validation_accuracy }) => (type === 'epoch' ? [[epoch, train_loss, validation_loss, validation_accuracy]] : []));

/**
 * Starts the command and kills it, three times: once it has said `word`, `kept` is there, and a random while more. Returns how
 * many ran long enough to be killed.
 */
async function killed(args: readonly string[], word: string, kept: string, most: number): Promise<number> {
  let kills = 0;
  for (let turn = 0; turn < 3; turn++) {
    const running = line.start(args);
    await running.until(word);
    while (!existsSync(at(kept)) && running.child.exitCode === null) await pause(20);
    await pause(rng.uniform(0, most));
    running.child.kill('SIGKILL');
    await running.ended;
    if (running.child.signalCode === 'SIGKILL') kills++;
  }
  return kills;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('on a real adapter', () => {
  it('a training that is killed three times is the training', async () => {
    const train = ['train', '--net', 'net.json', '--data', 'synthetic', '--epochs', '24', '--set', 'train-size=2000', '--set', 'momentum=0.5'];
    const whole = await line.run([...train, '--out', 'whole.safetensors', '--json']);
    expect(whole.code, whole.stderr).toBe(0);
    const checkpointed = [...train, '--checkpoint', 'cut.ckpt'];
    expect(await killed(checkpointed, 'conv 8 3x3', 'cut.ckpt', 900)).toBeGreaterThanOrEqual(2);
    const rest = await line.run([...checkpointed, '--out', 'cut.safetensors', '--json']);
    expect(rest.code, rest.stderr).toBe(0);
    expect(rest.stderr).toMatch(/going on after epoch [1-9]/);
    expect(curve(rest)).toEqual(curve(whole));
    expect(readFileSync(at('cut.safetensors')).equals(readFileSync(at('whole.safetensors')))).toBe(true);
  }, 240_000);

  it('a folder of images: trained from its files, and classified as well as training said', async () => {
    for (const [part, each] of [['train', 30], ['val', 10], ['test', 12]] as const) await drawn(`photos/${part}`, each);
    const train = ['train', '--net', 'folder.json', '--data', 'photos', '--epochs', '5', '--batch', '8', '--set', 'image-size=16', '--set', 'learning_rate=0.003', '--json'];
    writeFileSync(at('folder.json'), JSON.stringify({ layers: [...NET.layers.slice(0, 2), { type: 'dense', units: 3, activation: 'none' }] }));
    const ended = await line.run([...train, '--out', 'photos.safetensors']);
    expect(ended.code, ended.stderr).toBe(0);
    const summary = jsonLines(ended).at(-1) as unknown as { test: { accuracy: number; images: number }; images: unknown };
    expect(summary.images).toEqual({ train: 90, validation: 30, skipped: 0 });
    expect(summary.test.images).toBe(36);
    expect(summary.test.accuracy).toBeGreaterThan(0.6);
    const predicted = await line.run(['predict', '--checkpoint', 'photos.safetensors', '--data', 'photos', '--json']);
    expect(predicted.code, predicted.stderr).toBe(0);
    expect(jsonLines(predicted).at(-1)).toMatchObject({ images: 36, accuracy: summary.test.accuracy });
    const stopped = [...train, '--checkpoint', 'photos.ckpt'];
    await line.run([...stopped.slice(0, 5), '--epochs', '2', ...stopped.slice(7)]);
    expect(curve(await line.run(stopped))).toEqual(curve(ended));
    await drawn('photos/train', 31);
    const other = await line.run(stopped);
    expect([other.code, /another training \(.*decoding|images/.test(other.stderr)]).toEqual([1, true]);
    writeFileSync(at('photos/train/a/3.jpg'), 'not an image');
    const broken = await line.run(train);
    expect([broken.code, broken.stderr.includes('a/3.jpg: expected a whole JPEG or PNG image')]).toEqual([1, true]);
    const skipped = await line.run([...train, '--set', 'unreadable=skip']);
    expect(skipped.code, skipped.stderr).toBe(0);
    expect(jsonLines(skipped).at(-1)).toMatchObject({ images: { train: 93, skipped: 1 } });
  }, 240_000);

  it('a language model: stopped and gone on with, bit for bit, and judged on text that it never saw', async () => {
    const words = ['the', 'cat', 'dog', 'sat', 'ran', 'on', 'mat'];
    const text = Array.from({ length: 900 }, (_, i) => Array.from({ length: 6 }, (__, j) => words[(i * 5 + j * j) % words.length]).join(' ')).join('\n');
    writeFileSync(at('story.txt'), text);
    const train = ['train', '--net', 'lstm-lm:hidden=16,embedding=8,layers=2,dropout=0.1', '--data', 'story.txt', '--set', 'optimizer=1', '--set', 'learning_rate=0.01', '--batch', '8', '--json'];
    const whole = await line.run([...train, '--epochs', '4', '--out', 'lm.safetensors']);
    expect(whole.code, whole.stderr).toBe(0);
    await line.run([...train, '--epochs', '2', '--checkpoint', 'lm.ckpt']);
    const rest = await line.run(['train', '--checkpoint', 'lm.ckpt', '--epochs', '4', '--json', '--out', 'lm2.safetensors']);
    expect(rest.stderr).toContain('going on after epoch 2');
    const perplexities = (ended: Ended): unknown[] => jsonLines(ended).map(({ train_loss, validation_perplexity, test }) => [train_loss, validation_perplexity, test]);
    expect(perplexities(rest)).toEqual(perplexities(whole));
    expect(readFileSync(at('lm2.safetensors')).equals(readFileSync(at('lm.safetensors')))).toBe(true);
    const [first, last] = [jsonLines(whole)[0], jsonLines(whole).at(-1)] as unknown as [{ validation_perplexity: number }, { test: { perplexity: number } }];
    expect(last.test.perplexity).toBeLessThan(first.validation_perplexity);
    const other = await line.run([...train, '--checkpoint', 'lm.ckpt', '--set', 'steps=20']);
    expect([other.code, other.stderr.includes('another training (steps: expected 35, got 20)')]).toEqual([1, true]);
    expect((await line.run(['train', '--net', 'net.json', '--data', 'synthetic', '--checkpoint', 'lm.ckpt'])).stderr).toContain('another training (kind: expected language, got images');
  }, 240_000);

  it('a search that is killed three times is the search', async () => {
    const search = ['search', '--data', 'synthetic', '--trials', '5', '--epochs', '5', '--rule', 'median', '--burn-in', '2', '--set', 'train-size=600', '--set', 'validation-size=100', '--set', 'max-flops=300000'];
    const whole = await line.run([...search, '--study', 'whole.study', '--json']);
    expect(whole.code, whole.stderr).toBe(0);
    expect(await killed([...search, '--study', 'killed.study'], 'study killed.study', 'killed.ckpt', 700)).toBeGreaterThanOrEqual(2);
    const rest = await line.run(['search', '--study', 'killed.study', '--json']);
    expect(rest.code, rest.stderr).toBe(0);
    expect(rest.stderr).toMatch(/going on after \d+ epochs/);
    expect(trained(rest)).toEqual(trained(whole));
    expect(readFileSync(at('killed.best.safetensors')).equals(readFileSync(at('whole.best.safetensors')))).toBe(true);
  }, 240_000);
});

/** Scores and checkpoints by trial and epoch, without times. */
function trained(ended: Ended): unknown[] {
  return (jsonLines(ended) as unknown as StoredEvent[]).flatMap((event) => (event.type === 'epoch' ? [[event.trial, event.epoch, event.value, event.checkpoint?.hash]] : [])).sort();
}

/** JPEGs of mixed extents in three classes that differ by their colour. */
async function drawn(folder: string, each: number): Promise<void> {
  const draws = createRng(folder);
  for (const [c, name] of ['a', 'b', 'c'].entries()) {
    mkdirSync(at(`${folder}/${name}`), { recursive: true });
    for (let i = 0; i < each; i++) {
      const [width, height] = [20 + draws.int(20), 20 + draws.int(20)];
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, j) => 60 + draws.int(120) + (j % 3 === c ? 60 : 0));
      await sharp(pixels, { raw: { width, height, channels: 3 } }).jpeg().toFile(at(`${folder}/${name}/${i}.jpg`));
    }
  }
}
