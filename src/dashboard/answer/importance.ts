// Which numbers of a configuration its score hangs on: permutation importance by a random forest, on trials that the forest has not seen (Breiman 2001;
// Fisher, Rudin and Dominici 2019). Ten fits, each with a seed and a left-out fifth of its own, say how far to trust a bar. Frozen trials count with the
// value that was predicted of them: without them only survivors would, and what ruins a trial would look harmless.
import { setImmediate as breathe } from 'node:timers/promises';
import { createRng, type Rng } from '../../core/index.js';
import { predictRows, refitSrmSet, rSquared, type NativeModel } from '../../predict/index.js';
import type { StudyState } from '../../study/index.js';
import { Digest } from '../follow/digest.js';
import type { Importance } from '../wire.js';
import { finalOf, rounded } from './columns.js';

/** Fewer scores say nothing. */
export const LEAST_ROWS = 20;
/** More are drawn from: with 800 the bars no longer move. */
const MOST_ROWS = 800;
const REPEATS = 2;
const FOLDS = 5;
const TREES = 60;
const FRACTION = 1 / 3;

interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly target: readonly number[];
  readonly predicted: number;
}

/** Null where there is too little to say; takes about a second, in slices. */
export async function importanceOf(state: StudyState): Promise<Importance | null> {
  const table = tableOf(state);
  if (table === null) return null;
  const rng = createRng('importance');
  const fits: { readonly r2: number; readonly drops: readonly number[] }[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const folds = rng.fork('folds', repeat).shuffle(table.target.map((_, i) => i % FOLDS));
    for (let fold = 0; fold < FOLDS; fold++) fits.push(await oneFit(table, folds, fold, rng.fork('fit', repeat, fold)));
  }
  const r2 = fits.map((fit) => fit.r2);
  const columns = table.names.map((name, c) => ({ name, ...spreadOf(fits.map(({ drops }) => drops[c] as number)) }));
  const judged = state.counts.finished + state.counts.frozen;
  return {
    rows: table.target.length, predicted: table.predicted, fits: fits.length, r2: spreadOf(r2).mean, r2Deviation: spreadOf(r2).deviation,
    columns: columns.sort((a, b) => b.mean - a.mean), next: Math.ceil(judged * 1.1) + 5,
  };
}

async function oneFit({ names, rows, target }: Table, folds: readonly number[], fold: number, rng: Rng): Promise<{ readonly r2: number; readonly drops: readonly number[] }> {
  const inside = folds.flatMap((of, i) => (of === fold ? [] : [i]));
  const outside = folds.flatMap((of, i) => (of === fold ? [i] : []));
  const matrix = (ids: readonly number[]): Float64Array => Float64Array.from(ids.flatMap((i) => rows[i] as readonly number[]));
  const y = outside.map((i) => target[i] as number);
  const features = { values: matrix(inside), columns: names.length };
  const chosen = [{ trees: TREES, fraction: FRACTION, seed: rng.int(2 ** 31) }];
  const { fits: [fit] } = await refitSrmSet({ kind: 'rf', target: Float64Array.from(inside, (i) => target[i] as number), taus: [features], chosen, threads: 1 });
  const { model } = fit as { readonly model: NativeModel };
  const seen = matrix(outside);
  const r2 = r2Of(predictRows(model, seen), y);
  const drops: number[] = [];
  for (let c = 0; c < names.length; c++) {
    const mixed = seen.slice();
    rng.fork('column', c).shuffle(outside.map((_, i) => i)).forEach((from, to) => (mixed[to * names.length + c] = seen[from * names.length + c] as number));
    drops.push(r2 - r2Of(predictRows(model, mixed), y));
    await breathe();
  }
  return { r2, drops };
}

/** Columns that vary, among trials with a score. */
function tableOf(state: StudyState): Table | null {
  const judged = state.trials.flatMap((trial) => {
    const final = finalOf(state, trial);
    const y = final ?? (trial.status === 'frozen' ? trial.value?.y : undefined);
    return y === undefined ? [] : [{ y, predicted: final === null, numbers: new Map(Digest.numbersOf(trial.candidate)) }];
  });
  const drawn = judged.length > MOST_ROWS ? createRng('rows').shuffle(judged).slice(0, MOST_ROWS) : judged;
  const names = [...new Set(drawn.flatMap(({ numbers }) => [...numbers.keys()]))].filter((name) => new Set(drawn.map(({ numbers }) => numbers.get(name))).size > 1);
  if (drawn.length < LEAST_ROWS || names.length === 0) return null;
  // What a configuration lacks lies below all that others have: a tree can tell it apart.
  const lacking = names.map((name) => Math.min(...drawn.map(({ numbers }) => numbers.get(name) ?? Infinity)) - 1);
  return {
    names, rows: drawn.map(({ numbers }) => names.map((name, c) => numbers.get(name) ?? (lacking[c] as number))),
    target: drawn.map(({ y }) => y), predicted: drawn.filter(({ predicted }) => predicted).length,
  };
}

/** Where all left-out scores are the same there is nothing to explain. */
function r2Of(predicted: Float64Array, y: readonly number[]): number {
  const r2 = rSquared(y, [...predicted]);
  return Number.isNaN(r2) ? 0 : r2;
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return { mean: rounded(mean), deviation: rounded(deviation) };
}
