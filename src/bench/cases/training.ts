// Whole training steps: gather, forward, loss, backward, update, as a search runs them.
import { forwardFlops } from '../../core/index.js';
import { moments } from '../../data/index.js';
import type { Device } from '../../gpu/index.js';
import { beginTraining, trainSettings, uploadImages } from '../../nn/index.js';
import { BATCH, LEARNING_RATE, MOMENTUM, PEER_NET, peerImages } from '../peers/cnn-net.js';
import type { BenchCase, OpenCase, Runnable } from './case.js';
import { preferring, stepChoices } from './whole-steps.js';

/** Forward, and twice that backward: gradients of inputs and of weights. */
const PASSES = 3;

/** The peer CNN at its batch. */
export function peerTrainingCase(): BenchCase {
  return {
    name: 'training step',
    shape: `peer CNN, batch ${BATCH}`,
    axes: { batch: BATCH },
    flops: PASSES * BATCH * forwardFlops(PEER_NET),
    // Activations stay in caches or not: the least traffic of a whole step is not a useful bound.
    bytes: 0,
    oracle: 'the loss of an epoch beside the same epoch by plain kernels, within 1 %',
    items: { count: BATCH, unit: 'samples' },
    choices: stepChoices,
    open: (device) => openTraining(device),
  };
}

async function openTraining(device: Device): Promise<OpenCase> {
  const set = peerImages();
  const images = uploadImages(device, set, moments(set));
  const begin = (variant: string) =>
    beginTraining(
      { device, chooser: preferring(variant) },
      { architecture: PEER_NET, settings: trainSettings({ learning_rate: LEARNING_RATE, momentum: MOMENTUM, batch_size: BATCH }), seed: 'bench', train: images, validation: images },
    );
  const firstLoss = async (variant: string): Promise<number> => {
    const training = await begin(variant);
    const { loss } = await training.unjudgedEpoch();
    training.release();
    return loss;
  };
  let plain: Promise<number> | null = null;
  return {
    async prepare({ variant }): Promise<Runnable> {
      const training = await begin(variant);
      const { program } = training.program;
      await training.unjudgedEpoch();
      return {
        run: () => program.run(),
        time: (timer) => program.time(timer),
        async check() {
          plain ??= firstLoss('plain');
          const [got, want] = [await firstLoss(variant), await plain];
          return Math.abs(got - want) <= 0.01 * want ? null : `loss of an epoch: got ${got}, want ${want} within 1 %`;
        },
        release: () => training.release(),
      };
    },
    release: () => images.release(),
  };
}
