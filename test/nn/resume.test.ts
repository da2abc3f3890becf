// A training that goes on from a snapshot is, bit for bit, the one that ran through: with every optimizer and schedule, clipping,
// layers that have rates and decays of their own, and augmented images, resident or streamed.
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/core/index.js';
import { moments, streamOf } from '../../src/data/index.js';
import { beginTraining, type EpochResult, feedOf, trainSettings } from '../../src/nn/index.js';
import { useDevice } from '../ops/fixture.js';
import { imagesOf, NETS } from './nets.js';

const gpu = useDevice();
const NET = NETS['conv, max pool twice, two dense'] as Architecture;
const EPOCHS = 4;
const SET = imagesOf(37);
const JUDGED = imagesOf(20, 1, 'test');

const CASES: readonly (readonly [string, Record<string, number>])[] = [
  ['RMSProp, a cosine, clipped', { optimizer: 2, learning_rate: 0.003, momentum: 0.5, lr_schedule: 2, lr_epochs: EPOCHS, clip_norm: 0.5 }],
  ['Nesterov, layers apart, augmented', { nesterov: 1, decoupled: 1, weight_decay: 0.01, 'rate_factor.0': 0.5, bias_decay_factor: 0, flip: 1, crop_padding: 2 }],
  ['AdamW, exponential', { optimizer: 1, learning_rate: 0.003, decoupled: 1, weight_decay: 0.01, lr_schedule: 1, lr_factor: 0.7 }],
];

interface Seen {
  readonly results: EpochResult[];
  readonly snapshots: Uint8Array[];
}

async function trained(hp: Record<string, number>, { streamed = false, checkpoint }: { streamed?: boolean; checkpoint?: Uint8Array } = {}): Promise<Seen> {
  const [train, validation] = [SET, JUDGED].map((set) => feedOf(gpu.device, streamed ? streamOf(set) : set, moments(SET))) as [ReturnType<typeof feedOf>, ReturnType<typeof feedOf>];
  const settings = trainSettings({ batch_size: 8, learning_rate: 0.02, ...hp });
  const training = await beginTraining(gpu.context(), { architecture: NET, settings, seed: 'resume', train, validation, ...(checkpoint ? { checkpoint } : {}) });
  const seen: Seen = { results: [], snapshots: [] };
  while (training.epochs < EPOCHS) {
    seen.results.push(await training.epoch());
    seen.snapshots.push(await training.snapshot());
  }
  [training, train, validation].forEach((held) => held.release());
  return seen;
}

describe('a resumed training', () => {
  it.each(CASES)('is the one that ran through: %s', async (_, hp) => {
    const whole = await trained(hp);
    for (const epoch of [1, 3]) {
      const rest = await trained(hp, { checkpoint: whole.snapshots[epoch - 1] as Uint8Array });
      expect(rest.results).toEqual(whole.results.slice(epoch));
      expect(Buffer.compare(rest.snapshots.at(-1) as Uint8Array, whole.snapshots.at(-1) as Uint8Array)).toBe(0);
    }
  });
});

describe('augmentation', () => {
  it('is the same whether images lie on the device or come a batch at a time', async () => {
    const hp = { flip: 1, crop_padding: 2 };
    expect((await trained(hp, { streamed: true })).results).toEqual((await trained(hp)).results);
  });

  it('changes what is trained on and not what is judged', async () => {
    const still = { learning_rate: 0 };
    const [plain, augmented] = [await trained(still), await trained({ ...still, flip: 1, crop_padding: 2 })];
    expect(augmented.results.map(({ validation }) => validation)).toEqual(plain.results.map(({ validation }) => validation));
    // Weights that never move meet every epoch's images: the same loss again without augmentation, another one with it.
    const losses = ({ results }: Seen): number => new Set(results.map(({ train }) => train.loss.toFixed(5))).size;
    expect([losses(plain), losses(augmented)]).toEqual([1, EPOCHS]);
  });
});
