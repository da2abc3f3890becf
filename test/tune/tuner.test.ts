// Who decides for a class of shapes: the journal, the store, a race, or nobody. With fake time and fake candidates.
import { describe, expect, it } from 'vitest';
import { createRng, DeviceLostError, ManualClock } from '../../src/core/index.js';
import { type Choice, type Decision, type Evidence, type EvidenceKey, type EvidenceStore, type Measuring, type Question, shapeClass, Tuner, type TunerOptions } from '../../src/tune/index.js';
import { adapter, choice, fakeDevice, question, type FakeDevice } from './fake-meter.js';

const all = [choice('tiled', 4), choice('tiled', 8), choice('subgroup'), choice('plain')];
const speeds = { 'tiled 4': 0.02, 'tiled 8': 0.01, 'subgroup 4': 0.013, 'plain 4': 0.3 };

class MemoryStore implements EvidenceStore {
  readonly kept = new Map<string, Evidence>();
  get(key: EvidenceKey): Promise<Evidence | null> {
    return Promise.resolve(this.kept.get(JSON.stringify(key)) ?? null);
  }
  put(evidence: Evidence): Promise<void> {
    this.kept.set(JSON.stringify(evidence.key), evidence);
    return Promise.resolve();
  }
  all(): Promise<Evidence[]> {
    return Promise.resolve([...this.kept.values()]);
  }
}

function tuner(device: FakeDevice, options: Partial<TunerOptions> = {}, measuring: Partial<Measuring> = {}) {
  const heard: Decision[] = [];
  const made = new Tuner({
    measuring: { openMeter: () => Promise.resolve(device.meter), rng: createRng(1), clock: new ManualClock(7), classSeconds: 100, totalSeconds: 1000, ...measuring },
    store: null,
    heard: (decision) => void heard.push(decision),
    ...options,
  });
  return { tuner: made, heard };
}

describe('shape classes', () => {
  it('keep small extents and round large ones up to a power of two', () => {
    expect(shapeClass({ N: 100, C: 3, R: 5, bias: 1, padH: 0, H: 28 })).toBe('C=3 H=32 N=128 R=5 bias=1 padH=0');
    expect(shapeClass({ M: 65 })).toBe(shapeClass({ M: 128 }));
    expect(shapeClass({ M: 64 })).not.toBe(shapeClass({ M: 65 }));
  });
});

describe('tuner', () => {
  it('measures a class once, however many ask at once, and tells what it took', async () => {
    const device = fakeDevice(speeds);
    const { tuner: t, heard } = tuner(device);
    const asked = [{ M: 100 }, { M: 128 }, { M: 90 }].map((shape) => t.choose(question(device, all, shape)));
    expect(await Promise.all(asked)).toEqual([choice('tiled', 8), choice('tiled', 8), choice('tiled', 8)]);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ family: 'matmul', shapes: 'M=128', from: 'measured', ranking: [choice('tiled', 8), choice('subgroup'), choice('tiled', 4), choice('plain')] });
    expect(heard[0]?.seconds).toBeCloseTo(device.now / 1000, 6);
    expect(device.held).toBe(0);
    await t.choose(question(device, all, { M: 300 }));
    expect(heard).toHaveLength(2);
  });

  it('falls back to the next in the evidence that fits, then to the untuned favourite; flags follow the shape', async () => {
    const { tuner: t } = tuner(fakeDevice(speeds), { standing: [{ family: 'matmul', direction: 'forward', shapes: 'M=128', from: 'measured', seconds: 1, ranking: [choice('tiled', 8, { ALIGNED: 1 }), choice('subgroup')] }] });
    const ask = (...candidates: Choice[]) => t.choose(question(null, candidates, { M: 99 }));
    expect(await ask(choice('tiled', 4, { ALIGNED: 0 }), choice('tiled', 8, { ALIGNED: 0 }), choice('plain'))).toEqual(choice('tiled', 8, { ALIGNED: 0 }));
    expect(await ask(choice('plain'), choice('subgroup'))).toEqual(choice('subgroup'));
    expect(await ask(choice('plain'), choice('wide'))).toEqual(choice('plain'));
  });

  it('uses what the store knows of the same adapter, driver and kernels, and nothing stale', async () => {
    const store = new MemoryStore();
    await tuner(fakeDevice(speeds), { store }).tuner.choose(question(fakeDevice(speeds), all));
    expect([...store.kept.values()][0]).toMatchObject({ time: 7, clock: 'wall', shape: { M: 100 }, measured: [{ outcome: 'dropped' }, { outcome: 'raced' }, { outcome: 'dropped' }, { outcome: 'dropped' }] });
    const ask = async (changed: Partial<Question>) => {
      const { tuner: t, heard } = tuner(fakeDevice(speeds), { store, measuring: null });
      const chosen = await t.choose({ ...question(null, all), ...changed });
      return [chosen.spec.TILE, heard[0]?.from];
    };
    expect(await ask({})).toEqual([8, 'cache']);
    expect(await ask({ shape: { M: 120, N: 33 } })).toEqual([8, 'cache']);
    expect(await ask({ adapter: { ...adapter, driver: 'driver 2' } })).toEqual([4, 'untuned']);
    expect(await ask({ adapter: { ...adapter, name: 'another' } })).toEqual([4, 'untuned']);
    expect(await ask({ adapter: { ...adapter, backend: 'd3d12' } })).toEqual([4, 'untuned']);
    expect(await ask({ adapter: { ...adapter, subgroup: null, features: [] } })).toEqual([4, 'untuned']);
    expect(await ask({ kernels: () => 'kernels 2' })).toEqual([4, 'untuned']);
    expect(await ask({ reduced: true })).toEqual([4, 'untuned']);
    expect(await ask({ direction: 'grad_input' })).toEqual([4, 'untuned']);
    expect(await ask({ shape: { M: 129, N: 64 } })).toEqual([8, 'neighbour']);
    expect(await ask({ shape: { M: 129, N: 64 }, kernels: () => 'kernels 2' })).toEqual([4, 'untuned']);
    expect(await ask({ shape: { M: 2, N: 2 } })).toEqual([4, 'untuned']);
    expect(await ask({ shape: { M: 100, K: 64 } })).toEqual([4, 'untuned']);
  });

  it('gives what it has no time for the choice of the nearest class that was measured', async () => {
    const device = fakeDevice(speeds);
    const { tuner: t, heard } = tuner(device, {}, { totalSeconds: 0.5 });
    await t.choose(question(device, all, { M: 100, N: 64 }));
    expect(await t.choose(question(device, all, { M: 300, N: 64 }))).toEqual(choice('tiled', 8));
    expect(await t.choose(question(device, [choice('plain'), choice('subgroup')], { M: 200, N: 64 }))).toEqual(choice('subgroup'));
    expect(await t.choose(question(device, all, { M: 30000, N: 64000 }))).toEqual(choice('tiled', 4));
    expect(heard.map(({ from }) => from)).toEqual(['measured', 'neighbour', 'neighbour', 'untuned']);
    expect(heard[1]?.reason).toBe('the 0.5 s for measuring are spent; as M=128 N=64');
  });

  it('obeys standing decisions over a store that has learnt better since, untuned ones too', async () => {
    const store = new MemoryStore();
    await tuner(fakeDevice(speeds), { store }).tuner.choose(question(fakeDevice(speeds), all));
    const standing = (ranking: Choice[]): Decision => ({ family: 'matmul', direction: 'forward', shapes: 'M=128 N=64', from: 'cache', ranking, seconds: 0 });
    const device = fakeDevice(speeds);
    const { tuner: t, heard } = tuner(device, { store, standing: [standing([choice('plain')])] });
    expect(await t.choose(question(device, all))).toEqual(choice('plain'));
    expect(await tuner(device, { store, standing: [standing([])] }).tuner.choose(question(device, all))).toEqual(choice('tiled', 4));
    expect(heard).toEqual([]);
    expect(device.sampled).toEqual([]);
  });

  it('measures nothing without time, a track or a second candidate, and says why', async () => {
    const device = fakeDevice(speeds);
    const broke = tuner(device, {}, { totalSeconds: 0 });
    expect(await broke.tuner.choose(question(device, all))).toEqual(choice('tiled', 4));
    expect(broke.heard[0]?.reason).toContain('are spent');
    const blind = tuner(device);
    await blind.tuner.choose(question(null, all));
    expect(blind.heard[0]).toMatchObject({ from: 'untuned', ranking: [] });
    const only = tuner(device);
    expect(await only.tuner.choose(question(device, [choice('plain')]))).toEqual(choice('plain'));
    expect(only.heard).toEqual([]);
    expect(device.sampled).toEqual([]);
  });

  it('stays untuned where no candidate runs or no memory is left, and keeps no such evidence', async () => {
    const store = new MemoryStore();
    const fails = { compile: 'refused' };
    const device = fakeDevice({ 'tiled 4': fails, 'tiled 8': fails, 'subgroup 4': fails, 'plain 4': fails });
    const { tuner: t, heard } = tuner(device, { store });
    expect(await t.choose(question(device, all))).toEqual(choice('tiled', 4));
    expect(heard[0]?.reason).toBe('no candidate ran: refused');
    const full = { ...question(device, all, { M: 1 }), openTrack: () => { throw new Error('out of memory'); } };
    expect(await t.choose(full)).toEqual(choice('tiled', 4));
    expect(heard[1]?.reason).toContain('out of memory');
    expect(store.kept.size).toBe(0);
  });

  it('asks again after a lost device or a listener that failed', async () => {
    const device = fakeDevice(speeds);
    let lost = true;
    const meter = { ...device.meter, sample: (...args: Parameters<typeof device.meter.sample>) => (lost ? Promise.reject(new DeviceLostError('gone')) : device.meter.sample(...args)) };
    const { tuner: t } = tuner(device, {}, { openMeter: () => Promise.resolve(meter) });
    await expect(t.choose(question(device, all))).rejects.toThrow(DeviceLostError);
    lost = false;
    expect(await t.choose(question(device, all))).toEqual(choice('tiled', 8));
    let deaf = true;
    const listener = tuner(device, { heard: () => (deaf ? Promise.reject(new Error('disk full')) : undefined) });
    await expect(listener.tuner.choose(question(device, all))).rejects.toThrow('disk full');
    deaf = false;
    expect(await listener.tuner.choose(question(device, all))).toEqual(choice('tiled', 8));
  });

  it('tells before the choice is used', async () => {
    const device = fakeDevice(speeds);
    const order: string[] = [];
    const { tuner: t } = tuner(device, { heard: async () => { await Promise.resolve(); order.push('journaled'); } });
    await t.choose(question(device, all)).then(() => order.push('chosen'));
    expect(order).toEqual(['journaled', 'chosen']);
  });
});
