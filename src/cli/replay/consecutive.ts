// `foretell replay --strategy f-hyperband --set runs=N`: Hyperband N times on a recorded set, with the rule inside its rungs and without, and what that saved.
import { createRng, type Candidate } from '../../core/index.js';
import { cutAt } from '../../data/index.js';
import { consecutiveRuns, recordingOf, summariseConsecutive, type Consecutive, type ConsecutiveSummary, type Interval } from '../../experiments/index.js';
import { loadCurveSet } from '../../host/index.js';
import { NoRule } from '../../predict/index.js';
import { textTable } from '../../report/index.js';
import { hyperbandBrackets, poolSource } from '../../search/index.js';
import { whereOf } from '../curves-dir.js';
import { openLines } from '../lines.js';
import { ruleOf, strategyOf, type RuleSettings, type StrategySettings } from '../../parts/index.js';
import { withSignals } from '../signals.js';
import type { World } from '../world.js';
import { expectGraphs } from './expect-graphs.js';
import type { ReplayCommand } from './options.js';
import { pretrainedRows } from './pretrained.js';
import { spread } from './spread.js';

type Numbered = Consecutive & { readonly ordering: number };

export async function runConsecutive(options: ReplayCommand, settings: RuleSettings & StrategySettings, runs: number, world: World): Promise<void> {
  const lines = openLines(options.json, world.terminal);
  const outcomes: Numbered[] = [];
  const take = (outcome: Numbered): void => {
    outcomes.push(outcome);
    lines?.write(outcome);
    if (options.json !== true && options.only === undefined) world.terminal.err(`${outcomes.length} of ${options.orderings}: ${figure(outcome.saved)}x over ${runs} runs, ${figure(outcome.saved_after)}x from run ${outcome.active_from} on, best final ${figure(outcome.difference, 4)}`);
  };
  await withSignals(() => undefined, async (signal) => {
    const wanted = options.only ?? Array.from({ length: options.orderings }, (_, i) => i);
    const processes = options.only === undefined ? Math.min(options.parallel, wanted.length) : 1;
    if (processes > 1) return spread(wanted, processes, take, signal);
    const play = await player(options, settings, runs, world, signal);
    for (const i of wanted) take({ ordering: i, ...(await play(i)) });
  });
  if (options.only !== undefined) return lines?.close();
  const summary = { curves: options.curves, strategy: options.strategy, model: options.model, kappa: options.kappa, runs, ...summariseConsecutive(outcomes.sort((a, b) => a.ordering - b.ordering)) };
  lines?.write(summary);
  lines?.close();
  if (options.json !== true) world.terminal.out(table(summary));
}

async function player(options: ReplayCommand, settings: RuleSettings & StrategySettings, runs: number, world: World, signal: AbortSignal): Promise<(i: number) => Promise<Consecutive>> {
  const { curves, seed, minModels, epochs: cut } = options;
  const whole = await loadCurveSet(curves, whereOf(options));
  const set = cut === undefined ? whole : cutAt(whole, cut);
  expectGraphs(options.model, set);
  const { epochs, metric } = set;
  const pretrained = typeof options.pretrained === 'number' ? options.pretrained : await pretrainedRows(options.pretrained, { epochs, step: 1 }, whereOf(options));
  const solver = await (await world.machine()).openSolver();
  const brackets = hyperbandBrackets({ epochs, eta: settings.eta });
  const each = brackets.reduce((sum, { rungs: [first] }) => sum + (first?.trials ?? 0), 0);
  const rungs = [...new Set(brackets.flatMap(({ rungs: of }) => of.map((rung) => rung.epochs)))].sort((a, b) => a - b);
  return async (i) => {
    const rng = createRng(seed).fork('consecutive', set.name, i);
    const recording = recordingOf(set, pretrained, rng);
    const known = recording.pretrained.length;
    const parts = async (pool: readonly Candidate[], pruned: boolean) => {
      const context = { openSolver: () => Promise.resolve(solver), metric, trials: pool.length, epochs, source: poolSource(pool), known, rng: rng.fork('strategy') };
      const strategy = await strategyOf(pruned ? 'f-hyperband' : 'hyperband', options, settings, context);
      return { strategy, rule: pruned ? await ruleOf(options, settings, { ...context, rng: rng.fork('rule'), pretrained: recording.pretrained }) : new NoRule() };
    };
    return consecutiveRuns({ recording, runs, each, rungs, minModels, known, rng, parts, signal });
  };
}

function table(summary: ConsecutiveSummary & { readonly curves: string; readonly kappa: number; readonly model: string; readonly runs: number }): string {
  const within = ([mean, low, high]: Interval, digits = 2): string => (Number.isFinite(mean) ? `${figure(mean, digits)} (${figure(low, digits)} to ${figure(high, digits)})` : NONE);
  return textTable([{ title: `${summary.curves}, f-hyperband, ${summary.model}, kappa ${summary.kappa}` }, { title: `${summary.repeats} x ${summary.runs} runs, 95 %`, align: 'right' }], [
    ['epochs of Hyperband / with the rule, all runs', within(summary.saved)],
    ['before every r_i had its min-models', within(summary.saved_before)],
    ['after', within(summary.saved_after)],
    ['first run after', figure(summary.active_from, 1)],
    ['best final of a run - that of Hyperband', within(summary.difference, 4)],
    ['share of trials frozen', summary.frozen.toFixed(3)],
  ]);
}

const NONE = '-';

/** Of a line of another process null is what is not a number: no run of that kind. */
function figure(value: number | null, digits = 2): string {
  return value === null || !Number.isFinite(value) ? NONE : value.toFixed(digits);
}
