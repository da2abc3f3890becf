// bench:peers, our side: a child process that trains the peer network with nn, an epoch a round.
import { moments } from '../../data/index.js';
import { openDevice } from '../../gpu/index.js';
import { openGpu, readKernels } from '../../host/index.js';
import { beginTraining, trainSettings, uploadImages } from '../../nn/index.js';
import { createChooser } from '../../tune/index.js';
import { BATCH, type Contender, LEARNING_RATE, MOMENTUM, PEER_NET, peerImages, serve } from './cnn-net.js';

async function open(adapter: string | undefined): Promise<Contender> {
  const gpu = await openGpu(adapter === undefined ? {} : { adapter });
  const device = await openDevice({ gpu, kernels: await readKernels() });
  const set = peerImages();
  const images = uploadImages(device, set, moments(set));
  const settings = trainSettings({ learning_rate: LEARNING_RATE, momentum: MOMENTUM, batch_size: BATCH });
  const context = { device, chooser: createChooser() };
  const training = await beginTraining(context, { architecture: PEER_NET, settings, seed: 'peers', train: images, validation: images });
  return {
    adapter: device.facts.name,
    async round() {
      const begun = performance.now();
      const { loss, rows } = await training.unjudgedEpoch();
      return { samples: rows, seconds: (performance.now() - begun) / 1000, loss };
    },
  };
}

await serve(open);
