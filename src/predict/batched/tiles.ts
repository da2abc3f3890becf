// Rows in tiles through an uploaded model: standardised in f64, rounded once to f32, laid out feature-major, one submit a tile.
import type { Device, Program, Tensor } from '../../gpu/index.js';
import type { BulkModel } from './models.js';
import type { UploadedModel } from './upload.js';

/** 60 columns of so many rows are 16 MB: the upload of one tile is long beside a submit, and a million rows fit any device in turns. */
const MOST = 65536;
const LEAST = 64;

interface Tile {
  readonly rows: number;
  readonly values: Float32Array<ArrayBuffer>;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly program: Program;
}

export class Tiles {
  /** By rows, powers of 2. */
  private readonly tiles = new Map<number, Tile>();

  constructor(
    private readonly device: Device,
    private readonly model: BulkModel,
    private readonly uploaded: UploadedModel,
  ) {}

  /** In the target's units; `rows` is row-major. */
  async predict(rows: Float64Array): Promise<Float64Array> {
    const { columns, targetCenter, targetScale } = this.model;
    const out = new Float64Array(rows.length / columns);
    for (let first = 0; first < out.length; ) {
      const tile = await this.tileFor(out.length - first);
      const count = Math.min(tile.rows, out.length - first);
      this.fill(tile, rows.subarray(first * columns, (first + count) * columns));
      this.device.upload(tile.x, tile.values);
      tile.program.run();
      const y = await this.device.read(tile.y);
      for (let n = 0; n < count; n++) out[first + n] = targetCenter + targetScale * (y[n] ?? NaN);
      first += count;
    }
    return out;
  }

  release(): void {
    for (const { program, x, y } of this.tiles.values()) {
      program.release();
      x.release();
      y.release();
    }
    this.tiles.clear();
  }

  /** The smallest that holds `wanted` rows, or the largest there is. */
  private async tileFor(wanted: number): Promise<Tile> {
    const bytes = this.uploaded.columns * 4;
    const bindable = this.device.facts.limits.maxStorageBufferBindingSize ?? 0;
    const most = Math.min(MOST, 2 ** Math.floor(Math.log2(bindable / bytes)));
    const rows = Math.min(most, Math.max(LEAST, 2 ** Math.ceil(Math.log2(wanted))));
    const known = this.tiles.get(rows);
    if (known) return known;
    const x = this.device.tensor([this.uploaded.columns, rows], { label: 'rows of a tile' });
    const y = this.device.tensor([1, rows], { label: 'predictions of a tile' });
    const program = await this.device.program(`predict by ${this.model.form}`, await this.uploaded.dispatches(x, y));
    const tile = { rows, values: new Float32Array(this.uploaded.columns * rows), x, y, program };
    this.tiles.set(rows, tile);
    return tile;
  }

  /** Rows past the last keep what an earlier tile left there: each is computed by itself, and theirs are not read. */
  private fill({ rows: pitch, values }: Tile, rows: Float64Array): void {
    const { columns, center, inverseScale } = this.model;
    const count = rows.length / columns;
    for (let c = 0; c < columns; c++) {
      const [middle, scale] = [center[c] ?? NaN, inverseScale[c] ?? NaN];
      for (let n = 0, at = c; n < count; n++, at += columns) values[c * pitch + n] = ((rows[at] as number) - middle) * scale;
    }
  }
}
