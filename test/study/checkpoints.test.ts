// Both checkpoint stores keep the contract; the folder's own promises.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CheckpointError } from '../../src/core/index.js';
import { folderCheckpoints, memoryCheckpoints } from '../../src/study/index.js';
import { checkpointStoreContract } from '../contracts/checkpoint-store.js';
import { temporaryFolder } from './fakes/temporary.js';

checkpointStoreContract('the store in memory', memoryCheckpoints);
checkpointStoreContract('the store in a folder', () => folderCheckpoints(join(temporaryFolder(), 'a.ckpt')));

test('makes its folder at the first put, and leaves no temporary file', async () => {
  const folder = join(temporaryFolder(), 'a.ckpt');
  const store = folderCheckpoints(folder);
  expect(existsSync(folder)).toBe(false);
  expect(await store.list()).toEqual([]);
  await store.put('2-1-1', new Uint8Array(5));
  await store.put('1-1-1', new Uint8Array(7));
  expect(readdirSync(folder).sort()).toEqual(['1-1-1.ckpt', '2-1-1.ckpt']);
  expect(await store.list()).toEqual(['1-1-1', '2-1-1']);
});

test('a flipped bit is caught, and the message says what to do', async () => {
  const folder = temporaryFolder();
  const store = folderCheckpoints(folder);
  const ref = await store.put('k', new Uint8Array(1000));
  const bytes = readFileSync(join(folder, 'k.ckpt'));
  bytes[500] = 1;
  writeFileSync(join(folder, 'k.ckpt'), bytes);
  await expect(store.get(ref)).rejects.toThrow(CheckpointError);
  await expect(store.get(ref)).rejects.toThrow(/the file was altered, the trial can start again from epoch 0/);
});

test('what a killed put left behind is cleared by the next listing', async () => {
  const folder = temporaryFolder();
  const store = folderCheckpoints(folder);
  await store.put('k', new Uint8Array(3));
  writeFileSync(join(folder, 'x.ckpt.tmp'), 'half');
  expect(await store.list()).toEqual(['k']);
  expect(readdirSync(folder)).toEqual(['k.ckpt']);
});

test('a full disk is said to be full, and leaves neither file nor half of one', async ({ skip }) => {
  const folder = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return skip('mounting a small tmpfs needs root');
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  const store = folderCheckpoints(folder);
  const ref = await store.put('small', new Uint8Array(1000));
  await expect(store.put('big', new Uint8Array(100_000))).rejects.toThrow(/disk full while writing a checkpoint; free space/);
  expect(readdirSync(folder)).toEqual(['small.ckpt']);
  expect((await store.get(ref)).length).toBe(1000);
});

test('a folder that cannot be made is named', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'other'));
  await expect(folderCheckpoints(join(folder, 'file', 'a.ckpt')).put('k', new Uint8Array(1))).rejects.toThrow(CheckpointError);
});
