// Who goes on next and whether enough is left to be found, kept as runs change one at a time: the same as by looking at all of them each time.
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/index.js';
import { Waiting, type Outlook } from '../../src/search/strategies/waiting.js';

describe('runs that wait', () => {
  it('give the same answers as a look at everybody, whatever is told', () => {
    const rng = createRng('waiting');
    const waiting = new Waiting();
    const all = new Map<number, Outlook | null>();
    let answers = 0;
    for (let step = 0; step < 4000; step++) {
      const trial = rng.int(200);
      const what = rng.next();
      if (what < 0.45) {
        waiting.add(trial);
        if (!all.has(trial)) all.set(trial, null);
      } else if (what < 0.6) {
        waiting.remove(trial);
        all.delete(trial);
      } else if (what < 0.602) {
        waiting.forget();
        for (const each of all.keys()) all.set(each, null);
      } else {
        expect(waiting.unknown().sort((a, b) => a - b)).toEqual([...all.keys()].filter((each) => all.get(each) === null).sort((a, b) => a - b));
        // Few different values, so that equals occur.
        const found = waiting.unknown().map((each) => ({ trial: each, epoch: 1 + rng.int(3), below: rng.int(5) / 4, upper: rng.next() < 0.5 ? rng.int(4) / 4 : null }));
        waiting.learn(found);
        for (const { trial: each, ...outlook } of found) all.set(each, outlook);
        expect(waiting.next()).toEqual(nextOf(all));
        for (const bound of [0, 3, 20.25, 50]) expect(waiting.holdsAtMost(bound)).toBe(betterOf(all) <= bound);
        // On the very edge.
        expect(waiting.holdsAtMost(betterOf(all))).toBe(true);
        expect([...waiting.all()]).toEqual([...all.keys()]);
        answers++;
      }
    }
    expect(answers).toBeGreaterThan(1000);
  });

  it('decides an edge by the sum of all, not by one that was kept', () => {
    const waiting = new Waiting();
    const shares = [0.1, 0.2, 0.3, 0.7, 0.9];
    shares.forEach((_, trial) => waiting.add(trial));
    waiting.learn(shares.map((below, trial) => ({ trial, epoch: 1, below, upper: null })));
    [0, 1, 2].forEach((trial) => waiting.remove(trial));
    expect(waiting.holdsAtMost(1 - 0.7 + (1 - 0.9))).toBe(true);
  });
});

function nextOf(all: ReadonlyMap<number, Outlook | null>): object | undefined {
  const live = [...all].flatMap(([trial, outlook]) => (outlook === null || outlook.upper === null ? [] : [{ trial, epoch: outlook.epoch, upper: outlook.upper }]));
  const [first] = live.sort((a, b) => b.upper - a.upper || a.trial - b.trial);
  return first === undefined ? undefined : { trial: first.trial, epoch: first.epoch };
}

function betterOf(all: ReadonlyMap<number, Outlook | null>): number {
  return [...all.values()].reduce((sum, outlook) => sum + 1 - (outlook?.below ?? 0), 0);
}
