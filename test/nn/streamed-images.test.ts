// Images that are uploaded a batch at a time, and nothing that trains or is judged may notice: the same bits as from a resident set.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Architecture, createRng, DataError } from '../../src/core/index.js';
import { type ImageBatch, type ImageStream, moments, streamMoments, streamOf, takeImages, takeStream } from '../../src/data/index.js';
import { beginTraining, evaluate, feedOf, type ImageFeed, predictClasses, TrainRunner, trainSettings } from '../../src/nn/index.js';
import { useDevice } from '../ops/fixture.js';
import { imagesOf, NETS, randomWeights } from './nets.js';

const gpu = useDevice();
const SET = imagesOf(37);
const JUDGED = imagesOf(21, 1, 'test');
const SCALE = moments(SET);
const NET = NETS['conv, max pool twice, two dense'] as Architecture;

afterEach(() => vi.restoreAllMocks());

async function trained(train: ImageFeed, validation: ImageFeed, hp: Readonly<Record<string, number>> = {}): Promise<unknown> {
  const training = await beginTraining(gpu.context(), { architecture: NET, settings: trainSettings({ batch_size: 8, ...hp }), seed: 'stream', train, validation });
  const results = [await training.epoch(), await training.epoch(), await training.epoch()];
  const snapshot = await training.snapshot();
  training.release();
  train.release();
  validation.release();
  return { results, snapshot };
}

const resident = (): Promise<unknown> => trained(feedOf(gpu.device, SET, SCALE), feedOf(gpu.device, JUDGED, SCALE));

/** Batches come late and at times of their own. */
function late(stream: ImageStream): ImageStream {
  const rng = createRng('late');
  return {
    ...stream,
    async *batches(order, size) {
      for await (const batch of stream.batches(order, size)) {
        await new Promise((resolve) => setTimeout(resolve, rng.int(5)));
        yield batch;
      }
    },
  };
}

/** Without these images, as a folder with unreadable files gives it. */
function without(stream: ImageStream, gone: readonly number[]): ImageStream {
  const length = stream.channels * stream.height * stream.width;
  const kept = ({ start, images, labels, numbers }: ImageBatch): ImageBatch => {
    const rows = [...numbers.keys()].filter((row) => !gone.includes(numbers[row] ?? -1));
    const bytes = Uint8Array.from(rows.flatMap((row) => [...images.subarray(row * length, (row + 1) * length)]));
    return { start, images: bytes, labels: Uint32Array.from(rows, (row) => labels[row] ?? 0), numbers: Uint32Array.from(rows, (row) => numbers[row] ?? 0) };
  };
  return {
    ...stream,
    async *batches(order, size) {
      for await (const batch of stream.batches(order, size)) {
        const rest = kept(batch);
        if (rest.labels.length > 0) yield rest;
      }
    },
  };
}

describe('streamed images', () => {
  it('train and judge bit for bit as resident ones do, however late they come', async () => {
    const streamed = await trained(feedOf(gpu.device, late(streamOf(SET)), SCALE), feedOf(gpu.device, late(streamOf(JUDGED)), SCALE));
    expect(streamed).toEqual(await resident());
  });

  it('are mirrored and moved by the same chances', async () => {
    const augmented = { flip: 1, crop_padding: 2 };
    const streamed = await trained(feedOf(gpu.device, late(streamOf(SET)), SCALE), feedOf(gpu.device, JUDGED, SCALE), augmented);
    const whole = await trained(feedOf(gpu.device, SET, SCALE), feedOf(gpu.device, JUDGED, SCALE), augmented);
    expect(streamed).toEqual(whole);
    expect(whole).not.toEqual(await resident());
  });

  it('one side streamed is enough', async () => {
    expect(await trained(feedOf(gpu.device, SET, SCALE), feedOf(gpu.device, streamOf(JUDGED), SCALE))).toEqual(await resident());
  });

  it('one submit a step, nothing read back within an epoch', async () => {
    const [train, validation] = [feedOf(gpu.device, streamOf(SET), SCALE), feedOf(gpu.device, streamOf(JUDGED), SCALE)];
    const training = await beginTraining(gpu.context(), { architecture: NET, settings: trainSettings({ batch_size: 8 }), seed: 'stream', train, validation });
    const submits = vi.spyOn(gpu.device.gpu.queue, 'submit');
    const reads = vi.spyOn(gpu.device, 'readAll');
    await training.epoch();
    // 5 batches of training, 3 of validation; clearing the sums, and the one readback at the end.
    expect(submits.mock.calls.length).toBe(5 + 3 + 2);
    expect(reads).toHaveBeenCalledTimes(1);
    [training, train, validation].forEach((resource) => resource.release());
  });

  it('are classified and judged as resident ones', async () => {
    const network = { architecture: NET, moments: SCALE, weights: randomWeights(NET, 'classes') };
    expect(await predictClasses(gpu.context(), network, streamOf(SET))).toEqual(await predictClasses(gpu.context(), network, SET));
    expect(await evaluate(gpu.context(), network, streamOf(SET))).toEqual(await evaluate(gpu.context(), network, SET));
    await expect(predictClasses(gpu.context(), network, without(streamOf(SET), [3]))).rejects.toThrow(DataError);
  });

  it('what is skipped is not counted, also a whole batch of it', async () => {
    const gone = [1, 2, 30, 31];
    const rest = [...SET.labels.keys()].filter((i) => !gone.includes(i));
    const network = { architecture: NET, moments: SCALE, weights: randomWeights(NET, 'skip') };
    const judged = await evaluate(gpu.context(), network, without(streamOf(SET), gone));
    const whole = await evaluate(gpu.context(), network, takeImages(SET, rest));
    expect(judged.accuracy).toBe(whole.accuracy);
    expect(judged.loss).toBeCloseTo(whole.loss, 5);
    const halves = without(streamOf(SET), [...SET.labels.keys()].slice(0, 16));
    const [train, validation] = [feedOf(gpu.device, halves, SCALE), feedOf(gpu.device, JUDGED, SCALE)];
    await trained(train, validation);
  });

  it('a stream that breaks ends the epoch with its own error, and nothing stays taken', async () => {
    const broken: ImageStream = {
      ...streamOf(SET),
      async *batches(order, size) {
        for await (const batch of streamOf(SET).batches(order, size)) {
          if (batch.start >= 16) throw new DataError('broken.jpg: expected a JPEG, got noise');
          yield batch;
        }
      },
    };
    const runner = new TrainRunner({ context: gpu.context(), train: broken, validation: JUDGED, seed: 5, moments: SCALE });
    const before = gpu.device.pool.stats().inUse;
    const task = { trial: 0, attempt: 1, until: 2, candidate: { architecture: NET, ap: {}, hp: { batch_size: 8 } } };
    await expect(runner.run(task, { signal: new AbortController().signal }).next()).rejects.toThrow(/broken.jpg/);
    expect(gpu.device.pool.stats().inUse).toBe(before);
    runner.release();
  });

  it('feed a runner, whose moments are then handed in', async () => {
    const options = { context: gpu.context(), validation: JUDGED, seed: 5 };
    expect(() => new TrainRunner({ ...options, train: streamOf(SET) })).toThrow(/moments/);
    const curve = async (runner: TrainRunner): Promise<unknown[]> => {
      const seen: unknown[] = [];
      const task = { trial: 0, attempt: 1, until: 2, candidate: { architecture: NET, ap: {}, hp: { batch_size: 8 } } };
      for await (const { value, metrics } of runner.run(task, { signal: new AbortController().signal })) seen.push(value, metrics);
      runner.release();
      return seen;
    };
    const streamed = await curve(new TrainRunner({ ...options, train: streamOf(SET), moments: await streamMoments(streamOf(SET), 1) }));
    expect(streamed).toEqual(await curve(new TrainRunner({ ...options, train: SET })));
  });
});

describe('a stream', () => {
  it('has the moments of the set it comes from', async () => {
    expect(await streamMoments(streamOf(SET), 1)).toEqual(SCALE);
  });

  it('may be a part of another, and numbers its images from 0', async () => {
    const indices = Uint32Array.of(30, 4, 4, 12, 0, 36);
    const part = takeStream(streamOf(SET), indices, 'part');
    const order = Uint32Array.of(5, 1, 2, 0, 3);
    const [wanted, got]: [ImageBatch[], ImageBatch[]] = [[], []];
    for await (const batch of streamOf(takeImages(SET, indices)).batches(order, 2)) wanted.push(batch);
    for await (const batch of part.batches(order, 2)) got.push(batch);
    expect(got).toEqual(wanted);
    const short: number[] = [];
    for await (const { numbers } of takeStream(without(streamOf(SET), [4]), indices).batches(order, 2)) short.push(...numbers);
    expect(short).toEqual([5, 0, 3]);
    expect([part.name, part.count, [...part.labels]]).toEqual(['part', 6, [...takeImages(SET, indices).labels]]);
  });
});
