// What importing the library costs: no native code at all. The process keeps a list of the shared objects that it has loaded.
import { describe, expect, it } from 'vitest';
import { createStudy } from '../../src/index.js';

const nativeParts = (): string[] => {
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  return sharedObjects.filter((file) => /(foretell|dawn)[^/]*\.node$/.test(file));
};

describe('the library', () => {
  it('loads neither Dawn nor the addon until something needs them', async () => {
    const study = await createStudy({ epochs: 2, trials: 2, space: { x: { low: 0, high: 1 } }, rule: 'none' });
    expect((await study.ask()).action).toBe('train');
    await study.close();
    expect(nativeParts()).toEqual([]);
    const fitted = await createStudy({ epochs: 2, space: { x: { low: 0, high: 1 } }, rule: 'srm' });
    await fitted.close();
    expect(nativeParts().map((file) => file.split('/').at(-1))).toEqual(['foretell.node']);
  });
});
