// Times a whole set of SRMs (random search in 3-fold CV for every tau, final fits, leave-one-out) in the addon against scikit-learn's NuSVR.
// Rounds take turns in one run, both on --cores cores; medians of the rounds. The choices of both sides are compared before any ratio is printed.
//   node dist/bench/srm.js [--kind svr-rbf|svr-linear] [--draws 200] [--epochs 20] [--rows 100] [--rounds 3] [--cores 2] [--share 1] [--python /usr/bin/python3]
// --share below 1 gives scikit-learn that part of the draws and of the left-out rows, and scales its time up; the JSON line says so.
import { parseArgs } from 'node:util';
import { fitSvr, refitSrmSet, tuneSrmSet, type SrmSet, type TuneRequest } from '../predict/index.js';
import { benchSet } from './srm-set.js';
import { Sklearn, type SklearnFit } from './srm-sklearn.js';

/** Our set takes a fraction of a second, so it is repeated within a round. */
const OUR_REPEATS = 5;
const FIT_REPEATS = 200;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Milliseconds of one fit on all rows at the last tau: standardisation, kernel matrix and solver. */
async function oneFit({ kind, target, taus }: TuneRequest): Promise<number> {
  const features = taus.at(-1);
  if (!features) return NaN;
  const request = { features, target, kernel: kind === 'svr-linear' ? 'linear' : 'rbf', draw: { c: 1, nu: 0.5, gamma: 1 / features.columns }, standardise: true } as const;
  const times: number[] = [];
  for (let i = 0; i < FIT_REPEATS; i++) times.push(1000 * (await seconds(async () => fitSvr(request))));
  return median(times);
}

const rms = (values: readonly number[]): number => Math.sqrt(values.reduce((s, v) => s + v * v, 0) / values.length);

/** How the answers differ. Both solvers stop at a tolerance of 1e-3, so near ties may be decided either way: what counts is what the choice is worth. */
function disagreement(ours: SrmSet, theirs: readonly SklearnFit[]): { score: number; chosen: number } {
  const score = ours.fits.map((fit, k) => Math.abs(fit.score - (theirs[k]?.scores[fit.draw] ?? fit.score)));
  const chosen = ours.fits.map((fit, k) => Math.max(...(theirs[k]?.scores ?? [])) - (theirs[k]?.scores[fit.draw] ?? NaN));
  return { score: Math.max(...score), chosen: Math.max(...chosen) };
}

/** Largest relative difference of the leave-one-out RMS, both with the draw that scikit-learn chose. */
async function looDisagreement(request: TuneRequest, theirs: readonly SklearnFit[], looRows: number): Promise<number> {
  const chosen = theirs.map(({ scores }) => request.draws[scores.indexOf(Math.max(...scores))] ?? { lambda: NaN });
  const ours = await refitSrmSet({ kind: request.kind, target: request.target, taus: request.taus, chosen });
  const spread = Math.sqrt(request.target.reduce((s, v) => s + v * v, 0) / request.target.length - (request.target.reduce((s, v) => s + v, 0) / request.target.length) ** 2);
  const relative = ours.fits.map((fit, k) => rms([...fit.looResiduals.slice(0, looRows)].map((e) => e / spread)) / rms(theirs[k]?.loo ?? []) - 1);
  return Math.max(...relative.map(Math.abs));
}

async function measure(request: TuneRequest, sklearn: Sklearn, settings: { rounds: number; cores: number; share: number }) {
  const { rounds, cores, share } = settings;
  const drawsTried = Math.max(1, Math.round(share * request.draws.length));
  const looRows = Math.max(1, Math.round(share * request.target.length));
  const ours: number[] = [];
  const theirs: number[] = [];
  let fits: readonly SklearnFit[] = [];
  await sklearn.start(request, cores);
  const set = await tuneSrmSet({ ...request, threads: cores });
  for (let i = 0; i < rounds; i++) {
    for (let k = 0; k < OUR_REPEATS; k++) ours.push(await seconds(() => tuneSrmSet({ ...request, threads: cores })));
    const round = await sklearn.round(drawsTried, looRows);
    theirs.push(round.seconds / share);
    fits = round.fits;
    process.stderr.write(`round ${i + 1}: ours ${median(ours.slice(-OUR_REPEATS)).toFixed(3)} s, scikit-learn ${round.seconds.toFixed(1)} s\n`);
  }
  const difference = share === 1 ? disagreement(set, fits) : { score: null, chosen: null };
  const loo = await looDisagreement({ ...request, draws: request.draws.slice(0, drawsTried) }, fits, looRows);
  return { oursSeconds: median(ours), sklearnSeconds: median(theirs), drawsTried, looRows, difference, loo, iterations: set.iterations };
}

async function main(): Promise<void> {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    options: { kind: text('svr-rbf'), draws: text('200'), epochs: text('20'), rows: text('100'), rounds: text('3'), cores: text('2'), share: text('1'), seed: text('srm'), python: text('/usr/bin/python3') },
  });
  if (values.kind !== 'svr-rbf' && values.kind !== 'svr-linear') throw new Error(`--kind: expected svr-rbf or svr-linear, got ${values.kind}`);
  const [rows, epochs, draws, rounds, cores, share] = [values.rows, values.epochs, values.draws, values.rounds, values.cores, values.share].map(Number) as [number, number, number, number, number, number];
  const request = benchSet({ kind: values.kind, rows, epochs, draws, seed: values.seed });
  const sklearn = new Sklearn(values.python);
  try {
    const m = await measure(request, sklearn, { rounds, cores, share });
    const result = {
      kind: values.kind,
      rows,
      columns: request.taus.at(-1)?.columns,
      models: request.taus.length,
      draws,
      cores,
      one_fit_ms: await oneFit(request),
      sklearn_one_fit_ms: await sklearn.oneFit(),
      ours_s: m.oursSeconds,
      sklearn_s: m.sklearnSeconds,
      ratio: m.sklearnSeconds / m.oursSeconds,
      sklearn_draws_tried: m.drawsTried,
      sklearn_rows_left_out: m.looRows,
      largest_score_difference: m.difference.score,
      largest_loss_by_choice: m.difference.chosen,
      largest_loo_rms_difference: m.loo,
      iterations: m.iterations,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    sklearn.close();
  }
}

await main();
