// Networks with batch norm, dropout and residual blocks: their state survives a checkpoint bit for bit, evaluations use what
// training kept, and every image network of the paper trains.
import { describe, expect, it } from 'vitest';
import { type Architecture, networkByName, type RunnerEpoch, type Task } from '../../src/core/index.js';
import { decodeSafetensors, encodeSafetensors, moments } from '../../src/data/index.js';
import { evaluate, flatWeights, namedWeights, TrainRunner } from '../../src/nn/index.js';
import { useDevice } from '../ops/fixture.js';
import { batchNorm, CLASSES, conv, DEEP_NETS, dense, fieldsOf, imageField, imagesOf, net, pool, randomWeights, residual } from './nets.js';
import { exact } from './oracle/arithmetic.js';
import { look } from './oracle/network.js';

const gpu = useDevice();
const HP = { learning_rate: 0.02, momentum: 0.9, weight_decay: 1e-4, batch_size: 8 };

const STATEFUL = net(
  conv(4, [3, 3], { activation: 'none', bias: false }), batchNorm(), { type: 'dropout', rate: 0.3 }, pool('max', [2, 2]),
  residual([conv(4, [3, 3], { activation: 'none', bias: false }), batchNorm('none', { momentum: 0.7 })]),
  { type: 'dropout', rate: 0.5 }, dense(CLASSES),
);

async function epochs(architecture: Architecture, { until, from, hp = HP }: { until: number; from?: { epoch: number; bytes: Uint8Array }; hp?: Record<string, number> }): Promise<{ losses: number[]; snapshots: Uint8Array[] }> {
  const { input } = architecture;
  const runner = new TrainRunner({ context: gpu.context(), train: imagesOf(37, 1, 'train', input), validation: imagesOf(20, 1, 'test', input), seed: 5 });
  const ref = from ? { from: { key: 'k', hash: 'h', epoch: from.epoch } } : {};
  const task: Task = { trial: 1, attempt: 1, until, candidate: { architecture, ap: {}, hp }, ...ref };
  const seen = { losses: [] as number[], snapshots: [] as Uint8Array[] };
  const context = { signal: new AbortController().signal, ...(from ? { checkpoint: from.bytes } : {}) };
  try {
    for await (const { metrics, value, snapshot } of runner.run(task, context) as AsyncIterable<RunnerEpoch>) {
      seen.losses.push(metrics?.train_loss ?? NaN, metrics?.validation_loss ?? NaN, value);
      seen.snapshots.push(await snapshot());
    }
  } finally {
    runner.release();
  }
  return seen;
}

describe('batch norm and dropout in training', () => {
  it.each([['sgd', {}], ['adam', { optimizer: 1, learning_rate: 0.003 }]] as const)('go on from a checkpoint bit for bit: %s', async (_, more) => {
    const hp = { ...HP, ...more };
    const whole = await epochs(STATEFUL, { until: 5, hp });
    for (const epoch of [1, 3]) {
      const rest = await epochs(STATEFUL, { until: 5, hp, from: { epoch, bytes: whole.snapshots[epoch - 1] as Uint8Array } });
      expect(rest.losses).toEqual(whole.losses.slice(3 * epoch));
      expect(Buffer.compare(Buffer.from(rest.snapshots.at(-1) ?? []), Buffer.from(whole.snapshots.at(-1) ?? []))).toBe(0);
    }
  });

  it('a checkpoint of another architecture is refused, one that differs in dropout alone too', async () => {
    const { snapshots: [bytes] } = await epochs(STATEFUL, { until: 1 });
    const other = { ...STATEFUL, layers: STATEFUL.layers.map((layer) => (layer.type === 'dropout' ? { ...layer, rate: 0.1 } : layer)) };
    await expect(epochs(other, { until: 2, from: { epoch: 1, bytes: bytes as Uint8Array } })).rejects.toThrow(/expected weights of architecture .*belongs to another network/);
  });
});

describe('an evaluation of a network with', () => {
  it.each(Object.entries({ ...DEEP_NETS, 'batch norm, dropout and a block': STATEFUL }))('%s sees what the oracle sees', async (name, architecture) => {
    const set = imagesOf(70);
    const scale = moments(set);
    const weights = randomWeights(architecture, name);
    const want = look(exact, architecture, fieldsOf(architecture, weights), imageField(set, scale), [...set.labels]);
    const got = await evaluate(gpu.context(), { architecture, weights, moments: scale }, set);
    expect(Math.abs(got.loss - want.loss)).toBeLessThan(want.lossBound + 70 * 2 ** -24 * want.loss);
  });

  it('statistics: named weights hold them, through a file and back', () => {
    const flat = randomWeights(STATEFUL, 'named');
    const named = namedWeights(STATEFUL, flat);
    expect([...named.keys()]).toEqual([
      'layers.0.weight', 'layers.1.weight', 'layers.1.bias', 'layers.4.body.0.weight', 'layers.4.body.1.weight', 'layers.4.body.1.bias', 'layers.6.weight', 'layers.6.bias',
      'layers.1.running_mean', 'layers.1.running_var', 'layers.4.body.1.running_mean', 'layers.4.body.1.running_var',
    ]);
    expect(flatWeights(STATEFUL, decodeSafetensors(encodeSafetensors({ tensors: named, metadata: {} })).tensors)).toEqual(flat);
  });
});

describe('every image network of the paper', () => {
  it.each([
    ['cuda-convnet:multiplier=.25', { learning_rate: 0.01 }],
    ['resnet-8:filters=4', { learning_rate: 0.05 }],
    ['resnet-14:filters=3,kernel=5', { learning_rate: 0.05 }],
    ['resnet-39:filters=4', { learning_rate: 0.02 }],
    ['alexnet-small:multiplier=.1,units=160', { learning_rate: 0.01 }],
    ['metaqnn:[C(64,3,1), C(64,1,1), D(1,2), P(3,2), C(64,3,1), D(2,2), GAP(10), SM(10)]', { learning_rate: 0.003, optimizer: 1 }],
  ])('trains: %s', async (name, hp) => {
    const architecture = networkByName(name, { input: { channels: 2, height: 32, width: 30 }, classes: CLASSES });
    const { losses } = await epochs(architecture, { until: 4, hp: { batch_size: 8, ...hp } });
    expect(losses[9]).toBeLessThan(losses[0] as number);
  });
});
