// bench:peers, the other side: a child process that trains the same network with TensorFlow.js's WebGPU backend on Dawn. It
// gets what helps it: images on the device beforehand, batches as slices, the same relief from polling, one readback a round.
import { moments } from '../../data/index.js';
import { BATCH, BATCHES, type Contender, LEARNING_RATE, MOMENTUM, peerImages, serve } from './cnn-net.js';
import { openTfjs } from './tfjs-on-dawn.js';

/** Batches a round: at a tenth of our speed about as long as our epoch. */
const ROUND = 6;

type Shape = readonly number[];

interface TfTensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** What is used of TensorFlow.js. */
interface Tf {
  tidy<T>(work: () => T): T;
  variable(initial: TfTensor): TfTensor;
  zeros(shape: Shape): TfTensor;
  randomNormal(shape: Shape, mean: number, deviation: number): TfTensor;
  tensor(values: ArrayLike<number>, shape: Shape, type?: string): TfTensor;
  oneHot(labels: TfTensor, classes: number): TfTensor;
  slice(x: TfTensor, begin: Shape, size: Shape): TfTensor;
  reshape(x: TfTensor, shape: Shape): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  conv2d(x: TfTensor, w: TfTensor, stride: number, padding: string): TfTensor;
  maxPool(x: TfTensor, size: number, stride: number, padding: string): TfTensor;
  losses: { softmaxCrossEntropy(labels: TfTensor, logits: TfTensor): TfTensor };
  train: { momentum(rate: number, momentum: number): { minimize(loss: () => TfTensor, returnCost: boolean): TfTensor } };
}

async function open(adapter: string | undefined): Promise<Contender> {
  const { adapter: name, core: tf } = await openTfjs<Tf>(adapter);
  const step = trainingStep(tf);
  let at = 0;
  return {
    adapter: name,
    async round() {
      const begun = performance.now();
      let loss = step(at++);
      for (let i = 1; i < ROUND; i++) {
        loss.dispose();
        loss = step(at++);
      }
      const [value = NaN] = await loss.data();
      loss.dispose();
      return { samples: ROUND * BATCH, seconds: (performance.now() - begun) / 1000, loss: value };
    },
  };
}

function trainingStep(tf: Tf): (index: number) => TfTensor {
  const he = (shape: Shape, fanIn: number): TfTensor => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / fanIn)));
  const bias = (size: number): TfTensor => tf.variable(tf.zeros([size]));
  const [c1, b1, c2, b2] = [he([5, 5, 1, 16], 25), bias(16), he([5, 5, 16, 32], 400), bias(32)];
  const [d1, e1, d2, e2] = [he([1568, 128], 1568), bias(128), he([128, 10], 128), bias(10)];
  const convolved = (x: TfTensor, w: TfTensor, b: TfTensor): TfTensor => tf.maxPool(tf.relu(tf.add(tf.conv2d(x, w, 1, 'same'), b)), 2, 2, 'valid');
  const logits = (x: TfTensor): TfTensor => {
    const flat = tf.reshape(convolved(convolved(x, c1, b1), c2, b2), [BATCH, 1568]);
    return tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(flat, d1), e1)), d2), e2);
  };
  const { images, labels } = placeImages(tf);
  const optimizer = tf.train.momentum(LEARNING_RATE, MOMENTUM);
  return (index) =>
    tf.tidy(() =>
      optimizer.minimize(() => {
        const at = (index % BATCHES) * BATCH;
        return tf.losses.softmaxCrossEntropy(tf.slice(labels, [at, 0], [BATCH, 10]), logits(tf.slice(images, [at, 0, 0, 0], [BATCH, 28, 28, 1])));
      }, true));
}

/** One channel: N H W C has the bytes' own order. */
function placeImages(tf: Tf): { images: TfTensor; labels: TfTensor } {
  const set = peerImages();
  const { mean: [mean = 0], std: [std = 1] } = moments(set);
  const pixels = Float32Array.from(set.images, (byte) => (byte / 255 - mean) / std);
  const images = tf.tensor(pixels, [set.count, 28, 28, 1]);
  return { images, labels: tf.oneHot(tf.tensor(Int32Array.from(set.labels), [set.count], 'int32'), 10) };
}

await serve(open);
