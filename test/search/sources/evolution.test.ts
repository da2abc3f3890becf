// Regularised evolution: its contract, that the old die, and that it climbs.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/index.js';
import { evolutionSource, poolDomain, spaceDomain } from '../../../src/search/index.js';
import { sourceContract } from '../../contracts/source.js';
import { CurveSpace } from '../../predict/synthetic.js';
import { cells, playSource } from './cells.js';

const pool = Array.from({ length: 60 }, (_, i) => new CurveSpace().sample(createRng('pool').fork(i)));
const few = { population: 10, tournament: 3 };

sourceContract('evolution over a space', () => evolutionSource(spaceDomain(new CurveSpace()), few, createRng(3)));
sourceContract('evolution over a pool', () => evolutionSource(poolDomain(pool), few, createRng(3)));

describe('evolution', () => {
  it('finds better cells than drawing does', async () => {
    const { pool: all, worth } = cells();
    const tried = await playSource(evolutionSource(poolDomain(all), few, createRng(1)), worth, 60);
    const mean = (some: readonly number[]): number => some.reduce((sum, y) => sum + y, 0) / some.length;
    expect(mean(tried.slice(-30))).toBeGreaterThan(mean(all.map(worth)) + 0.5);
  });

  it('forgets the best where it is too old: its children end', async () => {
    const { pool: all } = cells();
    const source = evolutionSource(poolDomain(all), { population: 2, tournament: 2 }, createRng(1));
    const tell = (trial: number, y: number): void => {
      source.tell({ type: 'start', trial, candidate: all[trial * 100] as (typeof all)[0], until: 1, seq: 2 * trial + 1, time: 0 });
      source.tell({ type: 'value', trial, y, at: 1, predicted: false, seq: 2 * trial + 2, time: 0 });
    };
    [9, 1, 2].forEach((y, trial) => tell(trial, y));
    const child = (await source.next(3))?.candidate;
    const near = (parent: number): number => (child?.graph?.operations ?? []).filter((word, i) => word !== all[parent * 100]?.graph?.operations[i]).length;
    expect([near(2), near(0) > 1]).toEqual([1, true]);
  });

  it('refuses a tournament larger than the population', () => {
    expect(() => evolutionSource(poolDomain(pool), { population: 3, tournament: 4 }, createRng(1))).toThrow(/1 to 3/);
  });
});
