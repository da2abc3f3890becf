// The race of candidates, on a clock that moves only while they run.
import { describe, expect, it } from 'vitest';
import { createRng, DeviceLostError } from '../../src/core/index.js';
import { race, rankingOf } from '../../src/tune/index.js';
import { choice, fakeDevice, nameOf, type Behaviour } from './fake-meter.js';

const all = [choice('tiled', 4), choice('tiled', 8), choice('subgroup'), choice('plain')];

async function run(behaviours: Record<string, Behaviour>, { seconds = 100, jitter = 0, compileSeconds = 0, candidates = all } = {}) {
  const device = fakeDevice(behaviours, { jitter, compileSeconds });
  const measured = await race(candidates, device.track, { meter: device.meter, rng: createRng(1), seconds });
  return { device, measured, ranking: rankingOf(measured).map(nameOf), outcomes: Object.fromEntries(measured.map((each) => [nameOf(each.choice), each.outcome])) };
}

describe('race', () => {
  it('ranks by median under noise and keeps the evidence', async () => {
    const { ranking, measured, device } = await run({ 'tiled 4': 0.012, 'tiled 8': 0.01, 'subgroup 4': 0.011, 'plain 4': 0.015 }, { jitter: 0.02 });
    expect(ranking).toEqual(['tiled 8', 'subgroup 4', 'tiled 4', 'plain 4']);
    const best = measured.find((each) => nameOf(each.choice) === 'tiled 8');
    expect(best?.samples.length).toBeGreaterThanOrEqual(3);
    expect(best?.median).toBeCloseTo(0.01, 3);
    expect(best?.noise).toBeLessThan(0.04);
    expect(device.held).toBe(1); // the track is its opener's to release
  });

  it('interleaves: a round samples everybody left before anybody again, not always in one order', async () => {
    const { device } = await run({ 'tiled 4': 0.01, 'tiled 8': 0.0101, 'subgroup 4': 0.0102, 'plain 4': 0.0103 }, { jitter: 0.1 });
    const rounds = device.sampled.slice(8, 8 + 12); // after a warm-up and a calibration each
    const cut = [0, 4, 8].map((at) => rounds.slice(at, at + 4));
    for (const round of cut) expect([...round].sort()).toEqual(['plain 4', 'subgroup 4', 'tiled 4', 'tiled 8']);
    expect(new Set(cut.map((round) => round.join())).size).toBeGreaterThan(1);
  });

  it('sends hopeless candidates home after calibration, slow ones soon after', async () => {
    const { device, outcomes, ranking } = await run({ 'tiled 4': 0.01, 'tiled 8': 0.018, 'subgroup 4': 0.0102, 'plain 4': 0.5 });
    expect(outcomes).toEqual({ 'tiled 4': 'raced', 'tiled 8': 'dropped', 'subgroup 4': 'dropped', 'plain 4': 'dropped' });
    expect(device.sampled.filter((name) => name === 'plain 4')).toHaveLength(1);
    expect(device.sampled.filter((name) => name === 'tiled 8')).toHaveLength(4);
    expect(ranking).toEqual(['tiled 4', 'subgroup 4', 'tiled 8', 'plain 4']);
  });

  it('runs again what its driver may have compiled in the first run, and only that', async () => {
    const { device } = await run({ 'tiled 4': 0.01, 'tiled 8': 0.32, 'subgroup 4': 0.4, 'plain 4': 10 });
    const counts = Object.fromEntries(all.map((each) => [nameOf(each), device.sampled.filter((name) => name === nameOf(each)).length]));
    expect(counts).toMatchObject({ 'tiled 8': 2, 'subgroup 4': 1, 'plain 4': 1 });
  });

  it('gives a tie to the earlier candidate, whichever was luckier', async () => {
    expect((await run({ 'tiled 4': 0.01005, 'tiled 8': 0.01, 'subgroup 4': 0.0105, 'plain 4': 0.02 }, { jitter: 0.01 })).ranking[0]).toBe('tiled 4');
  });

  it('takes many runs a sample where one is too short for the clock', async () => {
    const { measured } = await run({ 'tiled 4': 2e-5, 'tiled 8': 1e-5, 'subgroup 4': 1, 'plain 4': 1 });
    expect(measured.map(({ runs }) => runs)).toEqual([50, 100, 1, 1]);
  });

  it('records who fails to compile or in the middle, and goes on with the rest', async () => {
    const { measured, ranking, device } = await run({ 'tiled 4': { compile: 'line 3: no such thing' }, 'tiled 8': { run: 'boom', at: 4, seconds: 0.009 }, 'subgroup 4': 0.01, 'plain 4': 0.011 });
    expect(measured.map(({ outcome, error }) => [outcome, error])).toEqual([['failed', 'line 3: no such thing'], ['failed', 'boom'], ['raced', undefined], ['dropped', undefined]]);
    expect(ranking).toEqual(['subgroup 4', 'plain 4']);
    expect(device.held).toBe(1);
    const nobody = await run({ 'tiled 4': { compile: 'no' }, 'tiled 8': { compile: 'no' }, 'subgroup 4': { compile: 'no' }, 'plain 4': { compile: 'no' } });
    expect(nobody.ranking).toEqual([]);
  });

  it('keeps to its budget, and measures the first candidate whatever it costs', async () => {
    const { device, outcomes, ranking } = await run({ 'tiled 4': 0.2, 'tiled 8': 0.1, 'subgroup 4': 0.1, 'plain 4': 0.1 }, { seconds: 0.5, compileSeconds: 0.15 });
    expect(outcomes).toMatchObject({ 'subgroup 4': 'unmeasured', 'plain 4': 'unmeasured' });
    expect(ranking).toContain('tiled 4');
    expect(device.now).toBeLessThan(1500);
    const slow = await run({ 'tiled 4': 5, 'tiled 8': 1, 'subgroup 4': 1, 'plain 4': 1 }, { seconds: 0.1 });
    expect(slow.ranking).toEqual(['tiled 4']);
  });

  it('is over when the device is lost', async () => {
    const device = fakeDevice({ 'tiled 4': 0.01, 'tiled 8': 0.01 });
    const lost = { ...device.meter, sample: () => Promise.reject(new DeviceLostError('gone')) };
    await expect(race(all, device.track, { meter: lost, rng: createRng(1), seconds: 1 })).rejects.toThrow(DeviceLostError);
    expect(device.held).toBe(1);
  });
});
