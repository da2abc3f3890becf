// Predictions in bulk (a million candidates, all curves of a replay) by one model, on the GPU where that is faster. The CPU's answer is the
// addon's, in f64; the GPU's is the same within f32's rounding (test/predict/batched.test.ts derives the bound).
// Never for verdicts: those are the addon's alone, so that a study comes out the same on every adapter.
import { UsageError } from '../../core/index.js';
import type { OpContext } from '../../ops/index.js';
import { crossoverOf } from './crossover.js';
import { type BulkModel, predictOnCpu } from './models.js';
import { Tiles } from './tiles.js';
import { upload, type UploadedModel } from './upload.js';

export interface BatchedOptions {
  /** Default: whichever is faster for so many rows. */
  readonly on?: 'cpu' | 'gpu';
  /** A clock in seconds, for the crossover. */
  readonly seconds?: () => number;
}

export class BatchedPredictor {
  private readonly uploaded: UploadedModel;
  private readonly tiles: Tiles;
  /** Calls wait for each other: they share the tiles. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly context: OpContext,
    private readonly model: BulkModel,
  ) {
    this.uploaded = upload(context, model);
    this.tiles = new Tiles(context.device, model, this.uploaded);
  }

  /** In the target's units; `rows` is row-major, `rows.length / model.columns` of them. */
  async predict(rows: Float64Array, { on, seconds = () => performance.now() / 1000 }: BatchedOptions = {}): Promise<Float64Array> {
    const count = rows.length / this.model.columns;
    if (!Number.isInteger(count)) throw new UsageError(`batched prediction: expected rows of ${this.model.columns} columns, got ${rows.length} numbers`);
    if (count === 0) return new Float64Array(0);
    const path = on ?? (count >= (await this.crossover(seconds)) ? 'gpu' : 'cpu');
    return path === 'cpu' ? predictOnCpu(this.model, rows) : this.onGpu(rows);
  }

  /** Rows from which on the GPU is faster; Infinity = never. Measured on the first call for a device and a class of models. */
  crossover(seconds: () => number = () => performance.now() / 1000): Promise<number> {
    const paths = { cpu: (rows: Float64Array) => predictOnCpu(this.model, rows), gpu: (rows: Float64Array) => this.onGpu(rows) };
    return crossoverOf(this.context.device, this.model, paths, seconds);
  }

  /** Gives back what lies on the device. Not while a prediction runs. */
  release(): void {
    this.tiles.release();
    this.uploaded.release();
  }

  private onGpu(rows: Float64Array): Promise<Float64Array> {
    const next = this.last.then(() => this.tiles.predict(rows));
    this.last = next.catch(() => undefined);
    return next;
  }
}
