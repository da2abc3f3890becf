// `foretell bench` as a user types it: what it refuses, what a comparison ends with, and a visitor's kernel on a real device,
// one that never ends above all.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, openCommandLine } from './command-line.js';

const KERNEL = `// @grid N/8, M/8
struct Params { M: u32, N: u32, K: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(8, 8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.N || id.y >= params.M) { return; }
  var sum = 0.0;
  for (var k = 0u; k < params.K; k++) { sum += a[id.y * params.K + k] * b[k * params.N + id.x]; }
  c[id.y * params.N + id.x] = sum;
}
`;

const SMALL = ['--as', 'matmul', '--axis', 'M=32', '--axis', 'N=32', '--axis', 'K=32', '--min-time', '.01', '--set', 'adapter=lavapipe'];

let fake: CommandLine;
let real: CommandLine;
beforeAll(async () => {
  [fake, real] = [await openCommandLine(), await openCommandLine('src/cli/main.ts')];
  for (const [name, text] of Object.entries({ good: KERNEL, endless: KERNEL.replace('k++', 'k = k & 0u'), broken: KERNEL.replace('= 0.0', '= nothing') })) {
    writeFileSync(path.join(real.folder, `${name}.wgsl`), text);
  }
});
afterAll(() => [fake, real].forEach((line) => line.remove()));

describe('wrong usage', () => {
  it.each([
    ['a kernel without its role', ['bench', 'my.wgsl'], 'got no --as'],
    ['a role without a kernel', ['bench', 'matmul', '--as', 'matmul'], 'expected a kernel of your own'],
    ['an axis without values', ['bench', '--axis', 'batch'], 'Expected NAME=VALUE,VALUE'],
    ['an axis that nobody has', ['bench', '--list', '--axis', 'depth=3'], '--axis depth: expected one of'],
    ['a case that is not there', ['bench', 'convolve', '--list'], 'got "convolve"'],
    ['one file to compare', ['bench', '--compare', 'a.json'], 'two result files, before and after, got 1'],
  ])('%s ends with 2', async (_, args, words) => {
    const { code, stderr } = await fake.run(args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });
});

describe('without a device', () => {
  it('lists the cases at the axes asked for', async () => {
    const { code, stdout } = await fake.run(['bench', 'conv2d forward', '--list', '--axis', 'batch=1,8']);
    expect(code).toBe(0);
    expect(stdout).toContain('1x1x28x28 by 16x5x5');
    expect(stdout).toContain('batch=8');
  });

  it('ends with 1 where a result file is slower, with 0 where it is not', async () => {
    const line = (ms: number): string => JSON.stringify({
      type: 'case', case: 'matmul forward', shape: '8x8x8', variant: 'plain', gflops: 1, median_ms: ms, checked: true,
      samples_ms: Array.from({ length: 30 }, (_, i) => ms * (1 + (i % 7) / 500)),
    });
    writeFileSync(path.join(fake.folder, 'before.json'), line(10));
    writeFileSync(path.join(fake.folder, 'after.json'), line(11));
    const slower = await fake.run(['bench', '--compare', 'before.json', 'after.json']);
    expect([slower.code, slower.stdout]).toEqual([1, expect.stringContaining('1 slower')]);
    expect((await fake.run(['bench', '--compare', 'after.json', 'before.json'])).code).toBe(0);
    expect((await fake.run(['bench', '--compare', 'before.json', 'after.json', '--threshold', '.2'])).code).toBe(0);
    expect((await fake.run(['bench', '--compare', 'before.json', 'missing.json'])).code).toBe(1);
  });
});

describe('one variant', () => {
  const one = ['bench', 'matmul forward', ...SMALL.slice(2)];

  it('is measured alone', async () => {
    const { code, stdout } = await real.run([...one, '--variant', 'plain', '--json']);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; variant?: string });
    expect(new Set(lines.flatMap(({ type, variant }) => (type === 'case' ? [variant] : [])))).toEqual(new Set(['plain']));
    expect(lines.at(-1)).toMatchObject({ type: 'summary', variants: 5, failed: 0 });
    expect(code).toBe(0);
  }, 120_000);

  it('that no case has is refused, with those that they have', async () => {
    const { code, stderr } = await real.run([...one, '--variant', 'plane']);
    expect(stderr).toMatch(/--variant plane: none of these cases has it on this device; expected one of .*plain/);
    expect(code).toBe(2);
  }, 120_000);
});

describe("a visitor's kernel", () => {
  it('that never ends is stopped with a clear word', async () => {
    const { code, stderr } = await real.run(['bench', 'endless.wgsl', ...SMALL, '--timeout', '3']);
    expect(stderr).toContain('your kernel: expected it to end within 3 s, it did not and was stopped; does a loop never end?');
    expect(code).toBe(1);
  }, 120_000);

  it('that does not compile is told with its own file and line, and ours are still measured', async () => {
    const { code, stdout } = await real.run(['bench', 'broken.wgsl', ...SMALL, '--json']);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; variant?: string; message?: string });
    expect(lines.find(({ type }) => type === 'failed')).toMatchObject({ variant: 'yours', message: expect.stringMatching(/^broken\.wgsl:10:\d+.*nothing/s) as string });
    expect(lines.filter(({ type }) => type === 'case').map(({ variant }) => variant)).toContain('plain');
    expect(lines.at(-1)).toMatchObject({ type: 'summary', failed: 1 });
    expect(code).toBe(1);
  }, 120_000);

  it('that is right is ranked, and may take longer in all than one run may', async () => {
    const { code, stdout } = await real.run(['bench', 'good.wgsl', ...SMALL, '--timeout', '5']);
    expect(stdout).toMatch(/32x32x32\s+yours .* right/);
    expect(stdout).not.toMatch(/Bt|At/);
    expect(code).toBe(0);
  }, 120_000);
});
