// The laboratory on a real device, briefly: every kind of case is right in every variant; kernels of visitors, good and bad.
import { describe, expect, it } from 'vitest';
import { type BenchLine, type CaseLine, casesFor, type FailedLine, runBench, VISITOR, VISITOR_FILE, visitorCases } from '../../src/bench/index.js';
import { renderBenchPage } from '../../src/bench/report/page.js';
import { openDevice } from '../../src/gpu/index.js';
import { openGpu } from '../../src/host/dawn.js';
import { readKernels } from '../../src/host/kernels.js';
import { ADAPTER } from '../ops/fixture.js';

const BRIEF = { minTime: 0.001, maxTime: 0.01 };
/** Any; the roofline has a test of its own. */
const ROOFLINE = { fmaGflops: 50, fma: [], copyGBs: 5, launchUs: 20, roundTripUs: 500 };

const GOOD = `// @grid N/8, M/8
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

async function bench(filter: string, axes: Record<string, readonly number[]>, own?: string, options: object = { roofline: ROOFLINE }): Promise<BenchLine[]> {
  const gpu = await openGpu({ adapter: ADAPTER, disable: ['timestamp_quantization'] });
  const device = await openDevice({ gpu, kernels: { ...(await readKernels()), ...(own === undefined ? {} : { [VISITOR_FILE]: own }) } });
  const cases = casesFor({ filter, axes }).slice(0, 1);
  const lines: BenchLine[] = [];
  for await (const line of runBench(device, own === undefined ? cases : visitorCases(cases, 'matmul'), { ...BRIEF, ...options })) lines.push(line);
  expect(device.pool.labels(), 'leaked buffers').toEqual([]);
  device.destroy();
  return lines;
}

const casesOf = (lines: readonly BenchLine[]): CaseLine[] => lines.filter((line): line is CaseLine => line.type === 'case');
const small = { M: [33], N: [20], K: [17] };

describe('laboratory', () => {
  it.each([
    ['matmul', small],
    ['conv2d forward', { batch: [2], size: [9], channels: [3], filters: [5] }],
    ['conv2d grad_input', { batch: [2], size: [9], channels: [3], filters: [5] }],
    ['conv2d grad_weight', { batch: [2], size: [9], channels: [3], filters: [5] }],
    ['lstm sequence forward', { batch: [3], steps: [4], hidden: [8] }],
    ['lstm sequence grad_input', { batch: [3], steps: [4], hidden: [8] }],
    ['softmax', { rows: [7], classes: [30] }],
    ['sgd', { size: [1000] }],
    ['adam', { size: [1000] }],
  ])('finds every variant of %s right', async (filter, axes) => {
    const lines = await bench(filter, axes);
    expect(lines.map(({ type }) => type).slice(0, 2)).toEqual(['environment', 'roofline']);
    expect(casesOf(lines).length).toBeGreaterThan(0);
    for (const line of casesOf(lines)) {
      expect(line.checked, `${line.variant}: ${line.mismatch}`).toBe(true);
      expect(line.samples).toBe(line.samples_ms.length);
      expect(line.percent_of_roofline).toBeGreaterThan(0);
    }
    expect(lines.at(-1)).toMatchObject({ type: 'summary', cases: 1, wrong: 0, failed: 0 });
  }, 60_000);

  it('measures the roofline and draws a page', async () => {
    const lines = await bench('matmul', small, undefined, {});
    const roofline = lines.find((line) => line.type === 'roofline');
    expect(roofline).toMatchObject({ fmaGflops: expect.any(Number), copyGBs: expect.any(Number) });
    if (roofline?.type === 'roofline') expect(roofline.fmaGflops).toBe(Math.max(...roofline.fma.map(({ gflops }) => gflops)));
    const page = renderBenchPage(lines, []);
    expect(page).toContain('33x20x17');
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  }, 60_000);
});

describe('a kernel of a visitor', () => {
  it('is ranked beside ours', async () => {
    const lines = casesOf(await bench('matmul', small, GOOD));
    expect(lines.map(({ variant }) => variant)).toContain(VISITOR);
    expect(lines.every(({ checked }) => checked)).toBe(true);
  }, 60_000);

  it.each([
    ['gives wrong numbers', GOOD.replace('k++', 'k += 2u'), /^c\[0, 0\]: got .*, want .*, off by .*, allowed /],
    ['leaves elements out', GOOD.replace('id.x >= params.N ||', 'id.x + 1u >= params.N ||'), /got NaN/],
    ['reads out of bounds', GOOD.replace('a[id.y', 'a[5000u + id.y'), /got .*, want /],
  ])('that %s is told where', async (_, text, message) => {
    const yours = casesOf(await bench('matmul', small, text)).find(({ variant }) => variant === VISITOR);
    expect(yours?.checked).toBe(false);
    expect(yours?.mismatch).toMatch(message);
  }, 60_000);

  it.each([
    ['does not compile', GOOD.replace('var sum = 0.0;', 'var sum = nothing;'), /kernel\.wgsl:10:\d+.*nothing/s],
    ['wants an unknown extent', GOOD.replace('K: u32 }', 'K: u32, depth: u32 }'), /fields among M, N, K, .*got depth/],
    ['binds an unknown tensor', GOOD.replace('> a:', '> left:').replace('a[id', 'left[id'), /variables among a, b, c, got left/],
  ])('that %s is told why', async (_, text, message) => {
    const failed = (await bench('matmul', small, text)).filter((line): line is FailedLine => line.type === 'failed');
    expect(failed.map(({ variant }) => variant)).toEqual([VISITOR]);
    expect(failed[0]?.message).toMatch(message);
  }, 60_000);
});
