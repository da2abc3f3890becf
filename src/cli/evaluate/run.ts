// One run of `foretell evaluate`: sets, models, shares and feature sets multiplied out, a line a cell as it is done.
import { createRng } from '../../core/index.js';
import { inScoresOf, stretched, thinned, type CurveSet } from '../../data/index.js';
import { evaluate, type Evaluation } from '../../experiments/index.js';
import { loadCurveSet } from '../../host/index.js';
import type { OpContext } from '../../ops/index.js';
import { createPredictor, type FeaturePart, type PredictorSettings } from '../../predict/index.js';
import { figure, textTable } from '../../report/index.js';
import { whereOf } from '../curves-dir.js';
import { computeOf } from '../compute.js';
import { openLines } from '../lines.js';
import { withSignals } from '../signals.js';
import type { World } from '../world.js';
import type { EvaluateCommand } from './options.js';
import { evaluateSettings, type EvaluateSettings } from './settings.js';

/** Kinds that take about a second a curve. */
const SLOW: ReadonlySet<string> = new Set(['lce', 'lcnet']);
const SLOW_CURVES = 100;

interface Cell {
  readonly set: CurveSet;
  readonly model: string;
  readonly features: readonly FeaturePart[];
  readonly fraction: number;
}

export interface CellLine extends Evaluation {
  readonly curves: string;
  readonly test_on?: string;
  readonly model: string;
  readonly features: string;
  readonly fraction: number;
  readonly train: number;
  readonly repeats: number;
  readonly draws: number;
}

export async function runEvaluate(options: EvaluateCommand, world: World): Promise<void> {
  const settings = evaluateSettings(options.set);
  const load = async (name: string): Promise<CurveSet> => {
    const set = await loadCurveSet(name, whereOf(options));
    return options.thin === undefined ? set : thinned(set, options.thin, createRng(options.seed).fork('thin', name));
  };
  const sets = await Promise.all(options.curves.map(load));
  const testOn = options.testOn === undefined ? undefined : await load(options.testOn);
  const machine = await world.machine();
  const solver = await machine.openSolver();
  const compute = computeOf(machine, (message) => world.terminal.err(message));
  const lines = openLines(options.json, world.terminal);
  const done: CellLine[] = [];
  try {
    await withSignals(() => undefined, async (signal) => {
      for (const cell of cellsOf(options, sets)) {
        const line = await evaluated(cell, { options, settings, solver, openContext: compute.openContext, testOn, signal });
        done.push(line);
        lines?.write(line);
        if (options.json !== true) world.terminal.err(words(line));
      }
    });
  } finally {
    await compute.close();
  }
  lines?.close();
  if (options.json !== true) world.terminal.out(table(done));
}

function cellsOf({ model, features, at }: EvaluateCommand, sets: readonly CurveSet[]): Cell[] {
  return sets.flatMap((set) => at.flatMap((fraction) => model.flatMap((kind) => features.map((parts) => ({ set, model: kind, features: parts, fraction })))));
}

interface Context {
  readonly options: EvaluateCommand;
  readonly settings: EvaluateSettings;
  readonly solver: PredictorSettings['solver'];
  readonly openContext: () => Promise<OpContext>;
  readonly testOn: CurveSet | undefined;
  readonly signal: AbortSignal;
}

async function evaluated({ set, model, features, fraction }: Cell, { options, settings, solver, openContext, testOn, signal }: Context): Promise<CellLine> {
  const { train, repeats, draws, sigma, seed } = options;
  const { scale, target, noise } = settings;
  const predictor = createPredictor(model, { features, scale, sigma, target, draws, solver, openContext, net: netOf(settings), metric: set.metric, ...samplingOf(settings) });
  const most = settings.curves ?? (SLOW.has(model) ? SLOW_CURVES : Infinity);
  const result = await evaluate({
    set, predictor, fraction, train, repeats, most, noise, signal, confidence: options.deltaConfidence, rng: createRng(seed).fork('evaluate', set.name), now: () => performance.now(), ...(testOn === undefined ? {} : { testOn: alike(testOn, set) }),
  });
  const other = testOn === undefined ? {} : { test_on: testOn.name };
  return { curves: set.name, ...other, model, features: features.join('+'), fraction, train, repeats, draws, ...result };
}

/** In scores of the training set, and at the same shares of a training where lengths differ; of a set without curves only final scores can be tested on. */
function alike(testOn: CurveSet, { epochs, metric }: CurveSet): CurveSet {
  const scored = inScoresOf(testOn, metric);
  return testOn.epochs === epochs || testOn.epochs === 1 ? scored : stretched(scored, epochs);
}

/** What a user changed of the nets. */
function netOf({ members, netEpochs: epochs, loss }: EvaluateSettings): NonNullable<PredictorSettings['net']> {
  return { ...(members === undefined ? {} : { members }), ...(epochs === undefined ? {} : { epochs }), ...(loss === undefined ? {} : { loss }) };
}

/** What a user changed of the samplers. */
function samplingOf({ samples, steps, runSteps }: EvaluateSettings): Pick<PredictorSettings, 'lce' | 'lcnet'> {
  const lcnet = { ...(steps === undefined ? {} : { steps }), ...(runSteps === undefined ? {} : { runSteps }) };
  return { ...(samples === undefined ? {} : { lce: { samples, burnIn: Math.floor(samples / 5) } }), lcnet };
}

function words(line: CellLine): string {
  const { curves, model, features, fraction, r2_mean, repeats } = line;
  return `${curves} ${model} ${features} at ${fraction}: R2 ${r2_mean.toFixed(3)}${repeats > 1 ? ` +- ${errorOf(line)}` : ''}`;
}

/** A single repeat has none. */
function errorOf({ r2_se, repeats }: CellLine): string {
  return repeats > 1 ? r2_se.toFixed(3) : '-';
}

function table(lines: readonly CellLine[]): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [{ title: 'curves' }, { title: 'model' }, { title: 'features' }, right('at'), right('tau'), right('R2'), right('+-'), right('rho'), right('tau-b'), right('MAE'), right('in 80 %'), right('in 95 %'), right('stopped'), right('wrongly'), right('fit ms'), right('predict us')];
  return textTable(columns, lines.map((line) => [
    line.curves, line.model, line.features, String(line.fraction), String(line.tau), line.r2_mean.toFixed(3), errorOf(line), line.spearman.toFixed(3),
    line.kendall.toFixed(3), figure(line.mae), line.coverage80.toFixed(3), line.coverage95.toFixed(3), line.stop_rate.toFixed(3), line.false_stop_rate.toFixed(4), line.fit_ms.toFixed(1), line.predict_us.toFixed(1),
  ]));
}
