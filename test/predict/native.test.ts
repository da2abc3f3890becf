// The door to the addon: what it refuses, what it says when the addon is missing.

import { describe, expect, it } from 'vitest';
import { NativeError } from '../../src/core/index.js';
import { fitSvr, loadNative, nativeInfo, predictRows, tuneSrmSet } from '../../src/predict/native.js';

const features = { values: Float64Array.of(1, 2, 3, 4, 5, 6), columns: 2 };
const target = Float64Array.of(1, 2, 4);
const draw = { c: 1, nu: 0.5, gamma: 0.1 };
const request = { features, target, kernel: 'rbf', draw } as const;

describe('a missing addon', () => {
  it('is an error that says where it was sought and what to install', () => {
    expect(() => loadNative('/nowhere/foretell.node')).toThrow(NativeError);
    expect(() => loadNative('/nowhere/foretell.node')).toThrow(/\/nowhere\/foretell\.node.*apt install g\+\+ make python3.*npm rebuild foretell/s);
  });

  it('that is no addon at all is the same error', () => {
    expect(() => loadNative(process.execPath)).toThrow(/did not load/);
  });
});

it('tells which instructions it runs', () => {
  expect(['baseline', 'avx2']).toContain(nativeInfo().simd);
});

describe('fitSvr refuses', () => {
  const cases: [string, object, RegExp][] = [
    ['a wrong length', { features: { ...features, columns: 3 } }, /3 rows x 3 columns = 9, got 6/],
    ['NaN in a feature', { features: { values: Float64Array.of(1, NaN, 3, 4, 5, 6), columns: 2 } }, /features\.values\[1\].*finite.*NaN/],
    ['infinity in the target', { target: Float64Array.of(1, Infinity, 4) }, /target\[1\]/],
    ['no rows', { target: new Float64Array(0), features: { values: new Float64Array(0), columns: 2 } }, /at least one row/],
    ['numbers that are no Float64Array', { target: Float32Array.of(1, 2, 4) }, /Float64Array/],
    ['nu above 1', { draw: { ...draw, nu: 1.5 } }, /0 < nu <= 1, got 1.5/],
    ['c of 0', { draw: { ...draw, c: 0 } }, /draw\.c/],
    ['RBF without gamma', { draw: { c: 1, nu: 0.5 } }, /draw\.gamma/],
    ['a tolerance of 0', { tolerance: 0 }, /tolerance/],
  ];
  it.each(cases)('%s', (_, change, message) => {
    expect(() => fitSvr({ ...request, ...change })).toThrow(NativeError);
    expect(() => fitSvr({ ...request, ...change })).toThrow(message);
  });
});

describe('tuneSrmSet refuses', () => {
  const set = { kind: 'svr-rbf', target, taus: [features], draws: [draw], folds: Int32Array.of(0, 1, 0) } as const;
  const cases: [string, object, RegExp][] = [
    ['folds of another length', { folds: Int32Array.of(0, 1) }, /one fold a row \(3\), got 2/],
    ['a single fold', { folds: Int32Array.of(0, 0, 0) }, /at least two folds/],
    ['a gap in the folds', { folds: Int32Array.of(0, 2, 0) }, /none in fold 1/],
    ['a negative fold', { folds: Int32Array.of(0, -1, 1) }, /folds\[1\]/],
    ['nothing to draw', { draws: [] }, /at least one point/],
    ['a bad draw', { draws: [draw, { ...draw, gamma: -1 }] }, /draws\[1\]\.gamma/],
    ['a bad tau', { taus: [features, { values: new Float64Array(5), columns: 2 }] }, /taus\[1\]/],
    ['no threads', { threads: 0 }, /threads/],
  ];
  it.each(cases)('%s', async (_, change, message) => {
    await expect(tuneSrmSet({ ...set, ...change })).rejects.toThrow(message);
  });
});

describe('predictRows refuses', () => {
  const { model } = fitSvr(request);
  it('rows that are no multiple of the columns', () => {
    expect(() => predictRows(model, new Float64Array(3))).toThrow(/multiple of the model's 2 columns, got 3/);
  });
  it('a model whose arrays do not fit each other', () => {
    expect(() => predictRows({ ...model, center: new Float64Array(1) }, new Float64Array(2))).toThrow(/model\.center\.length/);
  });
  it('nothing when there are no rows', () => {
    expect(predictRows(model, new Float64Array(0))).toHaveLength(0);
  });
});
