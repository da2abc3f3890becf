// A space whose every network is too big for the device: each strategy comes to its end, having started no more than it was allowed.
import { describe, expect, it } from 'vitest';
import { createRng, type Strategy } from '../../src/core/index.js';
import { NoRule } from '../../src/predict/index.js';
import { AshaStrategy, BracketStrategy, evolutionSource, FullStrategy, halvingBracket, hyperbandBrackets, localDefaults, localSource, NumberSpace, sampledSource, spaceDomain } from '../../src/search/index.js';
import { createStudy } from '../../src/study/index.js';

const space = new NumberSpace({ width: { low: 1, high: 1e6, integer: true } });
const source = () => sampledSource(space, createRng(1));
const [trials, epochs, eta] = [12, 9, 3];

const strategies: Readonly<Record<string, () => Strategy>> = {
  random: () => new FullStrategy(source(), { trials, epochs, nth: 1 }),
  evolution: () => new FullStrategy(evolutionSource(spaceDomain(space), { population: 4, tournament: 2 }, createRng(2)), { trials, epochs, nth: 1 }),
  local: () => new FullStrategy(localSource(spaceDomain(space), localDefaults, createRng(2)), { trials, epochs, nth: 1 }),
  sh: () => new BracketStrategy({ name: 'sh' }, source(), [halvingBracket({ trials, epochs, eta, first: 1 })], trials),
  hyperband: () => new BracketStrategy({ name: 'hyperband' }, source(), hyperbandBrackets({ epochs, eta }), trials),
  asha: () => new AshaStrategy(source(), { trials, epochs, eta, first: 1 }),
};

describe('where every trial fails', () => {
  it.each(Object.entries(strategies))('%s ends', async (_, strategy) => {
    const study = await createStudy({ header: { epochs }, strategy: strategy(), rule: new NoRule() });
    let asked = 0;
    for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
      await study.fail(answer.task.trial, answer.task.attempt, { kind: 'memory', message: 'too big' });
      if (++asked > 3 * trials) break;
    }
    expect(study.state.ended).toBe('search complete');
    expect(study.state.counts.failed).toBe(asked);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(trials);
    await study.close();
  });
});
