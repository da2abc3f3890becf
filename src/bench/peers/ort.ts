// ONNX Runtime for Node as a peer, on its WebGPU or its CPU provider: a child process. Operands are constants of the model, so a run uploads
// nothing; its output comes back to the CPU, which its Node package cannot avoid (counted: users pay it too).
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PACKAGE_ROOT } from '../../host/index.js';
import { type Encoder, encodeModel, type OnnxGraph, type OnnxTensor } from './onnx-model.js';
import { type PeerTask, servePeer } from './task.js';

interface Session {
  run(feeds: object): Promise<Readonly<Record<string, { dispose?(): void }>>>;
}

interface Ort {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
}

const provider = process.argv[3] === 'cpu' ? 'cpu' : 'webgpu';
const peers = join(PACKAGE_ROOT, '.cache', 'peers');
const ort = createRequire(join(peers, 'package.json'))('onnxruntime-node') as Ort;
const { default: Pbf } = (await import(pathToFileURL(join(peers, 'node_modules', 'pbf', 'index.js')).href)) as { default: new () => Encoder };

servePeer(`ONNX Runtime ${provider}`, async (task) => {
  const graph = graphOf(task);
  if (typeof graph === 'string') return graph;
  // With optimisations on it would compute the constants' product once and for all.
  const session = await ort.InferenceSession.create(encodeModel(new Pbf(), graph), { executionProviders: [provider], graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
  return {
    async run(count) {
      for (let i = 0; i < count; i++) for (const output of Object.values(await session.run({}))) output.dispose?.();
    },
  };
});

function graphOf(task: PeerTask): OnnxGraph | string {
  switch (task.op) {
    case 'matmul':
      return {
        nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['y'] }],
        weights: [floats('a', [task.M, task.K]), floats('b', [task.K, task.N])],
        output: { name: 'y', dims: [task.M, task.N] },
      };
    case 'conv2d': {
      if (task.direction !== 'forward') return 'ONNX Runtime for Node computes no gradients';
      const { batch, size, channels, filters, kernel } = task;
      const pad = (kernel - 1) / 2;
      return {
        nodes: [{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes: { pads: [pad, pad, pad, pad], strides: [1, 1], kernel_shape: [kernel, kernel] } }],
        weights: [floats('x', [batch, channels, size, size]), floats('w', [filters, channels, kernel, kernel])],
        output: { name: 'y', dims: [batch, filters, size, size] },
      };
    }
    case 'language model':
      return task.pass === 'forward' ? languageGraph(task) : 'ONNX Runtime for Node trains nothing';
  }
}

/** Embedding, layers of LSTM, head; logits out. */
function languageGraph({ batch, steps, hidden, layers, vocabulary }: Extract<PeerTask, { op: 'language model' }>): OnnxGraph {
  const tokens = BigInt64Array.from({ length: steps * batch }, (_, i) => BigInt((i * 7919) % vocabulary));
  const depth = Array.from({ length: layers }, (_, i) => i);
  const input = (i: number): string => (i === 0 ? 'embedded' : `flat${i - 1}`);
  return {
    nodes: [
      { op: 'Gather', inputs: ['table', 'tokens'], outputs: ['embedded'] },
      ...depth.flatMap((i) => [
        { op: 'LSTM', inputs: [input(i), `w${i}`, `r${i}`, `b${i}`], outputs: [`hidden${i}`], attributes: { hidden_size: hidden } },
        { op: 'Squeeze', inputs: [`hidden${i}`, 'direction'], outputs: [`flat${i}`] },
      ]),
      { op: 'MatMul', inputs: [input(layers), 'head'], outputs: ['y'] },
    ],
    weights: [
      floats('table', [vocabulary, hidden]),
      { name: 'tokens', dims: [steps, batch], values: tokens },
      { name: 'direction', dims: [1], values: BigInt64Array.of(1n) },
      ...depth.flatMap((i) => [floats(`w${i}`, [1, 4 * hidden, hidden]), floats(`r${i}`, [1, 4 * hidden, hidden]), floats(`b${i}`, [1, 8 * hidden])]),
      floats('head', [hidden, vocabulary]),
    ],
    output: { name: 'y', dims: [steps, batch, vocabulary] },
  };
}

function floats(name: string, dims: readonly number[]): OnnxTensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { name, dims, values: Float32Array.from({ length: size }, (_, i) => ((i * 2654435761) % 1000) / 5000 - 0.1) };
}
