// Where data sets are looked for, how they are read and fetched: folders and a server made for the test, no network.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/index.js';
import { classCounts } from '../../src/data/index.js';
import { findDataSet, KNOWN_SETS, loadDataSet, obtainDataSet, type KnownSet } from '../../src/host/index.js';
import { idxBytes } from '../data/idx-bytes.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'foretell-host-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const FILES: Readonly<Record<string, Uint8Array>> = {
  'train-images-idx3-ubyte': idxBytes([4, 2, 2], Uint8Array.from({ length: 16 }, (_, i) => i)),
  'train-labels-idx1-ubyte': idxBytes([4], [0, 1, 2, 9]),
  't10k-images-idx3-ubyte': idxBytes([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
  't10k-labels-idx1-ubyte': idxBytes([2], [3, 3]),
};

function writeIdx(at: string, packed = true): string {
  mkdirSync(at, { recursive: true });
  for (const [name, bytes] of Object.entries(FILES)) {
    writeFileSync(join(at, packed ? `${name}.gz` : name), packed ? gzipSync(bytes) : bytes);
  }
  return at;
}

function tiny(downloadFrom: readonly string[] = [], systemFolders: readonly string[] = []): KnownSet {
  const downloads = Object.entries(FILES).map(([name, bytes]) => ({
    file: `${name}.gz`, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  return { name: 'tiny', systemFolders, downloads, downloadFrom, mend: 'Install tiny.' };
}

describe('finding a data set', () => {
  it('takes a path before $FORETELL_DATA before the system before the cache', () => {
    const system = join(folder, 'system');
    const known = [tiny([], [system])];
    const env = { FORETELL_DATA: join(folder, 'data'), FORETELL_CACHE: join(folder, 'cache') };
    const origin = (path?: string): string | undefined => findDataSet('tiny', { env, known, ...(path === undefined ? {} : { path }) })?.origin;
    expect(origin()).toBeUndefined();
    writeIdx(join(folder, 'cache/data/tiny'));
    expect(origin()).toBe('cache');
    writeIdx(system);
    expect(origin()).toBe('system');
    writeIdx(join(folder, 'data/images/tiny'));
    expect(origin()).toBe('environment');
    expect(origin(writeIdx(join(folder, 'given')))).toBe('path');
  });

  it('refuses a name it does not know, and names those it does', () => {
    expect(() => findDataSet('cifar')).toThrow(DataError);
    expect(() => findDataSet('cifar')).toThrow(/expected one of fashion-mnist, cifar10, synthetic, or the path/);
  });

  it.each([
    ['nothing there', (): string => join(folder, 'nowhere'), /ENOENT/],
    ['an empty folder', (): string => folder, /got an empty folder/],
    ['three of the four files', (): string => {
      rmSync(join(writeIdx(join(folder, 'three')), 't10k-labels-idx1-ubyte.gz'));
      return join(folder, 'three');
    }, /got t10k-images-idx3-ubyte.gz, train-images/],
  ])('says what a path should hold where it has %s', async (_what, path, message) => {
    const given = path();
    await expect(loadDataSet(given)).rejects.toThrow(DataError);
    await expect(loadDataSet(given)).rejects.toThrow(message);
  });

  it('says where it looked for a set that cannot be fetched', async () => {
    const env = { FORETELL_CACHE: join(folder, 'cache') };
    await expect(obtainDataSet('cifar10', { env })).rejects.toThrow(/not on this machine \(looked in .*cache.data.cifar10\)\. Unpack the binary version/);
  });
});

describe('loading', () => {
  it.each([true, false])('reads a folder of IDX files (gzip: %s)', async (packed) => {
    const { train, test } = await loadDataSet(writeIdx(join(folder, 'my-set'), packed));
    expect(train).toMatchObject({ name: 'my-set', count: 4, height: 2, width: 2, channels: 1 });
    expect([...train.labels, ...test.labels]).toEqual([0, 1, 2, 9, 3, 3]);
  });

  it('reads CIFAR-10 batches in numeric order, gzip or not', async () => {
    const record = (label: number): Uint8Array => new Uint8Array(3073).fill(label);
    for (const batch of [1, 2, 10]) writeFileSync(join(folder, `data_batch_${batch}.bin`), record(batch % 10));
    writeFileSync(join(folder, 'test_batch.bin.gz'), gzipSync(record(7)));
    writeFileSync(join(folder, 'batches.meta.txt'), 'airplane');
    const { train, test } = await loadDataSet(folder);
    expect([...train.labels]).toEqual([1, 2, 0]);
    expect([...test.labels]).toEqual([7]);
  });

  it('names the file that is cut short', async () => {
    const path = writeIdx(join(folder, 'cut'));
    writeFileSync(join(path, 'train-images-idx3-ubyte.gz'), gzipSync(FILES['train-images-idx3-ubyte'] ?? '').subarray(0, 25));
    await expect(loadDataSet(path)).rejects.toThrow(/train-images-idx3-ubyte.gz: expected a whole gzip stream, got 25 bytes/);
  });

  it('makes the synthetic set without any file', async () => {
    const { train } = await loadDataSet('synthetic');
    expect([...classCounts(train)]).toEqual(Array(10).fill(600));
  });
});

describe('downloading', () => {
  let server: Server;
  let answers: Record<string, Uint8Array>;
  let requests: string[];
  let address: string;
  beforeEach(async () => {
    requests = [];
    answers = Object.fromEntries(Object.entries(FILES).map(([name, bytes]) => [`/${name}.gz`, gzipSync(bytes, { level: 1 })]));
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      const body = answers[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const obtain = (from: readonly string[]): ReturnType<typeof obtainDataSet> =>
    obtainDataSet('tiny', { known: [tiny(from)], env: { FORETELL_CACHE: join(folder, 'cache') } });

  it('fetches into the cache once, and only what is missing the next time', async () => {
    expect((await obtain([address])).origin).toBe('cache');
    expect(requests).toHaveLength(4);
    rmSync(join(folder, 'cache/data/tiny/t10k-labels-idx1-ubyte.gz'));
    await obtain([address]);
    expect(requests).toHaveLength(5);
    const { test } = await loadDataSet(join(folder, 'cache/data/tiny'));
    expect([...test.labels]).toEqual([3, 3]);
  });

  it('goes on to the next address where one fails', async () => {
    await obtain([`${address}gone/`, address]);
    expect(readdirSync(join(folder, 'cache/data/tiny'))).toHaveLength(4);
  });

  it('keeps nothing of a file whose checksum is wrong, and says how else to get the set', async () => {
    answers['/train-labels-idx1-ubyte.gz'] = gzipSync(idxBytes([4], [0, 1, 2, 8]));
    await expect(obtain([address])).rejects.toThrow(/with SHA-256 [0-9a-f]{64}, got 12 bytes with [0-9a-f]{64}[^]*Install tiny\./);
    expect(readdirSync(join(folder, 'cache/data/tiny'))).toEqual(['train-images-idx3-ubyte.gz']);
  });

  it('says why where there is no network', async () => {
    await expect(obtain(['http://127.0.0.1:1/'])).rejects.toThrow(/could not be fetched:\n {2}http:\/\/127\.0\.0\.1:1\/train-images.*(ECONNREFUSED|bad port)[^]*Install tiny\./);
  });
});

const installed = findDataSet('fashion-mnist');
describe.skipIf(installed === undefined)('Fashion-MNIST as installed (skipped where it is not)', () => {
  it('has the published counts, balanced classes and the bytes that the checksums promise', async () => {
    const { train, test } = await loadDataSet('fashion-mnist');
    expect([train.count, test.count, train.height, train.width]).toEqual([60000, 10000, 28, 28]);
    expect([...classCounts(train)]).toEqual(Array(10).fill(6000));
    expect([...classCounts(test)]).toEqual(Array(10).fill(1000));
    const expected = KNOWN_SETS.find((set) => set.name === 'fashion-mnist')?.downloads[0]?.sha256;
    expect(createHash('sha256').update(idxBytes([60000, 28, 28], train.images)).digest('hex')).toBe(expected);
  });
});

const data = process.env['FORETELL_DATA'];
describe.skipIf(data === undefined)('CIFAR-10 under $FORETELL_DATA (skipped where it is not set)', () => {
  it('is found by name', async () => {
    const { train, test } = await loadDataSet('cifar10');
    expect([...train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    expect([...test.labels.subarray(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
  });
});
