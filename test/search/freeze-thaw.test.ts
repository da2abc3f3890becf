// Freeze-thaw: its contract with both kinds of model, who burns in, who goes on, when it ends, and what a source is told.
import { describe, expect, it } from 'vitest';
import { createRng, type Candidate, type StoredEvent } from '../../src/core/index.js';
import { CHAIN_PARTICLES, ChainRunModel, nativeSolver, NoRule, PredictorRunModel, SrmPredictor, type RunModel } from '../../src/predict/index.js';
import { FreezeThawStrategy, poolSource, sampledSource, type Source } from '../../src/search/index.js';
import { createStudy } from '../../src/study/index.js';
import { strategyContract } from '../contracts/strategy.js';
import { runCurveStudy } from '../predict/curve-study.js';
import { CurveSpace, curveOf } from '../predict/synthetic.js';

const T = 20;
const chain = (epochs = T): RunModel => new ChainRunModel(epochs, { features: ['TS', 'AP', 'HP'], particles: CHAIN_PARTICLES }, createRng('model'));
const regressions = (): RunModel => {
  const predictor = new SrmPredictor({ kind: 'ridge', features: ['TS', 'HP'], scale: 'auto', sigma: 'loo', target: 'level', draws: 20, solver: nativeSolver });
  return new PredictorRunModel(T, predictor, { burnIn: 6, refit: true, srmMax: 500 }, createRng('model'));
};
interface Change {
  readonly trials?: number;
  readonly epochs?: number;
  readonly source?: Source;
  readonly scouts?: number;
  readonly random?: number;
  readonly confidence?: number;
}
const make = (model: RunModel, { trials = 40, epochs = T, source = sampledSource(new CurveSpace(), createRng(9)), scouts = trials, random = 3, confidence = 0.95 }: Change = {}): FreezeThawStrategy =>
  new FreezeThawStrategy(source, model, { trials, epochs, nth: 1, confidence, offset: 0, burnIn: { best: 5, random, scouts } }, createRng('freeze-thaw'));
const play = (strategy: FreezeThawStrategy, parallel = 1) => runCurveStudy({ epochs: T, parallel, strategy, rule: new NoRule(), curveOf: (c) => curveOf(c, T) });

strategyContract('freeze-thaw by the chain', T, () => make(chain()));
strategyContract('freeze-thaw by regressions', T, () => make(regressions()));

const reached = (events: readonly StoredEvent[]): number[] => {
  const epochs: number[] = [];
  for (const event of events) if (event.type === 'epoch') epochs[event.trial] = event.epoch;
  return epochs;
};

describe('freeze-thaw', () => {
  it('gives everybody a first look, burns in the best and some others, and finds one of the three best for a fraction of the epochs', async () => {
    const { events, epochsTrained, finished, frozen } = await play(make(chain(), { trials: 120, confidence: 0.999 }));
    const finals = events.flatMap((event) => (event.type === 'start' ? [curveOf(event.candidate, T).at(-1) as number] : []));
    expect(Math.max(...finished.values())).toBeGreaterThanOrEqual([...finals].sort((a, b) => b - a)[2] as number);
    expect(120 * T / epochsTrained).toBeGreaterThan(4);
    const choice = events.find((event) => event.type === 'fit' && event.record.by === 'freeze-thaw');
    const chosen = (choice as Extract<StoredEvent, { type: 'fit' }>).record['chosen'] as number[];
    const firsts = events.filter((event) => event.type === 'epoch' && event.seq < (choice?.seq ?? 0));
    expect(firsts).toHaveLength(120);
    const best = firsts.map((event) => event as Extract<StoredEvent, { type: 'epoch' }>).sort((a, b) => b.value - a.value).slice(0, 5);
    expect(chosen).toHaveLength(8);
    expect(chosen.slice(0, 5)).toEqual(best.map(({ trial }) => trial));
    expect(chosen.every((trial) => reached(events)[trial] === T)).toBe(true);
    expect(frozen.size + finished.size).toBe(120);
  });

  it('gives the best quarter a second look where the first is shorter than a twentieth, side by side, and burns in the best of those', async () => {
    const epochs = 100;
    const strategy = make(chain(epochs), { trials: 80, epochs });
    const { events } = await runCurveStudy({ epochs, parallel: 4, strategy, rule: new NoRule(), curveOf: (c) => plateau(curveOf(c, epochs)) });
    const records = events.flatMap((event) => (event.type === 'fit' && event.record.by === 'freeze-thaw' ? [event] : []));
    const [seconds, choice] = records.map(({ record }) => record) as unknown as [{ seconds: number[] }, { chosen: number[] }];
    expect(records).toHaveLength(2);
    expect(seconds.seconds).toHaveLength(20);
    const before = (seq: number | undefined) => events.filter((event): event is Extract<StoredEvent, { type: 'epoch' }> => event.type === 'epoch' && event.seq < (seq ?? 0));
    expect(before(records[0]?.seq).every(({ epoch }) => epoch <= 2)).toBe(true);
    const firsts = before(records[0]?.seq).filter(({ epoch }) => epoch === 2).sort((a, b) => b.value - a.value || a.trial - b.trial);
    expect(firsts).toHaveLength(80);
    expect(seconds.seconds).toEqual(firsts.slice(0, 20).map(({ trial }) => trial));
    const twice = before(records[1]?.seq).filter(({ epoch }) => epoch === 6).sort((a, b) => b.value - a.value || a.trial - b.trial);
    expect(twice).toHaveLength(20);
    expect(choice.chosen.slice(0, 5)).toEqual(twice.slice(0, 5).map(({ trial }) => trial));
    // Side by side: before the first of them is back a second one has begun.
    const resumed = events.flatMap((event) => (event.type === 'resume' ? [event.seq] : []));
    expect(resumed[1]).toBeLessThan(events.find((event) => event.type === 'epoch' && event.epoch === 6)?.seq ?? 0);
  });

  it('says of every frozen run what was predicted, and leaves few chances behind in all', async () => {
    const { events } = await play(make(chain()));
    const freezes = events.flatMap((event) => (event.type === 'verdict' && event.verdict.action === 'freeze' ? [event.verdict] : []));
    expect(freezes.length).toBeGreaterThan(10);
    for (const { bar, value } of freezes) expect([value.at, Number.isFinite(bar)]).toEqual([T, true]);
    const left = freezes.reduce((sum, { predicted }) => sum + 1 - (predicted?.probability ?? 0), 0);
    const likeliest = Math.max(...freezes.map(({ predicted }) => 1 - (predicted?.probability ?? 0)));
    expect(likeliest <= 0.05 || left <= 4 * 0.05 * Math.sqrt(40)).toBe(true);
  });

  it('tells a source that learns what its candidates are predicted to be worth, and asks it again after that', async () => {
    const told: StoredEvent[] = [];
    const learner: Source = { ...sampledSource(new CurveSpace(), createRng(9)), settings: { name: 'learner' } };
    const listening: Source = { ...learner, tell: (event) => (told.push(event), learner.tell(event)) };
    const { events } = await play(make(chain(), { source: listening, scouts: 14 }));
    const early = events.findIndex((event) => event.type === 'value' && event.predicted);
    const lastStart = events.findLastIndex((event) => event.type === 'start');
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(lastStart);
    expect(told).toEqual(events);
    const valued = new Set(events.flatMap((event) => (event.type === 'value' ? [event.trial] : [])));
    expect(valued.size).toBe(40);
  });

  it('goes on where everybody fails in the first epochs, and ends', async () => {
    const broken = await runCurveStudy({ epochs: T, strategy: make(chain()), rule: new NoRule(), curveOf: () => [NaN] });
    expect(broken.epochsTrained).toBe(40);
    expect(broken.finished.size).toBe(0);
  });

  it('works with fewer trials than a burn-in, and with one', async () => {
    for (const trials of [1, 3]) {
      const { finished } = await play(make(chain(), { trials, source: poolSource(pool(trials)) }));
      expect(finished.size).toBe(trials);
    }
  });

  it.each([T, 60])('runs in a study of %i epochs, and is taken up after a kill at any event with the same end', async (epochs) => {
    const whole = await studied(epochs);
    const cuts = whole.flatMap(({ type }, i) => (type === 'pause' || type === 'fit' ? [i + 1] : []));
    for (const cut of cuts.filter((_, i) => i % 9 === 3)) expect(decided(await studied(epochs, whole.slice(0, cut)))).toEqual(decided(whole));
  });

  it('ends where every first look fails, and where every second look does: then the burn-in is chosen of the others', async () => {
    const nobody = await studied(60, [], { breaks: () => true });
    expect(nobody.filter(({ type }) => type === 'fail')).toHaveLength(40);
    const events = await studied(60, [], { breaks: (epoch) => epoch === 3, until: 'chosen', random: 0 });
    const [seconds, choice] = events.flatMap((event) => (event.type === 'fit' && event.record.by === 'freeze-thaw' ? [event.record] : [])) as unknown as [{ seconds: number[] }, { chosen: number[] }];
    expect(seconds.seconds).toHaveLength(10);
    expect(choice.chosen).toHaveLength(5);
    expect(choice.chosen.some((trial) => seconds.seconds.includes(trial))).toBe(false);
    expect(events.filter(({ type }) => type === 'finish')).not.toHaveLength(0);
  });

  it('refuses settings that make no sense', () => {
    expect(() => make(chain(), { confidence: 1 })).toThrow(/below 1, got 1/);
    expect(() => make(chain(), { trials: 0 })).toThrow(/trials to be a whole number from 1/);
  });
});

function pool(count: number): Candidate[] {
  return Array.from({ length: count }, (_, i) => new CurveSpace().sample(createRng(i)));
}

/** Learns nothing for three epochs: all scores are alike but for a little noise. */
function plateau(curve: readonly number[]): number[] {
  return curve.map((value, i) => (i < 3 ? ((value * 1e4) % 1) / 1e3 : value));
}

interface Breaking {
  /** Whether a training breaks off in that epoch. */
  readonly breaks?: (epoch: number) => boolean;
  /** `chosen`: nothing breaks off any more once it is chosen who burns in. */
  readonly until?: 'chosen';
  readonly random?: number;
}

/** Events of a study of 40 runs, one after the other, to its end; taken up where `before` ends. */
async function studied(epochs: number, before: readonly StoredEvent[] = [], { breaks = () => false, until, random }: Breaking = {}): Promise<StoredEvent[]> {
  const events = [...before];
  const journal = {
    append: (added: readonly object[]) => added.map((event) => (events.push({ ...(JSON.parse(JSON.stringify(event)) as object), seq: events.length + 1, time: 0 } as StoredEvent), events.at(-1) as StoredEvent)),
    read: (after = 0) => events.slice(after),
    close: () => undefined,
  };
  const study = await createStudy({ header: { epochs }, strategy: make(chain(epochs), { epochs, ...(random === undefined ? {} : { random }) }), rule: new NoRule(), journal, clock: { now: () => 0 } as never });
  for (const trial of study.state.running) if (study.state.trials[trial]?.hold === 'out') await study.release(trial, study.state.trials[trial]?.attempt ?? 0);
  for (;;) {
    const answer = await study.ask();
    if (answer.action !== 'train') {
      expect(answer.action).toBe('done');
      break;
    }
    const { trial, attempt, candidate, from, until: end } = answer.task;
    const curve = curveOf(candidate, epochs);
    const broken = (epoch: number): boolean => breaks(epoch) && !(until === 'chosen' && events.some((event) => event.type === 'fit' && 'chosen' in event.record));
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= end; epoch++) {
      if (broken(epoch)) {
        await study.fail(trial, attempt, { kind: 'diverged', message: 'in a test' });
        break;
      }
      await study.report(trial, { attempt, epoch, value: curve[epoch - 1] as number, seconds: 1, checkpoint: { key: String(trial), hash: '' } });
    }
  }
  await study.close();
  return events;
}

/** What an interruption must not change. */
function decided(events: readonly StoredEvent[]): object[] {
  return events.filter(({ type }) => type === 'verdict' || type === 'value' || type === 'finish' || type === 'fit').map((event) => ({ ...event, seq: 0 }));
}
