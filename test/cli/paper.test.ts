// `foretell paper` where the curves are not there, and what it asks for; what it measures is tested in experiments.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.js';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.remove());

describe('foretell paper', () => {
  it('says which curves are missing and how to get them', async () => {
    const { code, stderr } = await line.run(['paper', '--out', 'p'], { FORETELL_DATA: '', FORETELL_CACHE: '/nonexistent' });
    expect(code).toBe(1);
    expect(stderr).toContain('left out: curves metaqnn_cifar10');
    expect(stderr).toContain('foretell data get');
  });

  it('needs a folder', async () => {
    const { code, stderr } = await line.run(['paper']);
    expect(code).toBe(2);
    expect(stderr).toContain("required option '--out");
  });
});
