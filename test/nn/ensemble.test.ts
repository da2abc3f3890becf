// Ensembles: scores on the GPU beside f64, a step's gradients beside differences of the f64 forward pass, training that learns and repeats itself.
import { describe, expect, it } from 'vitest';
import { TrialError } from '../../src/core/index.js';
import { type EnsembleSet, type EnsembleSpec, ensembleParameters, type EnsembleTraining, initialWeights, scoresOnCpu, scoresOnGpu, trainEnsemble, trainSettings } from '../../src/nn/index.js';
import type { GraphNumbers } from '../../src/ops/index.js';
import { testRng, useDevice } from '../ops/fixture.js';

const gpu = useDevice();

const GRAPH: EnsembleSpec = { members: 3, graph: { words: 5, nodes: 6, channels: [12, 8] }, features: 2, dense: [7], dropout: 0 };
const ROWS: EnsembleSpec = { members: 2, graph: null, features: 5, dense: [16, 8], dropout: 0 };

function drawnGraph(name: string, most: number): GraphNumbers {
  const rng = testRng(name);
  const nodes = 2 + rng.int(most - 1);
  const edges = Array.from({ length: nodes }, (_, to) => Array.from({ length: to }, (_f, from) => [from, to] as const)).flat().filter(() => rng.next() < 0.6);
  return { words: Array.from({ length: nodes }, () => rng.int(6)), edges };
}

function setOf(spec: EnsembleSpec, count: number): EnsembleSet {
  const rng = testRng('ensemble set');
  const graphs = spec.graph === null ? null : Array.from({ length: count }, (_, i) => drawnGraph(`graph ${i}`, spec.graph?.nodes ?? 1));
  return { count, graphs, features: Float32Array.from({ length: count * spec.features }, () => rng.normal()) };
}

const rowAt = (spec: EnsembleSpec, { features }: EnsembleSet, i: number): Float32Array => features.subarray(i * spec.features, (i + 1) * spec.features);
const firstWeights = (spec: EnsembleSpec) => initialWeights(ensembleParameters(spec), testRng('weights'));

function cpu(spec: EnsembleSpec, set: EnsembleSet, weights: Float32Array): Float64Array[] {
  return Array.from({ length: set.count }, (_, i) => scoresOnCpu(spec, weights, set.graphs?.[i] ?? null, rowAt(spec, set, i)));
}

/** SGD at rate 1 without momentum: what a step takes off the weights is the gradient. */
const PLAIN = trainSettings({ learning_rate: 1, momentum: 0, batch_size: 64 });

function training(spec: EnsembleSpec, set: EnsembleSet, change: Partial<EnsembleTraining> = {}): EnsembleTraining {
  const targets = Float32Array.from({ length: set.count }, (_, i) => Math.sin(3 * i));
  const rows = Array.from({ length: spec.members }, () => Array.from({ length: set.count }, (_, i) => i));
  return { spec, set, targets, rows, settings: PLAIN, loss: 'squares', epochs: 1, seed: 'ensemble', ...change };
}

describe.each([['graph', GRAPH], ['rows', ROWS]] as const)('an ensemble on %s', (_name, spec) => {
  it('scores as f64 does', async () => {
    const set = setOf(spec, 300);
    const weights = firstWeights(spec);
    const [got, want] = [await scoresOnGpu(gpu.context(), spec, weights, set), cpu(spec, set, weights)];
    // Three products of at most 24 terms of size 1 and means after two of them: 2 sqrt(K) 2^-24 each, times weights' row sums below 8.
    const far = want.flatMap((row, i) => [...row].map((value, e) => Math.abs(value - (got[e * set.count + i] ?? NaN))));
    expect(Math.max(...far)).toBeLessThan(3 * 2 * Math.sqrt(24) * 2 ** -24 * 8);
    expect(new Set(want.map((row) => row[0])).size).toBeGreaterThan(100);
  });

  it.each(['squares', 'pairs'] as const)('has the gradients of differences of %s', async (loss) => {
    const set = setOf(spec, 9);
    const from = firstWeights(spec);
    const request = training(spec, set, { from, loss });
    const after = await trainEnsemble(gpu.context(), request);
    const { slices } = ensembleParameters(spec);
    const lossOf = (weights: Float32Array, member: number): number => {
      const scores = cpu(spec, set, weights).map((row) => row[member] ?? NaN);
      const t = request.targets;
      if (loss === 'squares') return scores.reduce((sum, s, i) => sum + (s - (t[i] ?? NaN)) ** 2, 0) / set.count;
      const pairs = scores.flatMap((s, i) => scores.flatMap((other, j) => ((t[i] ?? NaN) > (t[j] ?? NaN) ? [Math.log1p(Math.exp(other - s))] : [])));
      return pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
    };
    for (const { start, size, name } of slices) {
      const gradients = Array.from({ length: size }, (_, i) => (from[start + i] ?? NaN) - (after[start + i] ?? NaN));
      const scale = Math.max(...gradients.map(Math.abs));
      expect(scale, name).toBeGreaterThan(0);
      for (const at of [0, Math.floor(size / 3), size - 1]) {
        const member = Math.floor((at * spec.members) / size);
        const moved = (by: number): number => lossOf(from.map((w, i) => (i === start + at ? w + by : w)), member);
        // The weights are f32: a step of 2^-9 is exact on them to 2^-14 of itself; a ReLU's kink within it would show as a far larger difference.
        const step = 2 ** -9;
        expect(Math.abs((moved(step) - moved(-step)) / (2 * step) - (gradients[at] ?? NaN)), `${name} ${at}`).toBeLessThan(2e-3 * scale + 2e-6);
      }
    }
  });

  it('learns', async () => {
    const set = setOf(spec, 40);
    const targets = Float32Array.from(set.graphs ?? Array.from({ length: 40 }, (_, i) => ({ edges: { length: rowAt(spec, set, i)[0] ?? 0 } })), ({ edges }) => edges.length / 4);
    const settings = trainSettings({ optimizer: 1, learning_rate: 0.02, weight_decay: 1e-4, decoupled: 1, lr_schedule: 2, lr_epochs: 120, batch_size: 16 });
    const request = training(spec, set, { targets, settings, epochs: 120, rows: Array.from({ length: spec.members }, (_, e) => Array.from({ length: 40 - e }, (_r, i) => i)) });
    const weights = await trainEnsemble(gpu.context(), request);
    const mean = targets.reduce((sum, t) => sum + t, 0) / 40;
    const error = (of: (i: number) => number): number => targets.reduce((sum, t, i) => sum + (of(i) - t) ** 2, 0);
    const scores = cpu(spec, set, weights);
    for (let e = 0; e < spec.members; e++) expect(error((i) => scores[i]?.[e] ?? NaN)).toBeLessThan(0.2 * error(() => mean));
    expect(scores[0]?.[0]).not.toBe(scores[0]?.[1]);
  });
});

describe('an ensemble', () => {
  it('is the same again for the same seed, dropout and orders included, and goes on from given weights', async () => {
    const request = training({ ...GRAPH, dropout: 0.2 }, setOf(GRAPH, 30), { settings: trainSettings({ optimizer: 1, learning_rate: 0.01, batch_size: 8 }), epochs: 5 });
    const weights = await trainEnsemble(gpu.context(), request);
    expect(await trainEnsemble(gpu.context(), request)).toEqual(weights);
    expect(await trainEnsemble(gpu.context(), { ...request, seed: 'another' })).not.toEqual(weights);
    const still = await trainEnsemble(gpu.context(), { ...request, from: weights, epochs: 0 });
    expect(still).toEqual(weights);
  });

  it('says that it diverged', async () => {
    const set = setOf(ROWS, 20);
    const targets = new Float32Array(20).fill(3e38);
    await expect(trainEnsemble(gpu.context(), training(ROWS, set, { targets }))).rejects.toThrow(TrialError);
  });
});
