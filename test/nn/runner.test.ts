// The runner's promises: resume bit for bit, trials that do not touch each other, everything given back however a run ends,
// and the trial's own faults told apart from broken things.
import { describe, expect, it } from 'vitest';
import { type Architecture, type Candidate, type CheckpointRef, createRng, type RunnerEpoch, type Task, TrialError } from '../../src/core/index.js';
import { TrainRunner } from '../../src/nn/index.js';
import { useDevice } from '../ops/fixture.js';
import { CLASSES, conv, dense, imagesOf, INPUT, net, NETS, pool } from './nets.js';

const gpu = useDevice();
const CHAIN = NETS['conv, max pool twice, two dense'] as Architecture;
const OTHER = NETS['strides, a rectangular filter, average pool'] as Architecture;
const HP = { learning_rate: 0.02, momentum: 0.9, weight_decay: 1e-4, batch_size: 8, lr_step: 2, lr_factor: 0.5 };

function runner(options: { maxBytes?: number } = {}): TrainRunner {
  return new TrainRunner({ context: gpu.context(), train: imagesOf(37), validation: imagesOf(20, 1, 'test'), seed: 5, ...options });
}

function task(trial: number, until: number, candidate: Partial<Candidate> = {}, from?: number): Task {
  const ref: CheckpointRef = { key: 'k', hash: 'h' };
  return { trial, attempt: 1, until, candidate: { architecture: CHAIN, ap: {}, hp: HP, ...candidate }, ...(from === undefined ? {} : { from: { ...ref, epoch: from } }) };
}

interface Seen {
  readonly epochs: number[];
  readonly values: number[];
  readonly losses: number[];
  readonly snapshots: Uint8Array[];
}

async function collect(epochs: AsyncIterable<RunnerEpoch>, after?: (epoch: number) => void): Promise<Seen> {
  const seen: Seen = { epochs: [], values: [], losses: [], snapshots: [] };
  for await (const { epoch, value, metrics, seconds, snapshot } of epochs) {
    expect(seconds).toBeGreaterThanOrEqual(0);
    seen.epochs.push(epoch);
    seen.values.push(value);
    seen.losses.push(metrics?.train_loss ?? NaN, metrics?.validation_loss ?? NaN);
    seen.snapshots.push(await snapshot());
    after?.(epoch);
  }
  return seen;
}

const calm = (): AbortSignal => new AbortController().signal;

async function withRunner(work: (runner: TrainRunner) => Promise<void>, options: { maxBytes?: number } = {}): Promise<void> {
  const trains = runner(options);
  try {
    await work(trains);
  } finally {
    trains.release();
  }
}

async function fault(run: AsyncIterable<RunnerEpoch>): Promise<unknown> {
  return collect(run).then(() => null, (error: unknown) => error);
}

describe('TrainRunner', () => {
  it('trains every epoch up to `until` and learns', () =>
    withRunner(async (trains) => {
      const { epochs, losses, values } = await collect(trains.run(task(0, 12, { hp: { ...HP, lr_step: 0 } }), { signal: calm() }));
      expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(losses[22]).toBeLessThan(0.5 * (losses[0] as number));
      expect(values[11]).toBeGreaterThan(1.5 / CLASSES);
    }));

  it.each([['sgd', {}], ['adam', { optimizer: 1, learning_rate: 0.003 }]] as const)('goes on from a checkpoint bit for bit: %s', (_, hp) =>
    withRunner(async (trains) => {
      const candidate = { hp: { ...HP, ...hp } };
      const whole = await collect(trains.run(task(3, 6, candidate), { signal: calm() }));
      for (const from of [1, 4]) {
        const rest = await collect(trains.run(task(3, 6, candidate, from), { signal: calm(), checkpoint: whole.snapshots[from - 1] as Uint8Array }));
        expect(rest.epochs).toEqual([1, 2, 3, 4, 5, 6].slice(from));
        expect(rest.losses).toEqual(whole.losses.slice(2 * from));
        expect(Buffer.compare(Buffer.from(rest.snapshots.at(-1) ?? []), Buffer.from(whole.snapshots.at(-1) ?? []))).toBe(0);
      }
    }));

  it('two trials in turns give the curves that each gives alone', () =>
    withRunner(async (trains) => {
      const [a, b] = [task(1, 4), task(2, 4, { architecture: OTHER })];
      const [alone, other] = [await collect(trains.run(a, { signal: calm() })), await collect(trains.run(b, { signal: calm() }))];
      const [together, otherToo] = await Promise.all([collect(trains.run(a, { signal: calm() })), collect(trains.run(b, { signal: calm() }))]);
      expect(together).toEqual(alone);
      expect(otherToo).toEqual(other);
      expect(alone.losses).not.toEqual(other.losses);
    }));

  it('another trial number starts from other weights and sees another order', () =>
    withRunner(async (trains) => {
      const [one, two] = [await collect(trains.run(task(1, 1), { signal: calm() })), await collect(trains.run(task(2, 1), { signal: calm() }))];
      expect(one.losses).not.toEqual(two.losses);
    }));

  it('stops between epochs when told to', () =>
    withRunner(async (trains) => {
      const stop = new AbortController();
      const { epochs } = await collect(trains.run(task(0, 9), { signal: stop.signal }), (epoch) => epoch === 2 && stop.abort());
      expect(epochs).toEqual([1, 2]);
      expect((await collect(trains.run(task(0, 9), { signal: AbortSignal.abort() }))).epochs).toEqual([]);
    }));

  it('gives everything back where the caller walks away', () =>
    withRunner(async (trains) => {
      const before = gpu.device.pool.stats().inUse;
      for await (const { epoch } of trains.run(task(0, 9), { signal: calm() })) if (epoch === 1) break;
      expect(gpu.device.pool.stats().inUse).toBe(before);
    }));

  it('a loss that is not finite is the trial\'s own fault', () =>
    withRunner(async (trains) => {
      const error = await fault(trains.run(task(0, 9, { hp: { ...HP, learning_rate: 1e5 } }), { signal: calm() }));
      expect(error).toBeInstanceOf(TrialError);
      expect(error).toMatchObject({ kind: 'diverged' });
    }));

  it('an impossible architecture fails before memory is taken', () =>
    withRunner(async (trains) => {
      const { created } = gpu.device.pool.stats();
      const bad: [Partial<Candidate>, RegExp][] = [
        [{ architecture: net(conv(4, [11, 11], { padding: [0, 0] }), dense(CLASSES)) }, /shrink the window/],
        [{ architecture: net(pool('max', [2, 2], { padding: [2, 2] }), dense(CLASSES)) }, /padding below the window/],
        [{ architecture: net(conv(4, [3, 3])) }, /dense layer without activation at the end/],
        [{ architecture: net(dense(CLASSES - 1)) }, /at most 4 classes/],
        [{ architecture: { input: { ...INPUT, width: 7 }, layers: [dense(CLASSES)] } }, /images of 2x9x7/],
        [{ architecture: null }, /expected an architecture/],
        [{ hp: { ...HP, learning_rat: 1 } }, /learning_rate.*got learning_rat/],
        [{ hp: { ...HP, batch_size: 2.5 } }, /batch_size.*whole/],
      ];
      for (const [candidate, message] of bad) {
        const error = await fault(trains.run(task(0, 2, candidate), { signal: calm() }));
        expect(error).toBeInstanceOf(TrialError);
        expect(error).toMatchObject({ kind: 'invalid', message: expect.stringMatching(message) as string });
      }
      expect(gpu.device.pool.stats().created).toBe(created);
    }));

  it('a network beyond the device\'s limits or its own allowance fails as memory, and nothing stays taken', () =>
    withRunner(async (trains) => {
      const before = gpu.device.pool.stats().inUse;
      const wide = net(dense(2 ** 19, 'relu'), dense(CLASSES));
      const error = await fault(trains.run(task(0, 2, { architecture: wide }), { signal: calm() }));
      expect(error).toMatchObject({ kind: 'memory', message: expect.stringMatching(/expected .* of at most \d+, got \d+.*; use a/) as string });
      const many = await fault(trains.run(task(0, 2, { architecture: net(conv(30_000, [1, 1]), dense(CLASSES)), hp: { ...HP, batch_size: 1024 } }), { signal: calm() }));
      expect(many).toMatchObject({ kind: 'memory' });
      expect(gpu.device.pool.stats().inUse).toBe(before);
      expect((await collect(trains.run(task(0, 1), { signal: calm() }))).epochs).toEqual([1]);
    }));

  it('an allowance is checked before anything is taken', () =>
    withRunner(async (trains) => {
      const { created } = gpu.device.pool.stats();
      const error = await fault(trains.run(task(0, 2), { signal: calm() }));
      expect(error).toMatchObject({ kind: 'memory', message: expect.stringMatching(/at most 1000 bytes of buffers, got \d+/) as string });
      expect(gpu.device.pool.stats().created - created).toBeLessThanOrEqual(3);
    }, { maxBytes: 1000 }));

  it('refuses a checkpoint of another network or another epoch', () =>
    withRunner(async (trains) => {
      const { snapshots } = await collect(trains.run(task(0, 2), { signal: calm() }));
      const checkpoint = snapshots[1] as Uint8Array;
      const other = trains.run(task(0, 3, { architecture: OTHER }, 2), { signal: calm(), checkpoint });
      await expect(collect(other)).rejects.toThrow(/belongs to another network/);
      await expect(collect(trains.run(task(0, 3, {}, 1), { signal: calm(), checkpoint }))).rejects.toThrow(/checkpoint of epoch 1, got one of epoch 2/);
      await expect(collect(trains.run(task(0, 3, {}, 2), { signal: calm() }))).rejects.toThrow(/expected the bytes of checkpoint/);
    }));

  it('200 tiny trials leave the pool as it was', () =>
    withRunner(async (trains) => {
      const tiny = { architecture: net(dense(CLASSES)), hp: HP };
      await collect(trains.run(task(0, 1, tiny), { signal: calm() }));
      const before = gpu.device.pool.stats();
      for (let trial = 1; trial <= 200; trial++) await collect(trains.run(task(trial, 1, tiny), { signal: calm() }));
      expect(gpu.device.pool.stats()).toEqual(before);
    }));

  it('40 random architectures compile a bounded number of pipelines', () =>
    withRunner(async (trains) => {
      const rng = createRng('architectures');
      const counts: number[] = [];
      for (let trial = 0; trial < 40; trial++) {
        await collect(trains.run(task(trial, 1, { architecture: randomChain(rng.fork(trial)) }), { signal: calm() }));
        counts.push(gpu.device.pipelineCount);
      }
      expect(counts[39]).toBeLessThanOrEqual(60);
      // The list of variants is finite: the second half of the search finds nearly everything compiled.
      expect((counts[39] as number) - (counts[19] as number)).toBeLessThanOrEqual(4);
    }));
});

function randomChain(rng: ReturnType<typeof createRng>): Architecture {
  const layers: Architecture['layers'][number][] = [];
  for (let i = 0; i < 1 + rng.int(2); i++) {
    layers.push(conv(1 + rng.int(20), [rng.pick([1, 3, 5]), rng.pick([1, 3, 5])], { activation: rng.pick(['relu', 'none'] as const) }));
    if (rng.next() < 0.6) layers.push(pool(rng.pick(['max', 'average'] as const), rng.pick([[2, 2], [3, 2]] as const), { stride: rng.pick([[1, 1], [2, 2]] as const) }));
  }
  for (let i = 0; i < rng.int(3); i++) layers.push(dense(1 + rng.int(40), 'relu'));
  return net(...layers, dense(CLASSES));
}
