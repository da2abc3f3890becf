// All live curves of a study at once, each by the model of its own number of seen epochs: models of a kind lie in one buffer, and all
// their rows take one dispatch. Linear and RBF models; trees are BatchedPredictor's, one model at a time. Never for verdicts, which are the addon's alone.
import { UsageError } from '../../core/index.js';
import type { Tensor } from '../../gpu/index.js';
import { linearNumbers, type OpContext, ownModelForward, type OwnModelRow, ownModelTable, rbfNumbers } from '../../ops/index.js';
import type { LinearModel, RbfModel } from '../native/types.js';

export type LiveModel = LinearModel | RbfModel;

export interface LiveRow {
  /** Seen epochs: which model. */
  readonly tau: number;
  /** Raw features, as that model has them. */
  readonly row: Float64Array;
}

interface Kind {
  readonly form: LiveModel['form'];
  readonly models: Tensor;
  /** By tau: where its model begins. */
  readonly offsets: ReadonlyMap<number, number>;
}

export class LivePredictor {
  private readonly kinds: readonly Kind[];

  /** `models` by tau; the addon's, of any kinds mixed. */
  constructor(
    private readonly context: OpContext,
    private readonly models: ReadonlyMap<number, LiveModel>,
  ) {
    this.kinds = (['linear', 'rbf'] as const).flatMap((form) => packed(context, form, models));
  }

  /** In the target's units, in the order of `rows`: one dispatch a kind, one submit. */
  async predict(rows: readonly LiveRow[]): Promise<Float64Array> {
    const models = rows.map((row) => this.modelOf(row));
    const out = new Float64Array(rows.length);
    const shares = this.kinds.map((kind) => ({ kind, members: models.flatMap(({ form }, n) => (form === kind.form ? [n] : [])) })).filter(({ members }) => members.length > 0);
    if (shares.length === 0) return out;
    const { device } = this.context;
    const laid = shares.map(({ kind, members }) => this.layOut(kind, members.map((n) => rows[n] as LiveRow)));
    const dispatches = await Promise.all(laid.map(({ kind, numbers, tensors }) => ownModelForward(this.context, { rbf: kind.form === 'rbf', numbers }, tensors)));
    const program = await device.program('live curves', dispatches.flat());
    program.run();
    const read = await Promise.all(laid.map(({ tensors }) => device.read(tensors.y)));
    program.release();
    for (const { tensors: { rows: table, x, y } } of laid) [table, x, y].forEach((tensor) => tensor.release());
    shares.forEach(({ members }, k) => members.forEach((n, i) => {
      const { targetCenter, targetScale } = models[n] as LiveModel;
      out[n] = targetCenter + targetScale * (read[k]?.[i] ?? NaN);
    }));
    return out;
  }

  /** Gives back what lies on the device. Not while a prediction runs. */
  release(): void {
    this.kinds.forEach(({ models }) => models.release());
  }

  private modelOf({ tau, row }: LiveRow): LiveModel {
    const model = this.models.get(tau);
    if (model === undefined) throw new UsageError(`live curves: expected one of the fitted taus ${[...this.models.keys()].join(', ')}, got ${tau}`);
    if (row.length !== model.columns) throw new UsageError(`live curves at tau ${tau}: expected rows of ${model.columns} columns, got ${row.length}`);
    return model;
  }

  /** Standardised in f64, rounded once to f32. */
  private layOut(kind: Kind, rows: readonly LiveRow[]): { kind: Kind; numbers: number; tensors: { rows: Tensor; x: Tensor; models: Tensor; y: Tensor } } {
    const { device } = this.context;
    const x = new Float32Array(rows.reduce((sum, { row }) => sum + row.length, 0));
    const table: OwnModelRow[] = [];
    let [at, numbers] = [0, 0];
    for (const { tau, row } of rows) {
      const model = this.models.get(tau) as LiveModel;
      const { center, inverseScale, columns } = model;
      row.forEach((value, c) => (x[at + c] = (value - (center[c] ?? NaN)) * (inverseScale[c] ?? NaN)));
      const vectors = model.form === 'rbf' ? model.coefficients.length : 0;
      table.push({ x: at, model: kind.offsets.get(tau) ?? 0, columns, vectors });
      numbers += columns * Math.max(1, vectors);
      at += columns;
    }
    const tensors = {
      rows: device.tensor([rows.length, 4], { data: ownModelTable(table), type: 'u32', label: 'live rows' }), x: device.tensor([x.length], { data: x, label: 'live features' }),
      models: kind.models, y: device.tensor([rows.length], { label: 'live predictions' }),
    };
    return { kind, numbers, tensors };
  }
}

/** None where no model has that form. */
function packed({ device }: OpContext, form: LiveModel['form'], models: ReadonlyMap<number, LiveModel>): Kind[] {
  const numbers: number[] = [];
  const offsets = new Map<number, number>();
  for (const [tau, model] of models) {
    if (model.form !== form) continue;
    offsets.set(tau, numbers.length);
    for (const value of model.form === 'rbf' ? rbfNumbers(model) : linearNumbers(model)) numbers.push(value);
  }
  return offsets.size === 0 ? [] : [{ form, offsets, models: device.tensor([numbers.length], { data: Float32Array.from(numbers), label: `${form} models` }) }];
}
