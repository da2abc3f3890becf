// Coverage and false stops by hand, and of honest and of boastful Gaussians.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { calibration, gaussianBelow, type HeldOut } from '../../src/predict/index.js';

const point = (tau: number, y: number, p: number, bar?: number): HeldOut => ({ tau, y, below: () => p, ...(bar === undefined ? {} : { bar }) });

describe('calibration', () => {
  it('counts, a tau at a time', () => {
    const rows = calibration([point(5, 1, 0.99, 2), point(5, 3, 0.96, 2), point(5, 1, 0.3, 2), point(2, 0, 0.5)], 0.95);
    expect(rows.map(({ tau, count, stops, false_stop_rate }) => [tau, count, stops, false_stop_rate])).toEqual([[2, 1, 0, NaN], [5, 3, 2, 0.5]]);
    expect(rows[1]?.coverage).toEqual([{ nominal: 0.5, measured: 1 / 3 }, { nominal: 0.8, measured: 1 / 3 }, { nominal: 0.95, measured: 2 / 3 }]);
  });

  it('finds honest Gaussians honest and boastful ones out', () => {
    const rng = createRng('calibration');
    const held = (claimed: number): HeldOut[] => Array.from({ length: 4000 }, () => {
      const mean = rng.normal();
      return { tau: 1, y: mean + rng.normal(), below: (bar) => gaussianBelow(bar, mean, claimed), bar: 1.5 };
    });
    const [honest] = calibration(held(1), 0.95);
    // Four standard errors of 4000 trials at the worst of the three.
    honest?.coverage.forEach(({ nominal, measured }) => expect(Math.abs(measured - nominal)).toBeLessThan(4 * Math.sqrt(0.25 / 4000)));
    expect(honest?.false_stop_rate).toBeLessThan(0.05);
    const [boastful] = calibration(held(0.3), 0.95);
    expect(boastful?.coverage[2]?.measured).toBeLessThan(0.6);
    expect(boastful?.false_stop_rate).toBeGreaterThan(0.05);
  });

  it('of nothing is nothing', () => expect(calibration([], 0.95)).toEqual([]));
});
