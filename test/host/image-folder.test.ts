// Images in class folders: how they are found, divided, decoded and streamed. The images are made here, by sharp.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng, DataError } from '../../src/core/index.js';
import type { ImageBatch, ImageStream } from '../../src/data/index.js';
import { holdsClassFolders, loadImageData, openClassFolders } from '../../src/host/index.js';

const root = mkdtempSync(join(tmpdir(), 'foretell-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Colour = readonly [red: number, green: number, blue: number];

/** A file of one colour, or of the raw pixels given. */
async function draw(file: string, { width = 12, height = 10, colour = [10, 20, 30] as Colour, alpha = 1, grey = false, pixels }: { width?: number; height?: number; colour?: Colour; alpha?: number; grey?: boolean; pixels?: Uint8Array } = {}): Promise<string> {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  const [r, g, b] = colour;
  const made = pixels ? sharp(pixels, { raw: { width, height, channels: 3 } }) : sharp({ create: { width, height, channels: 4, background: { r, g, b, alpha } } });
  const kept = alpha === 1 ? made.removeAlpha() : made;
  await (grey ? kept.greyscale() : kept).toFile(path);
  return path;
}

/** Number k of a set is grey of level 5 k, so that a decoded image says which it was. */
async function numbered(folder: string, classes: readonly string[], each: number, first = 0): Promise<void> {
  for (const [c, name] of classes.entries()) {
    for (let i = 0; i < each; i++) {
      const level = 5 * (first + c * each + i);
      await draw(`${folder}/${name}/${i}.png`, { colour: [level, level, level] });
    }
  }
}

async function taken(stream: ImageStream, order: readonly number[], size: number): Promise<ImageBatch[]> {
  const found: ImageBatch[] = [];
  for await (const batch of stream.batches(Uint32Array.from(order), size)) found.push(batch);
  return found;
}

const at = (name: string): string => join(root, name);

beforeAll(async () => {
  await numbered('flat', ['ant', 'bee', 'cow'], 5);
  await numbered('divided/train', ['ant', 'bee'], 4);
  await numbered('divided/val', ['bee'], 2, 20);
});

describe('finding', () => {
  it('knows a folder of classes from one without', async () => {
    await draw('loose/a.png');
    mkdirSync(at('empty/train/ant'), { recursive: true });
    expect(['flat', 'divided', 'loose', 'empty', 'nowhere'].map((name) => holdsClassFolders(at(name)))).toEqual([true, true, false, false, false]);
  });

  it('train and val as ImageNet has them: val judges an epoch and is the test where there is none', async () => {
    const { train, validation, test } = await openClassFolders(at('divided'));
    expect([train.count, train.classNames, [...train.labels]]).toEqual([8, ['ant', 'bee'], [0, 0, 0, 0, 1, 1, 1, 1]]);
    expect(validation?.count).toBe(2);
    expect([...(validation?.labels ?? [])]).toEqual([1, 1]);
    expect(test).toBe(validation);
  });

  it('a test folder of its own', async () => {
    await numbered('three/train', ['ant', 'bee'], 2);
    await numbered('three/val', ['ant'], 1);
    await numbered('three/test', ['ant', 'bee'], 1);
    const { validation, test } = await openClassFolders(at('three'));
    expect([validation?.count, test.count]).toEqual([1, 2]);
  });

  it('one folder: the same images of each class are set aside each time, and no image is on both sides', async () => {
    const levels = async (stream: ImageStream): Promise<number[]> => (await taken(stream, [...stream.labels.keys()], 4)).flatMap(({ images }) => [...images.filter((_, i) => i % 300 === 0)]);
    const [one, two] = [await openClassFolders(at('flat')), await openClassFolders(at('flat'))];
    expect([one.train.count, one.validation, one.test.count]).toEqual([12, null, 3]);
    expect([...one.test.labels]).toEqual([0, 1, 2]);
    expect(await levels(one.test)).toEqual(await levels(two.test));
    expect([...(await levels(one.train)), ...(await levels(one.test))].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => 5 * i));
  });

  it('images below a class folder, links, and files of other kinds', async () => {
    await draw('deep/train/ant/images/x.JPEG');
    await draw('deep/elsewhere/y.jpg');
    symlinkSync(at('deep/elsewhere'), at('deep/train/bee'));
    writeFileSync(join(root, 'deep/train/ant/boxes.txt'), 'not an image');
    symlinkSync(join(root, 'deep/train/ant/boxes.txt'), at('deep/train/notes'));
    mkdirSync(at('deep/train/.cache'));
    const { train } = await openClassFolders(at('deep'));
    expect([train.count, train.classNames]).toEqual([2, ['ant', 'bee']]);
  });

  it.each([
    ['no class', 'loose', /loose: expected a sub-folder a class.*got 1 images without one/],
    ['no such folder', 'nowhere', /nowhere: .*ENOENT/],
    ['an empty folder', 'bare', /got an empty folder/],
    ['one class', 'single', /got one \(ant\)/],
    ['a class without an image', 'hollow', /hollow\/train\/bee: expected at least one JPEG or PNG.*fill the folder or remove it/],
    ['a class that train does not know', 'strange', /strange\/val\/cow: expected one of train's classes \(ant, bee\), got cow/],
  ])('%s is refused with what was expected', async (_what, folder, message) => {
    mkdirSync(at('bare'), { recursive: true });
    await draw('single/ant/0.png');
    await draw('hollow/train/ant/0.png');
    mkdirSync(at('hollow/train/bee'), { recursive: true });
    await numbered('strange/train', ['ant', 'bee'], 1);
    await numbered('strange/val', ['cow'], 1);
    await expect(openClassFolders(at(folder))).rejects.toThrow(message);
    await expect(openClassFolders(at(folder))).rejects.toThrow(DataError);
  });
});

describe('decoding', () => {
  /** The one image of a class beside a plain other class. */
  async function only(name: string, options: Parameters<typeof openClassFolders>[1]): Promise<Uint8Array> {
    await draw(`${name}/train/other/0.png`);
    await draw(`${name}/val/other/0.png`);
    const { train } = await openClassFolders(at(name), options);
    return (await taken(train, [0], 1))[0]?.images ?? new Uint8Array();
  }

  it('an image of the wanted size comes through byte by byte, channels apart', async () => {
    const rng = createRng('pixels');
    const pixels = Uint8Array.from({ length: 5 * 5 * 3 }, () => rng.int(256));
    await draw('exact/train/it/0.png', { width: 5, height: 5, pixels });
    expect([...(await only('exact', { size: 5 }))]).toEqual(Array.from({ length: 75 }, (_, i) => pixels[(i % 25) * 3 + Math.floor(i / 25)]));
  });

  it('the short side is scaled and the middle cut out', async () => {
    const pixels = Uint8Array.from({ length: 40 * 20 * 3 }, (_, i) => (Math.floor(i / 3) % 40 < 10 || Math.floor(i / 3) % 40 >= 30 ? 0 : 200));
    await draw('wide/train/it/0.png', { width: 40, height: 20, pixels });
    const image = await only('wide', { size: 6, short: 10 });
    expect(image.length).toBe(3 * 36);
    expect(Math.min(...image)).toBeGreaterThan(190);
  });

  it('mixed extents, grey, transparency, JPEG beside PNG, a turned photograph', async () => {
    await draw('mixed/train/a/0.jpg', { width: 30, height: 17, colour: [200, 100, 50] });
    await draw('mixed/train/a/1.png', { width: 9, height: 40, colour: [77, 77, 77], grey: true });
    await draw('mixed/train/b/0.png', { width: 8, height: 8, colour: [255, 0, 0], alpha: 0 });
    await draw('mixed/train/b/1.png', { width: 8, height: 8, colour: [255, 0, 0], alpha: 0.5 });
    const half = Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 16 < 8 ? 0 : 250));
    await sharp(half, { raw: { width: 16, height: 8, channels: 3 } }).withMetadata({ orientation: 6 }).toFile(join(root, 'mixed/train/b/2.jpg'));
    await draw('mixed/val/a/0.jpg');
    const { train } = await openClassFolders(at('mixed'), { size: 8, short: 8 });
    const [jpeg, grey, clear, half2, turned] = (await taken(train, [0, 1, 2, 3, 4], 1)).map(({ images }) => images);
    const corner = (image: Uint8Array | undefined): number[] => [0, 64, 128].map((c) => image?.[c] ?? -1);
    corner(jpeg).forEach((level, c) => expect(Math.abs(level - ([200, 100, 50][c] ?? 0))).toBeLessThan(4));
    expect(corner(grey)).toEqual([77, 77, 77]);
    expect(corner(clear)).toEqual([255, 255, 255]);
    corner(half2).forEach((level, c) => expect(Math.abs(level - (c === 0 ? 255 : 127))).toBeLessThan(3));
    // Orientation 6 is displayed turned to the right: the dark left half is at the top.
    expect(turned?.[3]).toBeLessThan(40);
    expect(turned?.[60]).toBeGreaterThan(200);
  });

  it('grey where it is asked for', async () => {
    const { train } = await openClassFolders(at('flat'), { channels: 1 });
    const [batch] = await taken(train, [0], 1);
    expect([train.channels, batch?.images.length]).toEqual([1, train.height * train.width]);
  });

  it('small images keep their size, photographs come down to 64', async () => {
    await draw('photo/train/a/0.jpg', { width: 300, height: 200 });
    await draw('photo/train/b/0.jpg', { width: 300, height: 200 });
    await draw('photo/val/a/0.jpg');
    expect((await openClassFolders(at('flat'))).size).toEqual({ size: 10, short: 10, channels: 3 });
    expect((await openClassFolders(at('photo'))).size).toEqual({ size: 64, short: 73, channels: 3 });
    expect((await openClassFolders(at('photo'), { size: 224 })).size).toEqual({ size: 224, short: 256, channels: 3 });
  });

  it('a corrupt image is named, or skipped and counted', async () => {
    await numbered('broken/train', ['ant', 'bee'], 6);
    await numbered('broken/val', ['ant'], 1);
    truncateSync(await draw('broken/train/ant/2.png', { width: 64, height: 64, pixels: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i) % 251) }), 300);
    writeFileSync(join(root, 'broken/train/bee/0.png'), 'no image at all');
    const order = [11, 2, 0, 6, 1, 2];
    const strict = await openClassFolders(at('broken'));
    for (let turn = 0; turn < 3; turn++) {
      await expect(taken(strict.train, order, 6)).rejects.toThrow(/ant\/2\.png: expected a whole JPEG or PNG image, got .*(skipped)/);
    }
    const warnings: string[] = [];
    const parts = await openClassFolders(at('broken'), { unreadable: 'skip', log: { info: () => undefined, warn: (line) => warnings.push(line) } });
    const found = await taken(parts.train, order, 2);
    expect(found.map(({ start, numbers, labels }) => [start, [...numbers], [...labels]])).toEqual([[0, [11], [1]], [2, [0], [0]], [4, [1], [0]]]);
    expect([parts.skipped(), warnings.length]).toEqual([2, 2]);
    expect((await taken(parts.train, [2, 6, 3], 2)).map(({ start }) => start)).toEqual([2]);
    await expect(taken(parts.train, [2, 6], 2)).rejects.toThrow(/expected images that can be decoded, got none in 2 files/);
  });
});

describe('streaming', () => {
  it('gives the order that was asked for, whatever is decoded first', async () => {
    const { train } = await openClassFolders(at('divided'), { size: 6, short: 6 });
    await draw('divided/train/ant/0.png', { width: 900, height: 900, colour: [0, 0, 0] }); // slow to decode, and first
    const order = [0, 7, 3, 3, 1, 6];
    const found = await taken(train, order, 4);
    expect(found.map(({ images }) => [...images.filter((_, i) => i % 108 === 0)])).toEqual([[0, 35, 15, 15], [5, 30]]);
    expect(await taken(train, order, 4)).toEqual(found);
  });

  it('runs ahead by two batches and no further', async () => {
    await numbered('ahead/train', ['ant', 'bee'], 10);
    await numbered('ahead/val', ['ant'], 1);
    const { train } = await openClassFolders(at('ahead'));
    const walk = train.batches(Uint32Array.from({ length: 20 }, (_, i) => i), 2)[Symbol.asyncIterator]();
    expect((await walk.next()).done).toBe(false);
    await new Promise((done) => setTimeout(done, 500));
    rmSync(at('ahead/train'), { recursive: true });
    expect((await walk.next()).value).toMatchObject({ start: 2 });
    expect((await walk.next()).value).toMatchObject({ start: 4 });
    await expect(walk.next()).rejects.toThrow(/ant\/6\.png/);
  });

  it('is held where a command needs bytes: the same images in the same order', async () => {
    const { train } = await openClassFolders(at('flat'));
    const source = await loadImageData(at('flat'));
    const order = [...train.labels.keys()];
    expect([...source.train.images]).toEqual((await taken(train, order, 5)).flatMap(({ images }) => [...images]));
    expect([source.train.count, source.test.count, source.train.classNames, [...source.train.labels]]).toEqual([12, 3, ['ant', 'bee', 'cow'], [...train.labels]]);
  });

  it('stops reading when its reader walks away', async () => {
    const { train } = await openClassFolders(at('flat'));
    for await (const { start } of train.batches(Uint32Array.from(train.labels.keys()), 1)) if (start === 1) break;
    expect((await taken(train, [2], 1)).length).toBe(1);
  });
});
