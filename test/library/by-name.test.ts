// createStudy by name: every strategy and rule that needs neither files nor a device comes to its end; what goes wrong is said, and nothing is lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createStudy, FullStrategy, NumberSpace, sampledSource, createRng, type CreateStudyOptions, type Strategy, type UserStudy } from '../../src/index.js';

const space = { rate: { low: 1e-4, high: 1, log: true }, width: { low: 1, high: 1000, log: true, integer: true } };
const options: CreateStudyOptions = { space, epochs: 9, trials: 30, settings: { draws: 20 } };
const folder = mkdtempSync(join(tmpdir(), 'foretell-by-name-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function train(study: UserStudy): Promise<UserStudy> {
  for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
    const { trial, attempt, candidate: { hp }, until } = answer.task;
    for (let epoch = 1; epoch <= until; epoch++) {
      const value = (0.9 - 0.2 * Math.abs(Math.log10(hp['rate'] ?? 1) + 2) - 0.3 / (hp['width'] ?? 1)) * (1 - Math.exp(-epoch / 3));
      if ((await study.report(trial, { attempt, epoch, value, seconds: 1 })).action !== 'continue') break;
    }
  }
  return study;
}

describe('createStudy by name', () => {
  it.each(['random', 'grid', 'evolution', 'local', 'bo', 'guided', 'sh', 'hyperband', 'f-hyperband', 'asha', 'freeze-thaw'] as const)('%s ends and finds something', async (strategy) => {
    const study = await train(await createStudy({ ...options, strategy }));
    const { best, ended, trials } = study.summary();
    expect(ended).toBe('search complete');
    expect(trials).toBeLessThanOrEqual(30);
    expect(best?.y).toBeGreaterThan(0.6);
  });

  it.each(['srm', 'chain', 'median', 'i-epoch', 'none'] as const)('rule %s', async (rule) => {
    const { counts, trials } = (await train(await createStudy({ ...options, trials: 60, rule }))).summary();
    expect(trials).toBe(60);
    expect(counts.frozen > 0).toBe(rule !== 'none');
  });

  it.each(['random', 'sh', 'hyperband', 'asha', 'freeze-thaw', 'bo', 'local'] as const)('%s with a budget of one trial of one epoch', async (strategy) => {
    const { trials, counts } = (await train(await createStudy({ ...options, strategy, trials: 1, epochs: 1 }))).summary();
    expect([trials, counts.finished]).toEqual([1, 1]);
  });

  it('searches and tells a front', async () => {
    const study = await train(await createStudy({ ...options, strategy: 'evolution', rule: 'none', trials: 60, direction: 'maximize', objective: { by: 'width', rates: [0, 0.2] } }));
    const front = study.pareto('width');
    expect(front.length).toBeGreaterThan(2);
    for (const [i, point] of front.entries()) if (i > 0) expect([point.cost > (front[i - 1]?.cost ?? 0), point.y > (front[i - 1]?.y ?? 0)]).toEqual([true, true]);
    expect(() => study.pareto('beauty')).toThrow(/rate, width.*got beauty/);
  });

  it.each<[string, Partial<CreateStudyOptions>, RegExp]>([
    ['an unknown strategy', { strategy: 'magic' as 'random' }, /expected strategy random, grid/],
    ['an unknown setting', { settings: { potatoes: 2 } as object }, /potatoes.*deltaConfidence/],
    ['a setting out of range', { strategy: 'asha', settings: { eta: 1 } }, /settings.eta/],
    ['a negative rate', { objective: { by: 'width', rates: [-1] } }, /rate of at least 0/],
  ])('refuses %s', async (_, wrong, words) => {
    await expect(createStudy({ ...options, ...wrong })).rejects.toThrow(words);
  });

  it('is refused under another strategy, rule or space, each difference named', async () => {
    const file = join(folder, 'other.study');
    await (await createStudy({ ...options, file })).close();
    await expect(createStudy({ ...options, file, strategy: 'evolution' })).rejects.toThrow(/strategy.name was "random", now "evolution"/);
    await expect(createStudy({ ...options, file, rule: 'median' })).rejects.toThrow(/rule/);
    await expect(createStudy({ ...options, file, space: { rate: space.rate } })).rejects.toThrow(/space/);
  });

  it('a strategy that throws loses nothing: the error is the caller\'s, and the mended one goes on from the same file', async () => {
    const file = join(folder, 'throws.study');
    const made = (broken: boolean): Strategy => {
      const inner = new FullStrategy(sampledSource(new NumberSpace(space), createRng(1)), { trials: 6, epochs: 3, nth: 1 });
      let started = 0;
      return {
        settings: inner.settings,
        tell(event) {
          if (event.type === 'start') started++;
          inner.tell(event);
        },
        ask: () => (broken && started === 3 ? Promise.reject(new Error('my own mistake')) : inner.ask()),
        stakes: (trial) => inner.stakes(trial),
      };
    };
    const study = await createStudy({ epochs: 3, strategy: made(true), rule: 'none', file });
    await expect(train(study)).rejects.toThrow('my own mistake');
    await study.close();
    const again = await createStudy({ epochs: 3, strategy: made(false), rule: 'none', file });
    expect(again.summary().counts.finished).toBe(3);
    expect((await train(again)).summary()).toMatchObject({ trials: 6, counts: { finished: 6 } });
    await again.close();
  });
});
