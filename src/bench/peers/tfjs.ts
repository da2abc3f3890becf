// TensorFlow.js's WebGPU backend on Dawn as a peer: a child process. It gets the same relief from Dawn's polling as we do, its tensors lie on
// the device beforehand, and nothing is read back within a round.
import type { PeerRuns, PeerTask } from './task.js';
import { servePeer } from './task.js';
import { openTfjs } from './tfjs-on-dawn.js';

interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

interface TfModel {
  compile(settings: object): void;
  trainOnBatch(x: TfTensor, y: TfTensor): Promise<number>;
  predictOnBatch(x: TfTensor): TfTensor;
}

/** What is used of TensorFlow.js. */
interface Tf {
  engine(): { runKernel(name: string, inputs: object, attributes: object): TfTensor };
  randomNormal(shape: readonly number[]): TfTensor;
  tensor(values: ArrayLike<number>, shape: readonly number[], type: string): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  conv2d(x: TfTensor, w: TfTensor, stride: number, padding: string): TfTensor;
  slice(x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor;
}

interface TfLayers {
  sequential(): TfModel & { add(layer: unknown): void };
  readonly layers: Readonly<Record<'embedding' | 'lstm' | 'dense', (settings: object) => unknown>>;
}

const { adapter, core: tf, layers } = await openTfjs<Tf, TfLayers>(process.argv[2]);

servePeer(adapter, async (task) => {
  const run = kernelOf(task);
  return run ?? languageModel(task);
});

/** One number of it: work is done in order, so all before it is done too, and hardly anything is read back. */
async function settle(last: TfTensor): Promise<void> {
  const corner = tf.slice(last, last.shape.map(() => 0), last.shape.map(() => 1));
  const [value] = await corner.data();
  corner.dispose();
  last.dispose();
  if (!Number.isFinite(value)) throw new Error(`expected a finite result, got ${value}`);
}

function repeated(once: () => TfTensor): PeerRuns {
  return {
    async run(count) {
      for (let i = 1; i < count; i++) once().dispose();
      await settle(once());
    },
  };
}

function kernelOf(task: PeerTask): PeerRuns | null {
  if (task.op === 'matmul') {
    const [a, b] = [tf.randomNormal([task.M, task.K]), tf.randomNormal([task.K, task.N])];
    return repeated(() => tf.matMul(a, b));
  }
  if (task.op !== 'conv2d') return null;
  const { batch, size, channels, filters, kernel, direction } = task;
  const inputShape = [batch, size, size, channels];
  const filterShape = [kernel, kernel, channels, filters];
  const [x, w, dy] = [tf.randomNormal(inputShape), tf.randomNormal(filterShape), tf.randomNormal([batch, size, size, filters])];
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined };
  if (direction === 'forward') return repeated(() => tf.conv2d(x, w, 1, 'same'));
  if (direction === 'grad_input') return repeated(() => tf.engine().runKernel('Conv2DBackpropInput', { dy, filter: w }, { ...attributes, inputShape }));
  return repeated(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape }));
}

/** Keras-like layers, plain SGD, sparse cross-entropy: what its users would write. */
async function languageModel(task: PeerTask): Promise<PeerRuns | string> {
  if (task.op !== 'language model') return `no such task: ${task.op}`;
  const { batch, steps, hidden, layers: depth, vocabulary, pass } = task;
  const model = layers.sequential();
  model.add(layers.layers.embedding({ inputDim: vocabulary, outputDim: hidden, inputLength: steps, batchInputShape: [batch, steps] }));
  for (let i = 0; i < depth; i++) model.add(layers.layers.lstm({ units: hidden, returnSequences: true, recurrentInitializer: 'glorotUniform', recurrentActivation: 'sigmoid' }));
  model.add(layers.layers.dense({ units: vocabulary, activation: 'softmax' }));
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const tokens = (offset: number): Float32Array => Float32Array.from({ length: batch * steps }, (_, i) => (i * 7919 + offset) % vocabulary);
  const [x, y] = [tf.tensor(tokens(0), [batch, steps], 'float32'), tf.tensor(tokens(1), [batch, steps, 1], 'float32')];
  return {
    async run(count) {
      for (let i = 0; i < count; i++) {
        if (pass === 'training') await model.trainOnBatch(x, y);
        else if (i < count - 1) model.predictOnBatch(x).dispose();
        else await settle(model.predictOnBatch(x));
      }
    },
  };
}
