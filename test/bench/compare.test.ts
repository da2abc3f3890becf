// Two result files: what counts as slower, what does not, and what a broken file is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BenchLine, compareResults, readResults } from '../../src/bench/index.js';
import { createRng, DataError } from '../../src/core/index.js';
import { compareSamples } from '../../src/predict/index.js';

const folder = mkdtempSync(path.join(tmpdir(), 'foretell-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

function line(variant: string, ms: number, { checked = true, spread = 0.02, seed = 1 } = {}): BenchLine {
  const rng = createRng(`${variant} ${ms} ${seed}`);
  const samples_ms = Array.from({ length: 20 }, () => ms * (1 + spread * rng.normal()));
  return {
    type: 'case', case: 'matmul forward', shape: '8x8x8', variant, axes: {}, flops: 1, bytes: 1, gflops: 1 / ms, percent_of_peak: 1, percent_of_roofline: 1,
    median_ms: ms, p10_ms: ms, p90_ms: ms, wall_median_ms: ms, cold_median_ms: ms, samples: 20, samples_ms, checked, oracle: '',
  };
}

const about = (name: string): BenchLine => ({
  type: 'environment', adapter: { name, driver: '1', backend: 'vulkan', software: true, subgroup: null, features: [] }, timestamp_ns: 1, clock: 'timestamps', robustness: true,
});

const compare = (before: BenchLine[], after: BenchLine[]) => compareResults([about('a'), ...before], [about('a'), ...after], { threshold: 0.05, compare: compareSamples });

describe('comparison', () => {
  it('tells slower from faster from the same', () => {
    const { differences, regressions } = compare([line('a', 10), line('b', 10), line('c', 10)], [line('a', 12), line('b', 8), line('c', 10, { seed: 2 })]);
    expect(differences.map(({ variant, verdict }) => [variant, verdict])).toEqual([['a', 'slower'], ['b', 'faster'], ['c', 'same']]);
    expect(regressions).toBe(1);
  });

  it('lets pass what is significant but below the threshold, and what is large but noise', () => {
    expect(compare([line('a', 10, { spread: 0.001 })], [line('a', 10.3, { spread: 0.001 })]).regressions).toBe(0);
    expect(compare([line('a', 10, { spread: 0.6 })], [line('a', 11, { spread: 0.6 })]).regressions).toBe(0);
  });

  it('counts a result that became wrong, however fast', () => {
    expect(compare([line('a', 10)], [line('a', 5, { checked: false })])).toMatchObject({ regressions: 1, differences: [{ verdict: 'wrong' }] });
  });

  it('says what stands in one file only, and that adapters differ', () => {
    const { missing, added, warning } = compareResults([about('a'), line('old', 1)], [about('b'), line('new', 1)], { threshold: 0.05, compare: compareSamples });
    expect([missing, added]).toEqual([['matmul forward 8x8x8 old'], ['matmul forward 8x8x8 new']]);
    expect(warning).toMatch(/got a, 1, timestamps and b, 1, timestamps/);
  });
});

describe('result files', () => {
  const file = (text: string): string => {
    const name = path.join(folder, `${createRng(text).int(1e9)}.json`);
    writeFileSync(name, text);
    return name;
  };

  it('come back as they were written', () => {
    const lines = [about('a'), line('x', 3)];
    expect(readResults(file(lines.map((each) => JSON.stringify(each)).join('\n')))).toEqual(lines);
  });

  it.each([
    ['cut in half', `${JSON.stringify(line('x', 3))}\n${JSON.stringify(line('y', 3)).slice(0, 60)}`, /line 2: expected a result of foretell bench --json/],
    ['of something else', '{"type":"case","case":1}', /line 1: .*case/],
    ['without a case', JSON.stringify(about('a')), /at least one case, got none/],
    ['empty', '', /at least one case, got none/],
  ])('%s are refused', (_, text, message) => {
    expect(() => readResults(file(text))).toThrow(DataError);
    expect(() => readResults(file(text))).toThrow(message);
  });

  it('that are not there are named', () => {
    expect(() => readResults('/no/such/file.json')).toThrow(/\/no\/such\/file\.json: expected a file that can be read/);
  });
});
