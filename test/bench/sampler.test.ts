// Sampling with a clock that only contenders move: fair rounds, enough samples, an end.
import { describe, expect, it } from 'vitest';
import { medianNoise } from '../../src/bench/measure/median-noise.js';
import { type Clock, coldSamples, sampleAll, type Timed } from '../../src/bench/measure/sampler.js';
import { createRng } from '../../src/core/index.js';
import type { Device } from '../../src/gpu/index.js';

/** A device that is done at once, and a contender a list of which takes so many milliseconds a run. */
function bench(costs: readonly ((run: number) => number)[]): { device: Device; clock: Clock; contenders: Timed[]; order: number[] } {
  let now = 0;
  const order: number[] = [];
  const contenders = costs.map((cost, i): Timed => {
    let runs = 0;
    return {
      run: () => {
        order.push(i);
        now += cost(runs++);
      },
      time: () => Promise.reject(new Error('no timer')),
    };
  });
  return { device: { settle: async () => undefined } as Device, clock: { now: () => now, timer: null, resolution: null }, contenders, order };
}

const options = { minTime: 0.3, maxTime: 1.5, rng: createRng('sampler') };

describe('sampling', () => {
  it('ends a steady contender after the least time, with at least ten samples', async () => {
    const { device, clock, contenders } = bench([() => 5, () => 50]);
    const [fast, slow] = await sampleAll(device, clock, contenders, options);
    expect(fast?.wall.every((seconds) => Math.abs(seconds - 0.005) < 1e-9)).toBe(true);
    expect(fast?.wall.length).toBeGreaterThanOrEqual(10);
    expect(slow?.wall.length).toBe(10);
  });

  it('goes on with a noisy one until its time is up', async () => {
    const { device, clock, contenders } = bench([(run) => 20 + 15 * (run % 5)]);
    const [noisy] = await sampleAll(device, clock, contenders, options);
    const spent = (noisy?.wall ?? []).reduce((sum, seconds) => sum + seconds, 0);
    expect(spent).toBeGreaterThanOrEqual(1.5);
    expect(spent).toBeLessThan(2);
  });

  it('runs contenders in turns, in changing order', async () => {
    const { device, clock, contenders, order } = bench([() => 30, () => 30, () => 30]);
    await sampleAll(device, clock, contenders, options);
    const rounds = order.slice(-30);
    const firsts = new Set(Array.from({ length: 10 }, (_, round) => rounds[3 * round]));
    for (let round = 0; round < 10; round++) expect(new Set(rounds.slice(3 * round, 3 * round + 3)).size).toBe(3);
    expect(firsts.size).toBeGreaterThan(1);
  });

  it('sweeps the caches before every cold run', async () => {
    const { device, clock, contenders } = bench([() => 3]);
    let swept = 0;
    expect(await coldSamples(device, clock, contenders[0] as Timed, () => swept++, 4)).toEqual([0.003, 0.003, 0.003, 0.003]);
    expect(swept).toBe(4);
  });

  it('stops when it is told to', async () => {
    const { device, clock, contenders } = bench([() => 5]);
    await expect(sampleAll(device, clock, contenders, { ...options, signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe('distributions', () => {
  it('know their median the better the more samples agree', () => {
    const spread = (n: number): number[] => Array.from({ length: n }, (_, i) => 10 + (i % 5) / 10);
    expect(medianNoise([1, 1])).toBe(Infinity);
    expect(medianNoise(spread(100))).toBeLessThan(medianNoise(spread(25)));
    expect(medianNoise([7, 7, 7, 7])).toBe(0);
  });
});
