// Every strategy in a real study: killed at any moment it goes on to the same end, and a person may take any waiting trial from it.
import { describe, expect, it } from 'vitest';
import { createRng, type Command, type Journal, type Strategy } from '../../src/core/index.js';
import { ChainRunModel, NoRule } from '../../src/predict/index.js';
import { AshaStrategy, BracketStrategy, FreezeThawStrategy, FullStrategy, halvingBracket, hyperbandBrackets, poolSource } from '../../src/search/index.js';
import { createStudy, isWorking, memoryJournal, runningTrials, type StudyHandle, type StudyState } from '../../src/study/index.js';
import { curveOf, CurveSpace } from '../predict/synthetic.js';

const [epochs, eta] = [9, 3];
const space = new CurveSpace();
const pool = Array.from({ length: 10 }, (_, i) => space.sample(createRng(7).fork(i)));
// None of them is as full as its plan: the sources run dry.
const trials = 40;

const strategies: Readonly<Record<string, () => Strategy>> = {
  random: () => new FullStrategy(poolSource(pool), { trials, epochs, nth: 1 }),
  sh: () => new BracketStrategy({ name: 'sh' }, poolSource(pool), [halvingBracket({ trials, epochs, eta, first: 1 })], trials),
  hyperband: () => new BracketStrategy({ name: 'hyperband' }, poolSource(pool), hyperbandBrackets({ epochs, eta }), trials),
  'f-Hyperband': () => new BracketStrategy({ name: 'f-hyperband' }, poolSource(pool), hyperbandBrackets({ epochs, eta }), trials, { kappa: 0.25, minModels: 3, known: 0 }),
  asha: () => new AshaStrategy(poolSource(pool), { trials, epochs, eta, first: 1 }),
  'freeze-thaw': () => new FreezeThawStrategy(poolSource(pool), new ChainRunModel(epochs, { features: ['TS', 'AP', 'HP'], particles: 100 }, createRng(2)), { trials, epochs, nth: 1, confidence: 0.9, offset: 0, burnIn: { scouts: 8, best: 3, random: 1 } }, createRng(3)),
};

const open = (strategy: Strategy, journal: Journal): Promise<StudyHandle> => createStudy({ header: { epochs }, journal, strategy, rule: new NoRule() });

/** Trains until nothing is left, or for so many epochs. `after` is called after each. */
async function train(study: StudyHandle, { most = Infinity, after = () => Promise.resolve() }: { readonly most?: number; readonly after?: (epochsTrained: number) => Promise<void> } = {}): Promise<void> {
  let trained = 0;
  // What a process that is gone had in hand.
  for (const { id, attempt } of runningTrials(study.state).filter(isWorking)) await study.release(id, attempt);
  for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
    const { task } = answer;
    const curve = curveOf(task.candidate, epochs);
    for (let epoch = (task.from?.epoch ?? 0) + 1; epoch <= task.until; epoch++) {
      const verdict = await study.report(task.trial, { attempt: task.attempt, epoch, value: curve[epoch - 1] as number, seconds: 1, checkpoint: { key: `${task.trial}-${epoch}`, hash: '' } });
      if (++trained >= most) return;
      await after(trained);
      if (verdict.action !== 'continue') break;
    }
  }
}

const results = ({ trials: all, ended }: StudyState): unknown => ({ ended, trials: all.map(({ status, curve }) => ({ status, curve })) });

describe.each(Object.entries(strategies))('%s', (_, strategy) => {
  it('goes on to the same end after a kill at any epoch', async () => {
    const whole = await open(strategy(), memoryJournal());
    await train(whole);
    expect(whole.state.ended).toBe('search complete');
    expect(whole.state.trials).toHaveLength(pool.length);
    for (let most = 1; most < whole.state.totals.epochs; most++) {
      const journal = memoryJournal();
      await train(await open(strategy(), journal), { most });
      const again = await open(strategy(), journal);
      await train(again);
      expect(results(again.state), `killed after ${most} epochs`).toEqual(results(whole.state));
    }
  });

  it.each(['freeze', 'cancel'] as const)('comes to its end though a person should %s any that waits', async (type) => {
    const whole = await open(strategy(), memoryJournal());
    await train(whole);
    for (let moment = 1; moment < whole.state.totals.epochs; moment++) {
      const study = await open(strategy(), memoryJournal());
      const take = (trial: number): Promise<void> => study.control({ type, trial } as Command, 'me');
      await train(study, {
        after: async (trained) => {
          const waits = study.state.trials.find(({ status }) => status === 'paused');
          if (trained >= moment && waits !== undefined && study.state.counts.cancelled + study.state.counts.frozen === 0) await take(waits.id);
        },
      });
      expect(study.state.ended, `${type} after ${moment} epochs`).toBe('search complete');
    }
  });
});
