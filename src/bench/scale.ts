// `node dist/bench/scale.js [--trials 1000,10000] [--strategy random|freeze-thaw] [--rule none|srm|chain] [--journal file|memory] [--curves SET]`: what a study
// costs as it grows. Trials are rows of a recorded set, drawn again and again with noise of their own; nothing is trained. One JSON line a size: events a second,
// memory, size of the journal, and what taking the study up again in another process costs up to its next verdict. Linear cost shows as a constant cpu_us_per_event.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRng, type Candidate, type Rng, type StoppingRule, type Strategy, type Task } from '../core/index.js';
import { completeRows, type CurveRow } from '../data/index.js';
import { loadCurveSet } from '../host/index.js';
import { burnInFor, CHAIN_PARTICLES, ChainRule, ChainRunModel, nativeSolver, NoRule, SrmPredictor, SrmRule, srmRuleDefaults } from '../predict/index.js';
import { FreezeThawStrategy, FullStrategy, type Source } from '../search/index.js';
import { createStudy, type StudyHandle } from '../study/index.js';

const EPOCHS = 20;
const MIB = 2 ** 20;
/** Of a whole curve (a factor), and of each epoch: those of two trainings of one network, about. */
const NOISE = { curve: 0.02, epoch: 0.004 };
/** As long as a real one. */
const CHECKPOINT = { key: 'scale', hash: '0'.repeat(64) };

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000,10000' }, strategy: { type: 'string', default: 'random' }, rule: { type: 'string', default: 'none' },
    journal: { type: 'string', default: 'file' }, curves: { type: 'string', default: 'metaqnn_cifar10' }, file: { type: 'string' }, resume: { type: 'boolean', default: false },
  },
});

if (values.file === undefined) measureAll(values.trials.split(',').map(Number));
else console.log(JSON.stringify(await (values.resume ? resume(values.file) : search(values.file))));

/** Each size in processes of its own, so that memory is its alone. */
function measureAll(sizes: readonly number[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-scale-'));
  try {
    for (const trials of sizes) {
      const file = join(folder, `${trials}.study`);
      const ran = apart(trials, file);
      const resumed = values.journal === 'file' ? apart(trials, file, '--resume') : {};
      const { strategy, rule, journal } = values;
      console.log(JSON.stringify({ trials, strategy, rule, journal, ...ran, ...resumed }));
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function apart(trials: number, file: string, ...more: readonly string[]): object {
  const { strategy, rule, journal, curves } = values;
  const asked = Object.entries({ trials, strategy, rule, journal, curves, file }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const out = execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...asked, ...more], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(out) as object;
}

async function search(file: string) {
  const trials = Number(values.trials);
  const resampled = await resampledRuns(trials);
  const began = { wall: performance.now(), cpu: process.cpuUsage() };
  const study = await open(file, resampled);
  await pass(study, resampled, trials);
  const { seq, totals, counts } = study.state;
  const cpu = process.cpuUsage(began.cpu);
  await study.close();
  const seconds = (performance.now() - began.wall) / 1000;
  return {
    events: seq, epochs: totals.epochs, finished: counts.finished, frozen: counts.frozen, thaws: totals.thaws, wall_s: round(seconds), events_per_s: Math.round(seq / seconds),
    cpu_us_per_event: round((cpu.user + cpu.system) / seq), peak_rss_mib: peak(), ...(values.journal === 'file' ? { journal_mib: round(statSync(file).size / MIB) } : {}),
  };
}

/** Folds the journal, and trains an epoch, for which the rule makes its model again. */
async function resume(file: string) {
  const resampled = await resampledRuns(Number(values.trials));
  const began = performance.now();
  const study = await open(file, resampled);
  const opened = performance.now();
  const answer = await study.ask();
  if (answer.action === 'train') await study.report(answer.task.trial, { attempt: answer.task.attempt, epoch: 1, value: resampled.curveOf(answer.task.trial)[0] as number, seconds: 1 });
  const judged = performance.now();
  await study.close();
  return { resume_s: round((opened - began) / 1000), next_verdict_s: round((judged - opened) / 1000), resume_peak_rss_mib: peak() };
}

function open(file: string, { rng, source }: Resampled): Promise<StudyHandle> {
  // One more than will be run: what is taken up again still has something to do.
  const trials = Number(values.trials) + 1;
  const parts = { strategy: strategyOf(trials, source, rng.fork('strategy')), rule: ruleOf(trials, rng.fork('rule')) };
  return createStudy({ header: { name: 'scale', epochs: EPOCHS, seed: 1 }, ...parts, ...(values.journal === 'file' ? { journal: file } : {}) });
}

/** Ends with the strategy's last word, or where it asks for one trial too many. */
async function pass(study: StudyHandle, resampled: Resampled, trials: number): Promise<void> {
  for (;;) {
    const answer = await study.ask();
    if (answer.action !== 'train') return;
    if (values.strategy === 'random' && answer.task.trial === trials) return study.release(answer.task.trial, answer.task.attempt);
    await train(study, answer.task, resampled.curveOf(answer.task.trial));
  }
}

async function train(study: StudyHandle, { trial, attempt, from, until }: Task, curve: readonly number[]): Promise<void> {
  for (let epoch = (from?.epoch ?? 0) + 1; epoch <= until; epoch++) {
    const verdict = await study.report(trial, { attempt, epoch, value: curve[epoch - 1] as number, seconds: 1, checkpoint: CHECKPOINT });
    if (verdict.action !== 'continue') return;
  }
}

function strategyOf(trials: number, source: Source, rng: Rng): Strategy {
  if (values.strategy === 'random') return new FullStrategy(source, { trials, epochs: EPOCHS, nth: 1 });
  const model = new ChainRunModel(EPOCHS, { features: ['TS', 'AP', 'HP'], particles: CHAIN_PARTICLES }, rng.fork('model'));
  return new FreezeThawStrategy(source, model, { trials, epochs: EPOCHS, nth: 1, confidence: 0.95, offset: 0, burnIn: { ...burnInFor(trials), scouts: trials } }, rng);
}

function ruleOf(trials: number, rng: Rng): StoppingRule {
  if (values.rule === 'none') return new NoRule();
  if (values.rule === 'chain') return new ChainRule({ confidence: 0.95, offset: 0, thaw: true, features: ['TS', 'AP', 'HP'], burnIn: burnInFor(trials), particles: CHAIN_PARTICLES }, rng);
  const predictor = new SrmPredictor({ kind: 'svr-rbf', features: ['TS', 'AP', 'HP'], scale: 'auto', sigma: 'loo', draws: 200, solver: nativeSolver });
  return new SrmRule(predictor, { ...srmRuleDefaults, burnIn: 100 }, rng);
}

interface Resampled {
  readonly rng: Rng;
  readonly source: Source;
  curveOf(trial: number): readonly number[];
}

/** Nothing is kept of a trial: what it is follows from its number. */
async function resampledRuns(trials: number): Promise<Resampled> {
  const rows = completeRows(await loadCurveSet(values.curves, {})).filter(({ curve }) => curve.length >= EPOCHS);
  const rng = createRng(1);
  const rowOf = (trial: number): CurveRow => rows[rng.fork('row', trial).int(rows.length)] as CurveRow;
  const candidateOf = ({ ap, hp }: CurveRow): Candidate => ({ architecture: null, ap, hp });
  return {
    rng,
    source: { settings: { name: 'random' }, tell: () => undefined, next: (trial) => Promise.resolve(trial > trials ? null : { candidate: candidateOf(rowOf(trial)) }) },
    curveOf: (trial) => {
      const noise = rng.fork('noise', trial);
      const factor = 1 + NOISE.curve * noise.normal();
      return rowOf(trial).curve.slice(0, EPOCHS).map((y) => factor * y + NOISE.epoch * noise.normal());
    },
  };
}

function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
