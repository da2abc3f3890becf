// A machine for the command line's tests: it trains nothing, needs no GPU, and can be told to be slow or to lose its device.
// FAKE_EPOCH_MS: how long an epoch takes. FAKE_SIDE: pixels. FAKE_LOSSES: a file with the
// number of attempts at epoch 2 of trial 1 (of trial 0 where a net is trained alone) that lose the device. FAKE_ADAPTER, FAKE_ADDON: `none` = it is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRng, DeviceLostError, NativeError, TrialError, type Candidate, type RunnerEpoch } from '../../src/core/index.js';
import { syntheticImages, type ImageSet, type ImageStream } from '../../src/data/index.js';
import { loadDataSet, loadText, openImageData } from '../../src/host/index.js';
import { nativeSolver } from '../../src/predict/index.js';
import type { Machine, Trainer } from '../../src/cli/machine.js';

/** Of the synthetic images, in pixels. */
const side = Number(process.env['FAKE_SIDE'] ?? 8);
const epochMs = Number(process.env['FAKE_EPOCH_MS'] ?? 0);
/** A file that counts across processes, so that a resumed process knows what was lost before. */
const lossFile = process.env['FAKE_LOSSES'];
const lossTrial = process.argv[2] === 'train' ? 0 : 1;

export const fakeMachine: Machine = {
  adapter: () => Promise.resolve({ name: 'fake' }),
  loadData: (data, log) =>
    data === 'synthetic' ? Promise.resolve(syntheticImages({ seed: 1, train: 300, test: 50, height: side, width: side })) : loadDataSet(data, { log }),
  openImages: async (data, options, log) =>
    data === 'synthetic'
      ? { ...(await fakeMachine.loadData(data, log)), validation: null, decoding: null, skipped: () => 0 }
      : openImageData(data, { ...options, log }),
  openText: (data) => Promise.resolve(loadText(data)),
  openLanguageTrainer: () => Promise.resolve({ ...fakeTrainer(), evaluate: () => Promise.resolve({ perplexity: 90, accuracy: 0.3 }), tensors: () => new Map() }),
  openTrainer: () => {
    if (process.env['FAKE_ADAPTER'] === 'none') throw new DeviceLostError('expected a WebGPU adapter, got none; install a Vulkan driver');
    return Promise.resolve(fakeTrainer());
  },
  openSolver: () => {
    if (process.env['FAKE_ADDON'] === 'none') throw new NativeError('the native addon did not load; apt install g++ make python3');
    return Promise.resolve(nativeSolver);
  },
  openCompute: () => Promise.reject(new DeviceLostError('expected a WebGPU adapter, got none; install a Vulkan driver')),
  classify: (_weights, images) => Promise.resolve(images.labels.map((label, i) => (i % 5 === 0 ? (label + 1) % images.classes : label))),
  tune: () => Promise.reject(new DeviceLostError('expected a WebGPU adapter, got none; install a Vulkan driver')),
  openBenchDevice: () => Promise.reject(new DeviceLostError('expected a WebGPU adapter, got none; install a Vulkan driver')),
  environment: () => ({ node: process.version }),
  doctor: () =>
    Promise.resolve({ checks: [{ name: 'adapter', ok: false, detail: 'none', mend: 'install one' }], facts: { adapter: null } }),
};

function fakeTrainer(): Trainer {
  return {
    adapter: { name: 'fake' },
    async *run(task, { signal, checkpoint }) {
      const from = checkpoint === undefined ? 0 : (JSON.parse(new TextDecoder().decode(checkpoint)) as { epoch: number }).epoch;
      for (let epoch = from + 1; epoch <= task.until && !signal.aborted; epoch++) {
        await new Promise((resolve) => setTimeout(resolve, epochMs));
        if (task.trial === lossTrial && epoch === 2) loseDevice();
        if (task.trial === 3) throw new TrialError('diverged', 'the loss was NaN in epoch 1');
        yield epochOf(task.candidate, epoch);
      }
    },
    evaluate: (_candidate, _checkpoint, images: ImageSet | ImageStream) => Promise.resolve({ accuracy: 0.75, loss: images.count }),
    weights: () => ({ tensors: new Map([['layers.0.weight', { shape: [1], data: Float32Array.of(1) }]]), metadata: { format: 'fake' } }),
    pipelines: () => 7,
    close: () => undefined,
  };
}

function loseDevice(): void {
  if (lossFile === undefined) return;
  const left = Number(readFileSync(lossFile, 'utf8'));
  if (left <= 0) return;
  writeFileSync(lossFile, String(left - 1));
  throw new DeviceLostError('the adapter was lost (fake)');
}

function epochOf(candidate: Candidate, epoch: number): RunnerEpoch {
  const rng = createRng(JSON.stringify(candidate.hp));
  const top = rng.uniform(0.5, 0.9);
  const value = top - 0.4 * Math.exp(-epoch / rng.uniform(1, 3)) + 0.002 * rng.fork(epoch).normal();
  return { epoch, value, seconds: 0.1, snapshot: () => Promise.resolve(new TextEncoder().encode(JSON.stringify({ epoch }))) };
}
