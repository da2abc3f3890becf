// One run of `foretell replay`: orderings of a recorded set, here or spread over processes of the same program, and their summary.
import { UsageError, type Rng } from '../../core/index.js';
import { replayOrdering, summariseOutcomes, wordsOf, type BudgetSummary, type Interval, type OrderingsOptions, type Recording, type ReplaySummary } from '../../experiments/index.js';
import { loadCurveSet } from '../../host/index.js';
import type { SrmSolver } from '../../predict/index.js';
import { textTable } from '../../report/index.js';
import { poolDomain, poolSource } from '../../search/index.js';
import { whereOf } from '../curves-dir.js';
import { openLines } from '../lines.js';
import { fullTrainings, ruleOf, ruleShape, type RuleSettings } from '../rule/make.js';
import { withSignals } from '../signals.js';
import { checkedSettings } from '../settings.js';
import { strategyOf } from '../strategy/make.js';
import { sourceOf } from '../strategy/source.js';
import { strategyShape, type StrategySettings } from '../strategy/options.js';
import type { World } from '../world.js';
import type { ReplayCommand } from './options.js';
import { pretrainedRows } from './pretrained.js';
import { spread, type NumberedOutcome } from './spread.js';

/** The paper's simulation. */
const PAPER_BURN_IN = 100;

export async function runReplay(given: ReplayCommand, world: World): Promise<void> {
  const options = given.rule === 'srm' && given.burnIn === undefined ? { ...given, burnIn: PAPER_BURN_IN } : given;
  const settings = checkedSettings({ ...ruleShape, ...strategyShape }, options.set ?? {});
  const lines = openLines(options.json, world.terminal);
  const outcomes: NumberedOutcome[] = [];
  const take = (outcome: NumberedOutcome): void => {
    outcomes.push(outcome);
    lines?.write(outcome);
    if (options.json !== true && options.only === undefined) world.terminal.err(words(outcome, outcomes.length, options.orderings));
  };
  await withSignals(() => undefined, async (signal) => {
    const wanted = options.only ?? Array.from({ length: options.orderings }, (_, i) => i);
    const processes = options.only === undefined ? Math.min(options.parallel, wanted.length) : 1;
    if (processes > 1) return spread(wanted, processes, take, signal);
    const orderings = await orderingsOf(options, settings, world, signal);
    for (const i of wanted) take({ ordering: i, ...(await replayOrdering(orderings, i)) });
  });
  if (options.only !== undefined) return lines?.close();
  const summary = { curves: options.curves, strategy: options.strategy, rule: options.rule, ...summariseOutcomes(outcomes.sort((a, b) => a.ordering - b.ordering)) };
  lines?.write(summary);
  lines?.close();
  if (options.json !== true) world.terminal.out(table(summary));
}

async function orderingsOf(options: ReplayCommand, settings: RuleSettings & StrategySettings, world: World, signal: AbortSignal): Promise<OrderingsOptions> {
  const where = whereOf(options);
  const set = await loadCurveSet(options.curves, where);
  const openSolver = await solverOf(options, world);
  const { seed, thin, pretrained, audit, reading } = options;
  const parts = async (recording: Recording, rng: Rng) => {
    const { pool, set: { epochs } } = recording;
    const context = { openSolver, metric: set.metric, trials: Math.min(options.trials ?? Infinity, pool.length), epochs };
    const source = sourceOf(options, settings, { random: () => poolSource(pool), domain: () => poolDomain(pool, (candidate) => wordsOf(recording.rowOf(candidate))), rng: rng.fork('source') });
    return {
      strategy: await strategyOf(options.strategy, options, settings, { ...context, source, rng: rng.fork('freeze-thaw') }),
      rule: await ruleOf(options, settings, { ...context, rng: rng.fork('rule'), pretrained: recording.pretrained }),
      ...(reading === undefined ? {} : { reading }),
    };
  };
  return { set, seed, pretrained: typeof pretrained === 'number' ? pretrained : await pretrainedRows(pretrained, { epochs: set.epochs, step: thin?.step ?? 1 }, where), burnIn: options.strategy === 'random' ? fullTrainings(options, set.rows.length) : 0, parts, signal, budgeted: options.trials !== undefined, ...(thin === undefined ? {} : { thin }), ...(audit === undefined ? {} : { audit }) };
}

async function solverOf({ rule, strategy }: ReplayCommand, world: World): Promise<() => Promise<SrmSolver>> {
  if (rule !== 'srm' && strategy !== 'freeze-thaw') return () => Promise.reject(new UsageError(`rule ${rule}: fits nothing`));
  const solver = await (await world.machine()).openSolver();
  return () => Promise.resolve(solver);
}

function words({ ordering, budget, speedup, optimum_kept, regret, fully_trained }: NumberedOutcome, done: number, of: number): string {
  if (budget !== undefined) return `ordering ${ordering} (${done} of ${of}): ${budget.evaluations.toFixed(1)} evaluations, optimum ${budget.to_optimum === null ? `missed by ${regret.toFixed(3)}` : `after ${budget.to_optimum.toFixed(1)}`}`;
  return `ordering ${ordering} (${done} of ${of}): ${speedup.toFixed(2)}x, optimum ${optimum_kept ? 'kept' : `missed by ${regret.toFixed(3)}`}, ${fully_trained} fully trained`;
}

function table(summary: ReplaySummary & { readonly curves: string; readonly rule: string }): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return textTable([{ title: `${summary.curves}, ${summary.rule}` }, { title: `${summary.orderings} orderings`, align: 'right' }], [
    ['speed-up, epochs', `${summary.speedup_mean.toFixed(2)}${summary.orderings > 1 ? ` +- ${summary.speedup_se.toFixed(2)}` : ''}`],
    ...(summary.budget === undefined ? [['ceiling of that', summary.ceiling.toFixed(2)]] : []),
    ['optimum kept', percent(summary.optimum_kept)],
    ['regret, of 90th - 50th percentile', summary.regret_mean.toFixed(4)],
    ['rank of the best found', summary.rank_mean.toFixed(2)],
    ['fully trained', summary.fully_trained_mean.toFixed(1)],
    ['fewer full trainings', percent(summary.fewer_full_trainings)],
    ['of the ten best kept', percent(summary.top10_kept)],
    ['stopped wrongly, of those stopped', percent(summary.false_stop_rate)],
    ['the same against the bar at the freeze', percent(summary.false_stop_rate_at_freeze)],
    ['thawed', summary.thawed_mean.toFixed(1)],
    ...(summary.budget === undefined ? [] : budgetRows(summary.budget)),
    ...(summary.audit_bound_mean === undefined ? [] : [['audit: at most so many of the frozen beat the winner', percent(summary.audit_bound_mean)], ['audit: the true share was within that', percent(summary.audit_covers ?? 0)]]),
  ]);
}

function budgetRows({ evaluations_mean, optimum_found, top_found, to_optimum, to_top, to_top_median, best }: BudgetSummary): string[][] {
  const within = ([mean, low, high]: Interval, digits: number, scale = 1): string => `${(scale * mean).toFixed(digits)} (${[low, high].map((end) => (scale * end).toFixed(digits)).join(' to ')})`;
  return [
    ['evaluations (95 % intervals from here on)', evaluations_mean.toFixed(1)],
    ['optimum found, % of orderings', within(optimum_found, 0, 100)],
    ['evaluations to it, at least', within(to_optimum, 1)],
    ['top 0.1 % found, % of orderings', within(top_found, 0, 100)],
    ['evaluations to it, at least', within(to_top, 1)],
    ['median of that', to_top_median.toFixed(1)],
    ['best final', within(best, 3)],
  ];
}
