// A solver for tests of what lies above the addon: ridge regression by normal equations in plain f64 loops, left-out
// errors in closed form. Hyper-parameters are recorded and, but for `lambda`, not used.
import type { LinearModel, NativeModel, RefitRequest, SrmFit, SrmSet, TuneRequest } from '../../src/predict/native/types.js';
import type { SrmSolver } from '../../src/predict/srm/solver.js';

export class LineSolver implements SrmSolver {
  tunes = 0;
  refits = 0;
  /** Thrown by the next fits while set. */
  failure: Error | null = null;

  constructor(private readonly lambda = 1e-3) {}

  tune(request: TuneRequest): Promise<SrmSet> {
    this.tunes++;
    return this.solve(request, request.draws.length - 1);
  }

  refit(request: RefitRequest): Promise<SrmSet> {
    this.refits++;
    return this.solve(request, -1);
  }

  predict(model: NativeModel, row: Float64Array): number {
    if (model.form !== 'linear') throw new TypeError(`line solver: expected its own models, got ${model.form}`);
    const z = [...row].map((x, i) => (x - at(model.center, i)) * at(model.inverseScale, i));
    const f = z.reduce((sum, x, i) => sum + x * at(model.weights, i), model.bias);
    return model.targetCenter + model.targetScale * f;
  }

  private solve(request: TuneRequest | RefitRequest, draw: number): Promise<SrmSet> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const fits = request.taus.map(({ values, columns }): SrmFit => {
      const { model, looResiduals } = ridge(values, columns, request.target, this.lambda);
      return { model, draw, score: NaN, looResiduals, rank: -1, converged: true };
    });
    return Promise.resolve({ fits, seconds: 0, iterations: 0 });
  }
}

function ridge(values: Float64Array, columns: number, target: Float64Array, lambda: number): { model: LinearModel; looResiduals: Float64Array } {
  const n = target.length;
  const column = (j: number): number[] => Array.from({ length: n }, (_, i) => at(values, i * columns + j));
  const center = Float64Array.from({ length: columns }, (_, j) => mean(column(j)));
  const inverseScale = Float64Array.from({ length: columns }, (_, j) => {
    const s = Math.sqrt(mean(column(j).map((x) => (x - at(center, j)) ** 2)));
    return s > 1e-12 ? 1 / s : 0;
  });
  const z = Array.from({ length: n }, (_, i) =>
    Array.from({ length: columns }, (_, j) => (at(values, i * columns + j) - at(center, j)) * at(inverseScale, j)));
  const targetCenter = mean([...target]);
  const gram = Array.from({ length: columns }, (_, a) =>
    Array.from({ length: columns }, (_, b) => z.reduce((s, row) => s + at(row, a) * at(row, b), a === b ? lambda * n : 0)));
  const solveFor = (rhs: number[]): number[] => gauss(gram.map((row) => [...row]), rhs);
  const weights = solveFor(Array.from({ length: columns }, (_, j) => z.reduce((s, row, i) => s + at(row, j) * (at(target, i) - targetCenter), 0)));
  const looResiduals = Float64Array.from(z.map((row, i) => {
    const fitted = targetCenter + row.reduce((s, x, j) => s + x * at(weights, j), 0);
    const leverage = 1 / n + row.reduce((s, x, j) => s + x * at(solveFor([...row]), j), 0);
    return (at(target, i) - fitted) / (1 - leverage);
  }));
  const model: LinearModel = { form: 'linear', columns, center, inverseScale, targetCenter, targetScale: 1, weights: Float64Array.from(weights), bias: 0 };
  return { model, looResiduals };
}

/** Gaussian elimination; the ridge keeps every pivot positive. */
function gauss(matrix: number[][], rhs: number[]): number[] {
  const n = rhs.length;
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = at(matrix[i] ?? [], k) / at(matrix[k] ?? [], k);
      for (let j = k; j < n; j++) (matrix[i] as number[])[j] = at(matrix[i] ?? [], j) - factor * at(matrix[k] ?? [], j);
      rhs[i] = at(rhs, i) - factor * at(rhs, k);
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = at(rhs, k);
    for (let j = k + 1; j < n; j++) sum -= at(matrix[k] ?? [], j) * at(rhs, j);
    rhs[k] = sum / at(matrix[k] ?? [], k);
  }
  return rhs;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`line solver: no element ${index} of ${values.length}`);
  return value;
}
