// Local search: its contract, that it climbs by single edits, and that it begins again.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/index.js';
import { localSource, poolDomain, spaceDomain } from '../../../src/search/index.js';
import { sourceContract } from '../../contracts/source.js';
import { CurveSpace } from '../../predict/synthetic.js';
import { cells, playSource } from './cells.js';

const pool = Array.from({ length: 60 }, (_, i) => new CurveSpace().sample(createRng('pool').fork(i)));
const few = { initial: 4, neighbours: 6 };

sourceContract('local search over a space', () => localSource(spaceDomain(new CurveSpace()), few, createRng(3)));
sourceContract('local search over a pool', () => localSource(poolDomain(pool), few, createRng(3)));

describe('local search', () => {
  it('climbs to a cell that no edit improves, and begins again then', async () => {
    const { pool: all, worth } = cells();
    const best = Math.max(...all.map(worth));
    const tried = await playSource(localSource(poolDomain(all), { initial: 3, neighbours: 24 }, createRng(2)), worth, 120);
    expect(tried.indexOf(best)).toBeGreaterThan(-1);
    expect(tried.indexOf(best)).toBeLessThan(80);
    expect(tried).toHaveLength(120);
  });

  it('journals where a climb ends', async () => {
    const { pool: all, worth } = cells();
    const source = localSource(poolDomain(all), { initial: 1, neighbours: 2 }, createRng(2));
    const records: unknown[] = [];
    const noting = { ...source, settings: source.settings, tell: (event: Parameters<typeof source.tell>[0]) => { if (event.type === 'fit') records.push(event.record); source.tell(event); }, next: (trial: number) => source.next(trial) };
    await playSource(noting, worth, 40);
    expect(records.length).toBeGreaterThan(2);
    expect(records[0]).toMatchObject({ by: 'local' });
  });
});
