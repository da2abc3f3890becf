// The benchmark's data: synthetic learning curves that saturate, and one feature matrix a tau as in Baker et al. 2017. Both sides get the same numbers.
// It times nothing.
import { createRng, type Rng } from '../core/index.js';
import { featureMatrix, fitEncoding, type SvrDraw, type TrainingRow, type TuneRequest } from '../predict/index.js';

export interface BenchSet {
  readonly kind: 'svr-rbf' | 'svr-linear';
  readonly rows: number;
  readonly epochs: number;
  readonly draws: number;
  readonly seed: string;
}

/** Six columns beside the curve, so that the last of 20 epochs has 19 + 18 + 17 + 6 = 60. */
function run(trial: number, epochs: number, rng: Rng): TrainingRow {
  const [depth, width, rate, decay] = [rng.uniform(2, 12), rng.logUniform(16, 512), rng.logUniform(1e-4, 1e-1), rng.logUniform(1e-6, 1e-2)];
  const best = 0.55 + 0.3 * Math.exp(-((Math.log10(rate) + 2.5) ** 2)) + 0.01 * depth + 0.02 * rng.normal();
  const speed = 0.1 + 0.4 * rng.next();
  const curve = Array.from({ length: epochs }, (_, t) => best * (1 - Math.exp(-speed * (t + 1))) + 0.008 * rng.normal());
  return { trial, curve, ap: { depth, width, weights: depth * width ** 2 }, hp: { rate, decay, momentum: rng.uniform(0.5, 0.99) } };
}

export function benchSet({ kind, rows, epochs, draws, seed }: BenchSet): TuneRequest & { readonly draws: readonly SvrDraw[] } {
  const rng = createRng(seed);
  const runs = Array.from({ length: rows }, (_, i) => run(i, epochs, rng.fork('run', i)));
  const encoding = fitEncoding(runs, ['TS', 'AP', 'HP'], 'auto');
  const taus = Array.from({ length: epochs - 1 }, (_, k) => featureMatrix(encoding, runs, k + 1));
  const target = Float64Array.from(runs, ({ curve }) => curve[epochs - 1] ?? NaN);
  const folds = rng.fork('folds').shuffle(Int32Array.from({ length: rows }, (_, i) => i % 3));
  const drawing = rng.fork('draws');
  const points = Array.from({ length: draws }, () => ({ c: drawing.logUniform(1e-5, 10), nu: 1 - drawing.next(), gamma: drawing.logUniform(1e-5, 10) }));
  return { kind, target, taus, draws: points, folds };
}
