// The parts that sources are made of: what lies near, what scores become, what is worth trying, the best of many.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/core/index.js';
import { acquire } from '../../../src/search/sources/acquisition.js';
import { Best } from '../../../src/search/sources/best.js';
import { poolDomain, untaken } from '../../../src/search/sources/domain.js';
import { History } from '../../../src/search/sources/history.js';
import { cells } from './cells.js';

describe('a pool', () => {
  const { pool } = cells();

  it('has as neighbours those at one edit, before those at two', () => {
    const near = poolDomain(pool).neighbours(pool[0] as never, createRng(1), 24);
    const edits = near.map(({ graph }) => (graph?.operations ?? []).filter((word, i) => word !== pool[0]?.graph?.operations[i]).length);
    expect(near).toHaveLength(24);
    expect(edits.filter((n) => n === 1)).toHaveLength(10);
    expect(Math.max(...edits)).toBe(2);
    expect(near).not.toContain(pool[0]);
  });

  it('goes by numbers over their ranges where there are no words, and knows equals apart', () => {
    const plain = [0, 1, 10, 10, 300].map((x) => ({ architecture: null, ap: {}, hp: { x } }));
    const domain = poolDomain(plain);
    expect(domain.neighbours(plain[0] as never, createRng(1), 4)).toHaveLength(4);
    domain.take(plain[2] as never);
    expect([domain.isTaken(plain[2] as never), domain.isTaken(plain[3] as never)]).toEqual([true, false]);
    domain.take(JSON.parse(JSON.stringify(plain[3])) as never);
    expect(domain.isTaken(plain[3] as never)).toBe(true);
    expect(domain.all()?.map((each) => domain.isTaken(each))).toEqual([false, false, true, true, false]);
  });

  it('is used up in the end', () => {
    const domain = poolDomain(pool.slice(0, 3));
    for (let i = 0; i < 3; i++) domain.take(untaken(domain, createRng(i)) as never);
    expect(untaken(domain, createRng(9))).toBeNull();
  });
});

describe('what is known of trials', () => {
  const history = (): History => {
    const folded = new History();
    [0, 1, 2, 3].forEach((trial) => folded.tell({ type: 'start', trial, candidate: { architecture: null, ap: {}, hp: { trial } }, until: 3, seq: trial, time: 0 }));
    for (const [trial, epochs] of [[0, 3], [1, 1], [2, 1]] as const) {
      for (let epoch = 1; epoch <= epochs; epoch++) folded.tell({ type: 'epoch', trial, attempt: 1, epoch, value: trial + epoch / 10, seconds: 1, seq: 9, time: 0 });
    }
    folded.tell({ type: 'value', trial: 0, y: 0.3, at: 3, predicted: false, seq: 10, time: 0 });
    return folded;
  };

  it('is compared at the latest epoch that enough of them have reached', () => {
    expect(history().known(1).map(({ y }) => y)).toEqual([0.3]);
    expect(history().known(3).map(({ y }) => y)).toEqual([0.1, 1.1, 2.1]);
  });

  it('counts a broken trial as the worst, and forgets one that the device lost', () => {
    const folded = history();
    folded.tell({ type: 'fail', trial: 3, attempt: 1, kind: 'memory', message: 'too big', seq: 11, time: 0 });
    folded.tell({ type: 'fail', trial: 2, attempt: 1, kind: 'device', message: 'lost', seq: 12, time: 0 });
    expect(folded.known(2).map(({ trial, y }) => [trial, y])).toEqual([[0, 0.1], [1, 1.1], [3, 0.1]]);
  });
});

describe('acquisition', () => {
  const scores = { mean: Float64Array.of(1, 0, 1), sigma: Float64Array.of(0, 2, 1) };

  it('expects improvement in closed form', () => {
    // E max(0, y - 0.5): of a point mass at 1; of N(0, 2): u = -.25, -.5 Phi(u) + 2 phi(u); of N(1, 1): u = .5.
    const ei = acquire(scores, 0.5, { acquisition: 'ei', beta: 0 }, createRng(1));
    [0.5, -0.5 * 0.4012936743 + 2 * 0.3866681168, 0.5 * 0.6914624613 + 0.3520653268].forEach((want, i) => expect(ei[i]).toBeCloseTo(want, 9));
  });

  it('adds deviations, or draws them', () => {
    expect([...acquire(scores, 0, { acquisition: 'ucb', beta: 2 }, createRng(1))]).toEqual([1, 4, 3]);
    const draws = Array.from({ length: 4000 }, (_, i) => acquire(scores, 0, { acquisition: 'thompson', beta: 0 }, createRng(i))[1] as number);
    expect(Math.abs(draws.reduce((sum, y) => sum + y, 0) / draws.length)).toBeLessThan(4 * 2 / Math.sqrt(draws.length));
  });
});

describe('the best of many', () => {
  it('are those that sorting gives, equals in the order in which they came', () => {
    const rng = createRng(1);
    const items = Array.from({ length: 500 }, (_, i) => ({ i, worth: rng.int(40) }));
    const best = new Best<number>(37);
    items.forEach(({ i, worth }) => best.add(i, worth));
    expect(best.falling()).toEqual([...items].sort((a, b) => b.worth - a.worth || a.i - b.i).slice(0, 37).map(({ i }) => i));
  });

  it('are kept once each where they have a name, also after they were pushed out', () => {
    const best = new Best<string>(2, (item) => item);
    for (const [item, worth] of [['a', 1], ['a', 1], ['b', 2], ['c', 3], ['c', 3], ['a', 4], ['a', 4]] as const) best.add(item, worth);
    expect(best.falling()).toEqual(['a', 'c']);
  });
});
