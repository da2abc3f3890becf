// One run of `foretell replay`: orderings of a recorded set, here or spread over processes of the same program, and their summary.
import { UsageError, type Rng, type TrialId } from '../../core/index.js';
import { cutAt } from '../../data/index.js';
import { pairOutcomes, replayOrdering, summariseOutcomes, wordsOf, type OrderingsOptions, type Recording } from '../../experiments/index.js';
import { loadCurveSet } from '../../host/index.js';
import type { SrmSolver } from '../../predict/index.js';
import { epsilonAt, poolDomain, poolSource } from '../../search/index.js';
import { budgetOf } from '../budget.js';
import { computeOf, type LazyCompute } from '../compute.js';
import { whereOf } from '../curves-dir.js';
import { openLines } from '../lines.js';
import { fullTrainings, ruleOf, ruleShape, sourceOf, strategyOf, strategyShape, type RuleName, type RuleSettings, type StrategySettings } from '../../parts/index.js';
import { withSignals } from '../signals.js';
import { checkedSettings } from '../settings.js';
import { recordedChoices } from '../strategy/choices.js';
import type { World } from '../world.js';
import type { ReplayCommand } from './options.js';
import { pretrainedRows } from './pretrained.js';
import { runConsecutive } from './consecutive.js';
import { expectGraphs } from './expect-graphs.js';
import { table, words, type PrintedSummary } from './print.js';
import { spread, type NumberedOutcome } from './spread.js';

/** The paper's simulation. */
const PAPER_BURN_IN = 100;

export async function runReplay(given: ReplayCommand, world: World): Promise<void> {
  const options = withBurnIn(given);
  const settings = checkedSettings({ ...ruleShape, ...strategyShape }, options.set ?? {});
  if (options.strategy === 'f-hyperband' && settings.runs !== undefined && options.budget !== undefined) throw new UsageError('replay: expected either --budget or --set runs=N, got both; N runs of Hyperband are replayed whole');
  if (options.strategy === 'f-hyperband' && settings.runs !== undefined) return runConsecutive(options, settings, settings.runs, world);
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
    const fitting = fittingOf(world);
    try {
      const orderings = await orderingsOf(options, settings, fitting, signal);
      const against = options.against === undefined ? null : await orderingsOf(withBurnIn({ ...given, rule: options.against }), settings, fitting, signal);
      for (const i of wanted) take({ ordering: i, ...(await replayOrdering(orderings, i)), ...(against === null ? {} : { against: await replayOrdering(against, i) }) });
    } finally {
      await fitting.close();
    }
  });
  if (options.only !== undefined) return lines?.close();
  const summary = { curves: options.curves, strategy: options.strategy, rule: options.rule, ...summariseOutcomes(outcomes.sort((a, b) => a.ordering - b.ordering)), ...pairedIn(outcomes, options.against) };
  lines?.write(summary);
  lines?.close();
  if (options.json !== true) world.terminal.out(table(summary, options.budget === undefined));
}

function withBurnIn(options: ReplayCommand): ReplayCommand {
  return options.rule === 'srm' && options.burnIn === undefined ? { ...options, burnIn: PAPER_BURN_IN } : options;
}

function pairedIn(outcomes: readonly NumberedOutcome[], rule: RuleName | undefined): Pick<PrintedSummary, 'paired'> {
  const pairs = outcomes.flatMap(({ against, ...one }) => (against === undefined ? [] : [{ one, other: against }]));
  return rule === undefined || pairs.length === 0 ? {} : { paired: { against: rule, ...pairOutcomes(pairs) } };
}

/** Opened where something fits: the others work without addon and device. */
function fittingOf({ machine, terminal }: World): Fitting {
  let opened: LazyCompute | null = null;
  return {
    openSolver: async () => (await machine()).openSolver(),
    openContext: async () => (opened ??= computeOf(await machine(), (message) => terminal.err(message))).openContext(),
    close: async () => opened?.close(),
  };
}

interface Fitting extends LazyCompute {
  openSolver(): Promise<SrmSolver>;
}

async function orderingsOf(options: ReplayCommand, settings: RuleSettings & StrategySettings, { openSolver, openContext }: Fitting, signal: AbortSignal): Promise<OrderingsOptions> {
  const where = whereOf(options);
  const whole = await loadCurveSet(options.curves, where);
  const set = options.epochs === undefined ? whole : cutAt(whole, options.epochs);
  expectGraphs(options.model, set);
  const { seed, thin, pretrained, audit, reading } = options;
  const parts = async (recording: Recording, rng: Rng) => {
    const { pool, set: { epochs } } = recording;
    const context = { openSolver, openContext, metric: set.metric, trials: Math.min(options.trials ?? Infinity, pool.length), epochs };
    const source = await sourceOf(options, settings, { openSolver, openContext, random: () => poolSource(pool), domain: () => poolDomain(pool, (candidate) => wordsOf(recording.rowOf(candidate))), choices: () => recordedChoices(recording), trials: context.trials, rng: rng.fork('source') });
    const schedule = settings.schedule ?? context.trials;
    return {
      strategy: await strategyOf(options.strategy, options, settings, { ...context, source, rng: rng.fork('freeze-thaw'), known: recording.pretrained.length }),
      rule: await ruleOf(options, settings, { ...context, rng: rng.fork('rule'), pretrained: recording.pretrained }),
      ...(reading === undefined ? {} : { reading }),
      ...(source.settings.name === 'q-learning' ? { stageOf: (trial: TrialId) => `epsilon ${epsilonAt(trial, schedule)}` } : {}),
    };
  };
  return { set, seed, pretrained: typeof pretrained === 'number' ? pretrained : await pretrainedRows(pretrained, { epochs: set.epochs, step: thin?.step ?? 1 }, where), burnIn: options.strategy === 'random' ? fullTrainings(options, set.rows.length) : 0, parts, signal, budgeted: options.trials !== undefined, limit: ({ pool }) => budgetOf(options.budget, Math.min(options.trials ?? Infinity, pool.length), set.epochs), ...(thin === undefined ? {} : { thin }), ...(audit === undefined ? {} : { audit }) };
}
