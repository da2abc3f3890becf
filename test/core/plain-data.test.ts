// Hashes, curves, errors and clocks: the small promises that every room builds on.
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  DataError,
  differences,
  ForetellError,
  hashBytes,
  hashOf,
  isSameData,
  ManualClock,
  messageOf,
  nthBest,
  StaleAttemptError,
  StudyError,
  tauOf,
  TrialError,
} from '../../src/core/index.js';

describe('hash', () => {
  it('is SHA-256: the digest of "abc" from FIPS 180-4', () => {
    expect(hashBytes(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('ignores the order of keys at every depth, and members that are undefined', () => {
    expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: undefined })).toBe('{"b":[{"x":2,"y":1}]}');
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  });

  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: 1 }],
    [[1, 2], [1, 2, 3]],
    [{ a: [] }, { a: {} }],
    [{ a: NaN }, { a: null }],
    [{ 0: 1 }, [1]],
    [1, 1],
  ])('is the same for the same data, which is told without it: %j and %j', (a, b) => {
    expect(isSameData(a, b)).toBe(hashOf(a) === hashOf(b));
  });
});

describe('curve', () => {
  it('takes differences', () => {
    expect(differences([1, 4, 6])).toEqual([3, 2]);
    expect(differences([1])).toEqual([]);
  });

  it.each([
    [0.25, 20, 5],
    [0.25, 50, 12],
    [0.01, 20, 1],
    [0.5, 15, 7],
  ])('tau of %s of %s epochs is %s', (fraction, epochs, tau) => {
    expect(tauOf(fraction, epochs)).toBe(tau);
  });

  it('finds the n-th best, or null', () => {
    expect(nthBest([0.1, 0.9, 0.5], 1)).toBe(0.9);
    expect(nthBest([0.1, 0.9, 0.5], 3)).toBe(0.1);
    expect(nthBest([0.1], 2)).toBeNull();
  });
});

describe('errors', () => {
  it('share one base and carry their own names', () => {
    const error = new StaleAttemptError('x');
    expect(error).toBeInstanceOf(StudyError);
    expect(error).toBeInstanceOf(ForetellError);
    expect(error.name).toBe('StaleAttemptError');
    expect(new DataError('y').name).toBe('DataError');
    expect(new TrialError('memory', 'z').kind).toBe('memory');
  });

  it('messageOf takes anything that was thrown', () => {
    expect(messageOf(new Error('a'))).toBe('a');
    expect(messageOf('b')).toBe('b');
  });
});

describe('clock', () => {
  it('moves only when told to', () => {
    const clock = new ManualClock(5);
    clock.advance(1.5);
    expect(clock.now()).toBe(1505);
  });
});
