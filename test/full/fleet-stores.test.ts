// The places where a fleet's checkpoints lie: a shared folder, and objects of a server that speaks S3.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckpointError } from '../../src/core/index.js';
import { sparingOpenAttempts, storeAt } from '../../src/fleet/index.js';
import { createStudy, memoryCheckpoints, type ListedCheckpointStore } from '../../src/study/index.js';
import { checkpointStoreContract } from '../contracts/checkpoint-store.js';
import { neverStop, RandomStrategy } from '../study/fakes/fakes.js';

const folder = mkdtempSync(join(tmpdir(), 'foretell-stores-'));
let server: S3rver;
let studies = 0;
let shared: (study: string) => ListedCheckpointStore;
let objects: (study: string) => ListedCheckpointStore;

beforeAll(async () => {
  server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: join(folder, 's3'), configureBuckets: [{ name: 'bucket', configs: [] }] });
  const { port } = await server.run();
  Object.assign(process.env, { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' });
  shared = await storeAt(join(folder, 'shared'));
  objects = await storeAt('s3://bucket/some/prefix');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

checkpointStoreContract('a shared folder', () => shared(`s${studies++}`));
checkpointStoreContract('S3', () => objects(`s${studies++}`));

test.each(['shared', 'objects'] as const)('%s: studies do not see each other, and list what they hold', async (which) => {
  const open = which === 'shared' ? shared : objects;
  const [mine, theirs] = [open('mine'), open('theirs')];
  for (const key of ['1-1-2', '0-1-1']) await mine.put(key, new Uint8Array([1]));
  await theirs.put('0-1-1', new Uint8Array([2]));
  expect(await mine.list()).toEqual(['0-1-1', '1-1-2']);
  await mine.delete('0-1-1');
  expect([await mine.list(), await theirs.list()]).toEqual([['1-1-2'], ['0-1-1']]);
});

test('an object that was altered is refused on the way back', async () => {
  const store = objects('altered');
  const ref = await store.put('0-1-1', new Uint8Array([1, 2, 3]));
  const file = readdirSync(join(folder, 's3', 'bucket', 'some', 'prefix', 'altered')).find((name) => name.includes('0-1-1.ckpt') && name.includes('object'));
  writeFileSync(join(folder, 's3', 'bucket', 'some', 'prefix', 'altered', file ?? ''), Buffer.from([1, 2, 4]));
  await expect(store.get(ref)).rejects.toThrow(CheckpointError);
});

test('a bucket that is not there is said by name', async () => {
  const store = (await storeAt('s3://nowhere'))('study');
  await expect(store.put('0-1-1', new Uint8Array([1]))).rejects.toThrow(/s3:\/\/nowhere\/study\/0-1-1\.ckpt.*AWS_ENDPOINT_URL/);
});

test('refuses a place of another kind', async () => {
  await expect(storeAt('ftp://host/x')).rejects.toThrow(/expected a folder or s3:/);
});

test('what an open attempt has put and not yet reported is no orphan', async () => {
  const store = memoryCheckpoints();
  const study = await createStudy({ header: { epochs: 3 }, strategy: new RandomStrategy(2, 3), rule: neverStop });
  await study.ask();
  for (const key of ['0-1-1', '1-1-1', 'probe']) await store.put(key, new Uint8Array([1]));
  expect(await sparingOpenAttempts(store, study.state).list()).toEqual(['1-1-1', 'probe']);
});
