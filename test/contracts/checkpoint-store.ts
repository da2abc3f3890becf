// The suite that every CheckpointStore must pass.
import { describe, expect, test } from 'vitest';
import { CheckpointError, hashBytes, type CheckpointStore } from '../../src/core/index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function checkpointStoreContract(name: string, make: () => CheckpointStore): void {
  describe(`${name} keeps the checkpoint store's contract`, () => {
    test('gives back the bytes that were put, with their SHA-256 and size', async () => {
      const store = make();
      const ref = await store.put('1-1-1', bytes('weights'));
      expect(ref).toEqual({ key: '1-1-1', hash: hashBytes(bytes('weights')), bytes: 7 });
      expect(await store.get(ref)).toEqual(bytes('weights'));
    });

    test('keeps no hold on the caller\'s buffer, nor gives out its own', async () => {
      const store = make();
      const mine = bytes('weights');
      const ref = await store.put('k', mine);
      mine.fill(0);
      (await store.get(ref)).fill(1);
      expect(await store.get(ref)).toEqual(bytes('weights'));
    });

    test('a second put under a key replaces the first', async () => {
      const store = make();
      const old = await store.put('k', bytes('one'));
      const now = await store.put('k', bytes('two'));
      expect(await store.get(now)).toEqual(bytes('two'));
      await expect(store.get(old)).rejects.toThrow(CheckpointError);
    });

    test('refuses bytes that do not hash to what is expected, saying both hashes', async () => {
      const store = make();
      const ref = await store.put('k', bytes('weights'));
      const wrong = { ...ref, hash: '0'.repeat(64) };
      await expect(store.get(wrong)).rejects.toThrow(CheckpointError);
      await expect(store.get(wrong)).rejects.toThrow(new RegExp(`expected.*${'0'.repeat(64)}.*got.*${ref.hash}`));
    });

    test('what was deleted is missing, and deleting it again is silent', async () => {
      const store = make();
      const ref = await store.put('k', bytes('weights'));
      await store.delete('k');
      await store.delete('k');
      await expect(store.get(ref)).rejects.toThrow(CheckpointError);
    });

    test('takes empty bytes, a megabyte, and many at a time', async () => {
      const store = make();
      const big = new Uint8Array(1 << 20).map((_, i) => i % 251);
      const refs = await Promise.all([new Uint8Array(0), big, ...Array.from({ length: 20 }, (_, i) => bytes(`${i}`))].map((b, i) => store.put(`k${i}`, b)));
      expect((await store.get(refs[0] as (typeof refs)[number])).length).toBe(0);
      expect(Buffer.from(await store.get(refs[1] as (typeof refs)[number])).equals(Buffer.from(big))).toBe(true);
      expect(await store.get(refs[21] as (typeof refs)[number])).toEqual(bytes('19'));
    });

    test.each(['', '../escape', 'a/b', '.hidden', 'x'.repeat(200)])('refuses the key %j', async (key) => {
      const store = make();
      await expect((async () => store.put(key, bytes('x')))()).rejects.toThrow(CheckpointError);
    });
  });
}
