// One run of `foretell paper`: the paper's tables and figures measured on its authors' curves, each result kept as soon as it is there, and
// one page with ours beside theirs.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DataError, messageOf, type Rng } from '../../core/index.js';
import type { CurveSet } from '../../data/index.js';
import { isPossible, PAPER_SETS, paperPlan, replayOrdering, runPaper, summariseOutcomes, type EvaluateTask, type PaperContext, type PaperResult, type Recording, type ReplayTask } from '../../experiments/index.js';
import { loadCurveSet } from '../../host/index.js';
import { createPredictor, PREDICTOR_KINDS, type FeaturePart, type SrmSolver } from '../../predict/index.js';
import { renderFigures } from '../../report/index.js';
import { poolSource, FullStrategy } from '../../search/index.js';
import { whereOf } from '../curves-dir.js';
import { writing } from '../files.js';
import { openLines } from '../lines.js';
import { openResults } from '../results.js';
import { replayDefaults } from '../replay/options.js';
import { ruleOf } from '../../parts/index.js';
import { withSignals } from '../signals.js';
import type { World } from '../world.js';
import type { PaperCommand } from './options.js';
import { paperPage } from './page.js';

const PAPER_BURN_IN = 100;

export async function runPaperCommand(options: PaperCommand, world: World): Promise<void> {
  const { terminal } = world;
  const sets = await presentSets(options, (line) => terminal.err(line));
  const plan = paperPlan(options.quick === true, PREDICTOR_KINDS).filter((task) => {
    const set = sets.get(task.set);
    return set !== undefined && isPossible(task, set);
  });
  writing(options.out, '--out', () => mkdirSync(options.out, { recursive: true }));
  const results = openResults<PaperResult>(path.join(options.out, 'results.jsonl'));
  const page = path.join(options.out, 'paper.html');
  const show = (): void => writing(page, '--out', () => writeFileSync(page, renderFigures(paperPage(plan.flatMap(({ key }) => results.known.get(key) ?? []), plan.length))));
  const lines = openLines(options.json, terminal);
  const solver = await (await world.machine()).openSolver();
  let done = plan.filter(({ key }) => results.known.has(key)).length;
  if (done > 0) terminal.err(`${done} of ${plan.length} measurements were made before`);
  try {
    await withSignals(() => terminal.err('stopping after this measurement; run the same command again to go on'), async (signal) => {
      for await (const result of runPaper(plan, new Set(results.known.keys()), contextOf(options, sets, solver, signal))) {
        results.add(result);
        lines?.write(result);
        terminal.err(`${++done} of ${plan.length}: ${result.key}: ${words(result)}`);
      }
    });
  } finally {
    show();
    lines?.close();
  }
  if (options.json !== true) terminal.out(`page      ${page}`);
}

/** Those of the authors' sets that are on this machine; at least one. */
async function presentSets(options: PaperCommand, say: (line: string) => void): Promise<ReadonlyMap<string, CurveSet>> {
  const found = new Map<string, CurveSet>();
  let missing: unknown = null;
  for (const name of PAPER_SETS) {
    try {
      found.set(name, await loadCurveSet(name, whereOf(options)));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      missing = error;
      say(`left out: ${messageOf(error).split('\n')[0] ?? ''}`);
    }
  }
  if (found.size === 0) throw missing;
  return found;
}

function contextOf({ seed }: PaperCommand, sets: ReadonlyMap<string, CurveSet>, solver: SrmSolver, signal: AbortSignal): PaperContext {
  return {
    sets, seed, signal, now: () => performance.now(),
    predictor: ({ model, draws, target }: EvaluateTask, features: readonly FeaturePart[], set) => createPredictor(model, { features, scale: 'auto', sigma: 'loo', target, draws, solver, metric: set.metric }),
    async replay(task: ReplayTask, set) {
      const outcomes = [];
      for (let i = 0; i < task.orderings; i++) outcomes.push(await replayOrdering({ set, seed, pretrained: task.pretrained, burnIn: PAPER_BURN_IN, signal, parts: (recording, rng) => partsOf(task, solver, recording, rng) }, i));
      return summariseOutcomes(outcomes);
    },
  };
}

/** The paper's rule: burn-in of 100, fitted once, RMS leave-one-out, a stop is final. */
async function partsOf({ confidence, offset, draws }: ReplayTask, solver: SrmSolver, { pool, set, pretrained }: Recording, rng: Rng) {
  const rule = { ...replayDefaults, deltaConfidence: confidence, offset, draws, burnIn: PAPER_BURN_IN, refit: false, thaw: false };
  const settings = { features: 'TS+AP+HP', scale: 'auto', target: 'level', grace: 1, k: 20 } as const;
  const context = { openSolver: () => Promise.resolve(solver), rng: rng.fork('rule'), pretrained, metric: set.metric, trials: pool.length, epochs: set.epochs };
  return { strategy: new FullStrategy(poolSource(pool), { trials: pool.length, epochs: set.epochs, nth: 1 }), rule: await ruleOf(rule, settings, context) };
}

function words({ result }: PaperResult): string {
  if ('r2_mean' in result) return `R2 ${result.r2_mean.toFixed(3)}`;
  return `${result.speedup_mean.toFixed(2)}x, optimum kept in ${(100 * result.optimum_kept).toFixed(0)} %`;
}
