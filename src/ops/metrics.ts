// What a pass over data adds up on the device, and what it means once read: one small readback an epoch.
import { ShapeError } from '../core/index.js';
import { type Device, requireShape, type Tensor } from '../gpu/index.js';

/** Values of a stats tensor: sum of losses, rows classified right, rows, rows with a non-finite logit. */
const STATS = 4;

export interface LossStats {
  /** Mean over the rows; NaN where any row had a non-finite logit. */
  readonly loss: number;
  /** Share of the rows whose first maximum is the label. */
  readonly accuracy: number;
  readonly rows: number;
  /** Rows with a non-finite logit: above 0 the training has diverged. */
  readonly broken: number;
}

/** A tensor of four zeros that softmaxCrossEntropy adds to; `device.clear` starts the next epoch. Counts are exact up to 2^24 rows. */
export function statsTensor(device: Device): Tensor {
  return device.tensor([STATS], { label: 'stats', data: new Float32Array(STATS) });
}

export function requireStats(tensor: Tensor): void {
  requireShape(tensor, [STATS], 'stats (see statsTensor)');
}

/** Means of a stats tensor's values as `device.read` gives them. Throws a ShapeError where there was no row. */
export function lossStats(values: ArrayLike<number>): LossStats {
  const [loss = NaN, correct = NaN, rows = 0, broken = 0] = Array.from(values);
  if (values.length !== STATS || rows === 0) {
    throw new ShapeError(`stats: expected four values over at least one row, got ${values.length} values over ${rows} rows; run a batch before reading`);
  }
  return { loss: loss / rows, accuracy: correct / rows, rows, broken };
}
