// The parts of nn that need no device: hyper-parameters, schedule, first weights, the memory plan and a snapshot's bytes.
import { describe, expect, it } from 'vitest';
import { type Architecture, CheckpointError, createRng, TrialError } from '../../src/core/index.js';
import { decodeSnapshot, encodeSnapshot, initialWeights, layerFactors, learningRateAt, parameterLayout, type ParameterSlice, planMemory, trainSettings, type Value, value } from '../../src/nn/index.js';
import { batchNorm, CLASSES, conv, dense, net, NETS } from './nets.js';

describe('hyper-parameters', () => {
  it('have the documented standard values', () => {
    expect(trainSettings({})).toEqual({
      optimizer: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0, decoupled: false, beta1: 0.9, beta2: 0.999, rmsAlpha: 0.99, epsilon: 1e-8, clipNorm: 0,
      biasRateFactor: 1, biasDecayFactor: 1, layerDecays: {}, layerRateFactors: {},
      learningRate: 0.01, schedule: 'step', rateStep: 0, rateFactor: 0.1, rateMin: 0, rateEpochs: 0,
      batch: 64, flip: false, cropPadding: 0,
    });
    expect(trainSettings({ optimizer: 2, 'weight_decay.conv1': 0.5, 'rate_factor.3.body.1': 2 })).toMatchObject({ optimizer: 'rmsprop', momentum: 0, layerDecays: { conv1: 0.5 }, layerRateFactors: { '3.body.1': 2 } });
    expect(trainSettings({ optimizer: 1, learning_rate: 0.5, batch_size: 8 })).toMatchObject({ optimizer: 'adam', learningRate: 0.5, batch: 8 });
  });

  it.each([[{ momentun: 1 }], [{ momentum: 1.5 }], [{ learning_rate: NaN }], [{ batch_size: 0 }], [{ optimizer: 3 }], [{ nesterov: 0.5 }], [{ 'weight_decay.': 1 }], [{ 'weight_decay.conv1': -1 }], [{ 'momentum.conv1': 0.5 }], [{ lr_schedule: 2 }], [{ lr_reductions: 2 }]])('refuses %j', (hp) => {
    expect(() => trainSettings(hp as Record<string, number>)).toThrow(TrialError);
  });

  it('rate drops every k epochs', () => {
    const settings = trainSettings({ learning_rate: 1, lr_step: 3, lr_factor: 0.5 });
    expect([1, 2, 3, 4, 6, 7].map((epoch) => learningRateAt(settings, epoch))).toEqual([1, 1, 1, 0.5, 0.5, 0.25]);
    expect(learningRateAt(trainSettings({ learning_rate: 1 }), 99)).toBe(1);
  });

  it('rate drops k times over the run, whatever its length', () => {
    const rates = (hp: Record<string, number>, epochs: number): number[] => {
      const settings = trainSettings({ learning_rate: 1, lr_factor: 0.5, lr_epochs: epochs, ...hp });
      return Array.from({ length: epochs }, (_, i) => learningRateAt(settings, i + 1));
    };
    expect(rates({ lr_reductions: 2 }, 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect(rates({ lr_reductions: 2 }, 5)).toEqual([1, 1, 0.5, 0.5, 0.25]);
    for (let epochs = 1; epochs <= 60; epochs++) {
      for (const reductions of [0, 1, 2, 3].filter((k) => k < epochs)) expect(new Set(rates({ lr_reductions: reductions }, epochs)).size, `${reductions} in ${epochs}`).toBe(reductions + 1);
    }
    expect(rates({ lr_reductions: 2, lr_min: 0.4 }, 6)).toEqual([1, 1, 0.5, 0.5, 0.4, 0.4]);
  });

  it('rate falls exponentially, or along a cosine that ends at its least', () => {
    const exponential = trainSettings({ learning_rate: 2, lr_schedule: 1, lr_factor: 0.5, lr_min: 0.3 });
    expect([1, 2, 3, 4, 5].map((epoch) => learningRateAt(exponential, epoch))).toEqual([2, 1, 0.5, 0.3, 0.3]);
    const cosine = trainSettings({ learning_rate: 1, lr_schedule: 2, lr_epochs: 4, lr_min: 0.1 });
    const wanted = [1, 0.1 + 0.45 * (1 + Math.SQRT1_2), 0.55, 0.1 + 0.45 * (1 - Math.SQRT1_2), 0.1, 0.1];
    wanted.forEach((rate, i) => expect(learningRateAt(cosine, i + 1)).toBeCloseTo(rate, 14));
  });
});

describe('factors of single layers', () => {
  const named = net({ ...conv(3, [3, 3]), name: 'first' }, dense(CLASSES));
  const layout = parameterLayout(named);
  const rowsOf = (hp: Record<string, number>): number[][] | null => {
    const table = layerFactors(layout, trainSettings(hp));
    return table && layout.slices.map(({ start }) => [...table.subarray(start / 32, start / 32 + 2)]);
  };

  it('need no table where all parameters are alike', () => {
    expect(rowsOf({ weight_decay: 0.25 })).toBeNull();
    expect(rowsOf({ weight_decay: 0.25, 'weight_decay.0': 0.25, 'rate_factor.1': 1 })).toBeNull();
    expect(rowsOf({ bias_decay_factor: 0 }), 'no decay anyhow').toBeNull();
  });

  it('go by name or place, biases by their own factors', () => {
    const hp = { weight_decay: 0.5, 'weight_decay.first': 4, 'rate_factor.1': 0.25, bias_rate_factor: 2, bias_decay_factor: 0 };
    expect(layout.slices.map(({ name }) => name)).toEqual(['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']);
    expect(rowsOf(hp)).toEqual([[1, 4], [2, 0], [0.25, 0.5], [0.5, 0]]);
    expect(rowsOf({ 'weight_decay.0': 4 })).toEqual([[1, 4], [1, 4], [1, 0], [1, 0]]);
  });

  it('fill every block of a parameter that takes several', () => {
    const table = layerFactors(layout, trainSettings({ 'weight_decay.1': 8 }));
    const { start = 0, size = 0 } = layout.slices[2] ?? {};
    expect(size).toBeGreaterThan(128);
    for (let i = start; i < start + size; i++) expect(table?.[2 * (i >> 6) + 1]).toBe(8);
    expect(table?.length).toBe(layout.length / 32);
  });

  it('are refused for a layer that is not there', () => {
    expect(() => rowsOf({ 'weight_decay.conv7': 1 })).toThrow(/conv7: expected a layer with parameters among first, 0, 1/);
  });
});

describe('first weights', () => {
  const wide = net(conv(64, [3, 3]), dense(300, 'relu'), dense(CLASSES));
  const layout = parameterLayout(wide);
  const flat = initialWeights(layout, createRng(1));
  const part = (name: string): Float32Array => {
    const slice = layout.slices.find((s) => s.name === name);
    return flat.subarray(slice?.start, (slice?.start ?? 0) + (slice?.size ?? 0));
  };
  const variance = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0) / values.length;

  it('have He\'s variance before a ReLU and Glorot\'s elsewhere, biases zero', () => {
    // The variance of n normal draws scatters by sqrt(2 / n): four of those.
    expect(Math.abs(variance(part('layers.0.weight')) * 9 - 1)).toBeLessThan(4 * Math.sqrt(2 / 1152));
    expect(Math.abs(variance(part('layers.1.weight')) * (64 * 72) / 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / (300 * 4608)));
    expect(Math.abs(variance(part('layers.2.weight')) * (300 + CLASSES) / 2 - 1)).toBeLessThan(4 * Math.sqrt(0.8 / 1500));
    expect(Math.max(...part('layers.2.weight').map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / (300 + CLASSES)));
    expect([...part('layers.1.bias')].every((b) => b === 0)).toBe(true);
  });

  it('have the deviation that a layer asks for; a batch norm begins as the identity, its statistics behind what is trained', () => {
    const own = net(conv(64, [3, 3], { init: { std: 1e-4 }, name: 'conv1' }), batchNorm(), dense(CLASSES));
    const layout = parameterLayout(own);
    const values = initialWeights(layout, createRng(1));
    const of = (name: string): number[] => {
      const { start, size } = [...layout.slices, ...layout.statistics].find((s) => s.name === name) as ParameterSlice;
      return [...values.subarray(start, start + size)];
    };
    expect(Math.abs(variance(Float32Array.from(of('layers.0.weight'))) * 1e8 - 1)).toBeLessThan(4 * Math.sqrt(2 / 1152));
    expect(layout.slices.map(({ layer }) => layer)).toEqual(['conv1', 'conv1', undefined, undefined, undefined, undefined]);
    expect([of('layers.1.weight'), of('layers.1.bias'), of('layers.1.running_mean'), of('layers.1.running_var')].map((v) => new Set(v))).toEqual([new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
    expect(layout.statistics.map(({ start }) => start)).toEqual([layout.length, layout.length + 64]);
    expect(values).toHaveLength(layout.total);
  });

  it('of a layer do not depend on the other layers', () => {
    const other = net(conv(64, [3, 3]), dense(300, 'relu'), dense(20, 'relu'), dense(CLASSES));
    expect(initialWeights(parameterLayout(other), createRng(1)).subarray(0, 64 * 18)).toEqual(flat.subarray(0, 64 * 18));
    expect(initialWeights(layout, createRng(2))).not.toEqual(flat);
  });

  it('begin at multiples of 256 bytes without overlap', () => {
    let end = 0;
    for (const { start, size } of layout.slices) {
      expect(start % 64).toBe(0);
      expect(start).toBeGreaterThanOrEqual(end);
      end = start + size;
    }
    expect(layout.length).toBeGreaterThanOrEqual(end);
  });
});

describe('memory plan', () => {
  const [a, b, c, d, w] = [value('a', [100]), value('b', [80]), value('c', [90]), value('d', [10]), value('w', [999])];
  const steps = [{ reads: [], writes: [a] }, { reads: [a, w], writes: [b] }, { reads: [b], writes: [c] }, { reads: [c], writes: [d] }];

  it('shares buffers between values whose lives do not meet', () => {
    const { buffers, bytes } = planMemory(steps, new Set([w]));
    expect(buffers.map(({ values }) => values.map(({ name }) => name).sort())).toEqual([['a', 'c'], ['b', 'd']]);
    expect(bytes).toBe(4 * (100 + 80));
  });

  it('never lets two values of one step share, on random programs', () => {
    const rng = createRng('plans');
    for (let round = 0; round < 50; round++) {
      const values = Array.from({ length: 12 }, (_, i) => value(`v${i}`, [1 + rng.int(50)]));
      const program = values.map((out, i) => ({ reads: i === 0 ? [] : [values[rng.int(i)] as Value, values[i - 1] as Value], writes: [out] }));
      const { buffers } = planMemory(program, new Set());
      const life = (v: Value): [number, number] => [values.indexOf(v), Math.max(...program.map(({ reads }, at) => (reads.includes(v) ? at : 0)), values.indexOf(v))];
      for (const { values: together, bytes } of buffers) {
        together.forEach((v, i) => together.slice(i + 1).forEach((u) => {
          const [[from, to], [start, end]] = [life(v), life(u)];
          expect(to < start || end < from).toBe(true);
        }));
        expect(bytes).toBe(4 * Math.max(...together.map(({ shape }) => shape[0] as number)));
      }
      expect(buffers.flatMap(({ values: placed }) => placed)).toHaveLength(12);
    }
  });
});

describe('snapshot', () => {
  const { length } = parameterLayout(NETS['dense alone'] as Architecture);
  const filled = (x: number): Float32Array<ArrayBuffer> => new Float32Array(length).map((_, i) => x + i);
  const snapshot = { architecture: 'abc', optimizer: 'adam', epoch: 7, step: 77, weights: filled(1), state: [filled(2), filled(3)] };
  const expected = { architecture: 'abc', optimizer: 'adam', length, states: 2 };
  const bytes = encodeSnapshot(snapshot);

  it('comes back as it went, also from the middle of a larger buffer', () => {
    expect(decodeSnapshot(bytes, expected)).toEqual(snapshot);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSnapshot(shifted.subarray(3), expected)).toEqual(snapshot);
    expect(decodeSnapshot(Buffer.concat([Buffer.alloc(5), bytes]).subarray(5), expected)).toEqual(snapshot);
  });

  it('is refused where it is not what is expected', () => {
    const refused: [Uint8Array, Partial<typeof expected>, RegExp][] = [
      [bytes, { architecture: 'other' }, /belongs to another network/],
      [bytes, { optimizer: 'sgd' }, /optimizer sgd, got adam/],
      [bytes.subarray(0, bytes.length - 4), {}, /truncated/],
      [bytes.subarray(0, 5), {}, /not a checkpoint/],
      [new Uint8Array(100), {}, /not a checkpoint/],
      [bytes.map((b, i) => (i === 14 ? 0 : b)), {}, /corrupt/],
    ];
    for (const [part, other, message] of refused) {
      expect(() => decodeSnapshot(part, { ...expected, ...other })).toThrow(CheckpointError);
      expect(() => decodeSnapshot(part, { ...expected, ...other })).toThrow(message);
    }
  });
});
