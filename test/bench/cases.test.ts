// Which cases there are, and which of them a visitor asked for.
import { describe, expect, it } from 'vitest';
import { casesFor } from '../../src/bench/index.js';
import { UsageError } from '../../src/core/index.js';

describe('cases', () => {
  it('cover every family that the laboratory promises', () => {
    const names = new Set(casesFor().map(({ name }) => name));
    const promised = [
      'conv2d forward', 'conv2d grad_input', 'conv2d grad_weight', 'matmul forward', 'lstm step forward', 'lstm sequence grad_input',
      'softmax grad_input', 'sgd', 'adam', 'rmsprop', 'batch norm forward', 'lrn across forward', 'lrn within forward', 'inference live', 'training step',
    ];
    expect(promised.filter((name) => !names.has(name))).toEqual([]);
  });

  it('are told apart by name and shape', () => {
    const keys = casesFor().map(({ name, shape }) => `${name} ${shape}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('follow a part of a name or shape', () => {
    expect(casesFor({ filter: 'MATMUL forward 512' }).map(({ shape }) => shape)).toEqual(['512x512x512']);
  });

  it('take other values of an axis, and only cases that have it', () => {
    const found = casesFor({ filter: 'conv2d forward', axes: { batch: [1, 8] } });
    expect(found.length).toBe(8);
    expect(new Set(found.map(({ axes }) => axes['batch']))).toEqual(new Set([1, 8]));
    expect(casesFor({ axes: { classes: [7] } }).every(({ name }) => name.startsWith('softmax'))).toBe(true);
  });

  it('count the work of a convolution', () => {
    const [found] = casesFor({ filter: 'conv2d forward 32x64x16x16' });
    expect(found?.flops).toBe(2 * 32 * 128 * 16 * 16 * 64 * 9);
    expect(found?.bytes).toBe(4 * (32 * 64 * 256 + 128 * 64 * 9 + 32 * 128 * 256));
  });

  it('refuse a name and an axis that nobody has', () => {
    expect(() => casesFor({ filter: 'convolve' })).toThrow(/got "convolve"; foretell bench --list/);
    expect(() => casesFor({ filter: 'matmul', axes: { batch: [1] } })).toThrow(/--axis batch: expected one of K, M, N/);
    expect(() => casesFor({ filter: 'convolve' })).toThrow(UsageError);
  });
});
