// `foretell tune` as a user types it, on a machine without a GPU: evidence is shown, handed on, taken in and forgotten.
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTuneStore } from '../../src/host/index.js';
import * as ops from '../../src/ops/index.js';
import { FAMILIES, kernelHashes } from '../../src/cli/tune/families.js';
import { type Choice, type Evidence, parseEvidence } from '../../src/tune/index.js';
import { openCommandLine, type CommandLine, type Ended } from './command-line.js';

let line: CommandLine;
let kernels: ReadonlyMap<string, string>;
beforeAll(async () => {
  [line, kernels] = await Promise.all([openCommandLine(), kernelHashes()]);
});
afterAll(() => line.remove());

const at = (name: string): string => path.join(line.folder, name);
const tune = (...args: string[]): Promise<Ended> => line.run(['tune', ...args], { FORETELL_CACHE: at('cache') });
const store = () => openTuneStore({ folder: at('cache/tune'), parse: parseEvidence, keyOf: ({ key }: Evidence) => key, warn: (message) => { throw new Error(message); } });

const tiled: Choice = { variant: 'tiled', spec: { TILE: 8 }, overrides: { BIAS: 1, ROWS: 4 } };
const plain: Choice = { variant: 'plain', spec: {}, overrides: {} };

function evidence(changes: { key?: Partial<Evidence['key']>; time?: number } = {}): Evidence {
  const raced = { samples: [0.001, 0.0011], runs: 3, noise: 0.05 };
  return {
    key: { adapter: 'GPU One', driver: 'driver 5', backend: 'vulkan', abilities: 'x', kernels: kernels.get('matmul') ?? '', family: 'matmul', direction: 'forward', shapes: 'M=64', ...changes.key },
    shape: { M: 60 }, clock: 'timestamps', time: changes.time ?? 10, seconds: 0.25, ranking: [tiled, plain],
    measured: [{ choice: tiled, outcome: 'raced', median: 0.001, ...raced }, { choice: plain, outcome: 'dropped', median: 0.004, ...raced }],
  };
}

beforeEach(() => rmSync(at('cache'), { recursive: true, force: true }));

describe('tune', () => {
  it('knows every family that has variants', () => {
    const exported = Object.values(ops).filter((each): each is (typeof FAMILIES)[number] => typeof each === 'object' && 'variants' in each && each.variants.length > 1);
    expect(FAMILIES.map(({ name }) => name)).toEqual(expect.arrayContaining(exported.map(({ name }) => name)));
  });

  it('says what there is to do before anything was measured, and that it needs an adapter to measure', async () => {
    const shown = await tune('--show');
    expect([shown.code, shown.stdout]).toEqual([0, '']);
    expect(shown.stderr).toContain('`foretell tune` measures a standard list');
    const measured = await tune();
    expect(measured.code).toBe(1);
    expect(measured.stderr).toContain('install a Vulkan driver');
  });

  it('shows evidence by adapter, and counts what is stale without showing it', async () => {
    await store().put(evidence());
    await store().put(evidence({ key: { shapes: 'M=128', kernels: 'old' } }));
    await store().put(evidence({ key: { adapter: 'GPU Two' } }));
    const { stdout, code } = await tune('--show');
    expect(code).toBe(0);
    expect(stdout).toMatch(/GPU One \(vulkan; driver 5\)\n1 classes of shapes measured in 0\.3 s by timestamps; 1 more are of other kernels/);
    expect(stdout).toContain('GPU Two (vulkan; driver 5)');
    expect(stdout).toMatch(/matmul forward {2}tiled TILE=8 ROWS=4 +1\.00 +5\.0 % +plain +4\.00x +0 +M=64/);
    expect(stdout).not.toContain('M=128');
    const json = await tune('--show', '--json');
    expect(json.stdout.trim().split('\n').map((text) => parseEvidence(JSON.parse(text)))).toHaveLength(3);
  });

  it('exports, imports elsewhere, and says what it took and what it left', async () => {
    await store().put(evidence());
    await store().put(evidence({ key: { shapes: 'M=128' }, time: 20 }));
    await store().put(evidence({ key: { shapes: 'M=256', kernels: 'old' } }));
    await store().put(evidence({ key: { shapes: 'M=512', family: 'fourier' } }));
    expect((await tune('--export', 'e.json')).stdout).toBe('4 classes of shapes written to e.json\n');
    expect((await tune('--clear')).stdout).toBe('4 classes of shapes forgotten\n');
    await store().put(evidence({ time: 11 }));
    await store().put(evidence({ key: { shapes: 'M=128' }, time: 19 }));
    const file = JSON.parse(readFileSync(at('e.json'), 'utf8')) as { evidence: unknown[] };
    writeFileSync(at('e.json'), JSON.stringify({ ...file, evidence: [...file.evidence, { ...evidence(), seconds: 'long' }] }));
    const { stdout, code } = await tune('--import', 'e.json');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual([
      '1 classes of shapes taken for GPU One, driver 5',
      '1 ignored: entry 5 is damaged (evidence: expected what foretell tune measures, got seconds: Invalid input: expected number, received string)',
      '1 ignored: fourier is no kernel family of this version',
      "1 ignored: matmul was measured with other kernels than this version's",
      '1 ignored: what is known here is as new',
    ]);
    expect((await store().all()).map(({ time }) => time).sort()).toEqual([11, 20]);
  });

  it.each([
    ['cut in half', (text: string) => text.slice(0, text.length / 2), 'cut'],
    ['another format', () => '{"format":"other"}', 'expected format foretell-tune-1, got other'],
    ['another document', () => '[1, 2]', 'expected format foretell-tune-1, got none'],
    ['empty', () => '', 'export it again'],
  ])('refuses an import that is %s, in one line', async (_, damage, words) => {
    await store().put(evidence());
    await tune('--export', 'whole.json');
    writeFileSync(at('bad.json'), damage(readFileSync(at('whole.json'), 'utf8')));
    const { code, stderr } = await tune('--import', 'bad.json');
    expect(code).toBe(1);
    expect(stderr).toContain('bad.json');
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('unexpected');
    expect((await tune('--import', 'missing.json')).code).toBe(1);
    expect((await tune('--export', 'no/such/folder.json')).stderr).toContain('--export');
  });

  it('sets a cut cache file aside with a warning', async () => {
    await store().put(evidence());
    const [name = ''] = readdirSync(at('cache/tune'));
    truncateSync(path.join(at('cache/tune'), name), 100);
    const { code, stderr } = await tune('--show');
    expect(code).toBe(0);
    expect(stderr).toContain(`${name}.unusable`);
    expect(readdirSync(at('cache/tune'))).toEqual([`${name}.unusable`]);
  });

  it('takes one thing at a time', async () => {
    mkdirSync(at('cache'), { recursive: true });
    const { code, stderr } = await tune('--show', '--clear');
    expect(code).toBe(2);
    expect(stderr).toContain('--show and --clear');
    expect((await tune('--set', 'speed=1')).code).toBe(2);
  });
});
