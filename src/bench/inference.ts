// Bulk predictions, rows a second: our GPU path and native path beside scikit-learn and libsvm-js (RBF alone), on the same fitted problem: nu = 1
// makes every training row a support vector. Rounds take turns in one run; medians. libsvm-js is given a part of the rows, for it is slow.
//   node dist/bench/inference.js [--rows 32768] [--rounds 5] [--vectors 500] [--columns 60] [--trees 300] [--cores 2] [--python /usr/bin/python3] [--adapter lavapipe]
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { createRng } from '../core/index.js';
import { openDevice } from '../gpu/index.js';
import { openGpu, readKernels } from '../host/index.js';
import { BatchedPredictor, type BulkModel, fitSvr, tuneSrmSet } from '../predict/index.js';
import { createChooser } from '../tune/index.js';
import { PythonPredictions } from './inference-python.js';

interface Machine {
  train(samples: number[][], labels: number[]): void;
  predict(samples: number[][]): number[];
  free(): void;
}
interface Svm {
  new (options: object): Machine;
  readonly SVM_TYPES: { readonly NU_SVR: string };
  readonly KERNEL_TYPES: { readonly RBF: string };
}

interface Side {
  readonly name: string;
  /** Seconds a row, and what the first rows were given. */
  readonly round: () => Promise<{ readonly seconds: number; readonly first: ArrayLike<number> }>;
}

const text = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: { rows: text('32768'), rounds: text('5'), vectors: text('500'), columns: text('60'), trees: text('300'), cores: text('2'), python: text('/usr/bin/python3'), adapter: text('lavapipe') },
});
const [count, rounds, vectors, columns, trees, cores] = [values.rows, values.rounds, values.vectors, values.columns, values.trees, values.cores].map(Number) as [number, number, number, number, number, number];
/** Rows for libsvm-js. */
const PART = 512;
const [c, nu, gamma, fraction] = [1, 1, 1 / columns, 1 / 3];

const rng = createRng('bulk predictions');
const draw = (rows: number): Float64Array => Float64Array.from({ length: rows * columns }, () => rng.normal());
const [x, rows] = [draw(vectors), draw(count)];
const y = Float64Array.from({ length: vectors }, (_, n) => Math.sin(x[n * columns] ?? 0) + (x[n * columns + 1] ?? 0) + 0.1 * rng.normal());
const features = { values: x, columns };
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;

const device = await openDevice({ gpu: await openGpu({ adapter: values.adapter }), kernels: await readKernels(), backend: 'vulkan' });
const context = { device, chooser: createChooser() };
const python = new PythonPredictions(values.python);
await python.start({ x: [...x], y: [...y], rows: [...rows], columns, c, nu, gamma, trees, fraction, cores });

const rbf = fitSvr({ features, target: y, kernel: 'rbf', draw: { c, nu, gamma }, tolerance: 1e-6 }).model;
const forests = await tuneSrmSet({ kind: 'rf', target: y, taus: [features], draws: [{ trees, fraction, seed: 1 }], folds: Int32Array.from(y, (_, i) => i % 3) });
await compare('rbf', rbf, [libsvmSide()]);
for (const { model } of forests.fits) await compare('forest', model, []);
python.close();
device.destroy();

async function compare(what: 'rbf' | 'forest', model: BulkModel, others: readonly Side[]): Promise<void> {
  const predictor = new BatchedPredictor(context, model);
  const own = (on: 'gpu' | 'cpu'): Side => ({ name: on === 'gpu' ? 'ours, GPU' : 'ours, native', round: () => timed(count, () => predictor.predict(rows, { on })) });
  const theirs: Side = { name: 'scikit-learn', round: async () => ((round) => ({ ...round, seconds: round.seconds / count }))(await python.round(what)) };
  const sides = [own('gpu'), own('cpu'), theirs, ...others];
  const seconds = sides.map((): number[] => []);
  const first = await Promise.all(sides.map(async ({ round }) => (await round()).first));
  for (let i = 0; i < rounds; i++) for (const [k, side] of sides.entries()) seconds[k]?.push((await side.round()).seconds);
  const apart = first.map((list) => Math.max(...Array.from({ length: 100 }, (_, n) => Math.abs((list[n] ?? NaN) - (first[1]?.[n] ?? NaN)))));
  const ratio = (mine: number, k: number): number => median((seconds[k] ?? []).map((s, i) => s / (seconds[mine]?.[i] ?? NaN)));
  const sizes = model.form === 'trees' ? { trees: model.roots.length, nodes: model.feature.length } : model.form === 'rbf' ? { vectors: model.coefficients.length } : {};
  const lines = sides.map(({ name }, k) => ({ side: name, rows_a_second: Math.round(1 / median(seconds[k] ?? [])), gpu_ratio: ratio(0, k), native_ratio: ratio(1, k), apart: apart[k] }));
  process.stdout.write(`${JSON.stringify({ what, columns, rows: count, rounds, ...sizes, crossover: await predictor.crossover(), sides: lines })}\n`);
  predictor.release();
}

function libsvmSide(): Side {
  const SVM = createRequire(import.meta.url)('libsvm-js/asm') as Svm;
  const matrix = (flat: Float64Array, n: number): number[][] => Array.from({ length: n }, (_, i) => [...flat.subarray(i * columns, (i + 1) * columns)]);
  const machine = new SVM({ type: SVM.SVM_TYPES.NU_SVR, kernel: SVM.KERNEL_TYPES.RBF, cost: c, nu, gamma, tolerance: 1e-6, quiet: true });
  machine.train(matrix(x, vectors), [...y]);
  const part = matrix(rows, Math.min(PART, count));
  return { name: 'libsvm-js', round: () => timed(part.length, async () => machine.predict(part)) };
}

async function timed(n: number, work: () => Promise<ArrayLike<number>>): Promise<{ seconds: number; first: ArrayLike<number> }> {
  const began = performance.now();
  const first = await work();
  return { seconds: (performance.now() - began) / 1000 / n, first };
}
