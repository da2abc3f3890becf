// Softmax cross-entropy in f64, with the error that a GPU may make: WGSL's stated accuracy of exp (3 + 2|x| ulp), log
// (2^-21 on [0.5, 2], else 3 ulp) and division (2.5 ulp) carried through, plus the sums' bounds. One ulp is at most 2^-23 relative.

const ULP = 2 ** -23;
const UNIT = 2 ** -24;

export interface SoftmaxOracle {
  /** Sum of losses and its error; rows whose first maximum is the label. */
  readonly loss: number;
  readonly lossError: number;
  readonly correct: number;
  readonly gradient: Float64Array;
  readonly gradientError: Float64Array;
}

interface RowOracle {
  readonly loss: number;
  readonly lossError: number;
  readonly first: number;
  readonly softmax: readonly number[];
  /** Relative, one a class. */
  readonly softmaxError: readonly number[];
}

export function softmaxOracle(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number, count: number): SoftmaxOracle {
  const gradient = new Float64Array(logits.length);
  const gradientError = new Float64Array(logits.length);
  let [loss, lossError, magnitude, correct] = [0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    const label = labels[n] ?? NaN;
    const row = rowOracle(Array.from({ length: classes }, (_, c) => logits[n * classes + c] ?? NaN), label);
    loss += row.loss;
    lossError += row.lossError;
    magnitude += Math.abs(row.loss);
    correct += row.first === label ? 1 : 0;
    row.softmax.forEach((p, c) => {
      const difference = p - (c === label ? 1 : 0);
      gradient[n * classes + c] = difference / count;
      gradientError[n * classes + c] = (p * (row.softmaxError[c] ?? NaN) + Math.abs(difference) * (UNIT + 2.5 * ULP)) / count + 2 ** -126;
    });
  }
  return { loss, lossError: lossError + 2 * Math.sqrt(count) * UNIT * magnitude, correct, gradient, gradientError };
}

function rowOracle(logits: readonly number[], label: number): RowOracle {
  const max = Math.max(...logits);
  const exps = logits.map((z) => Math.exp(z - max));
  const expErrors = logits.map((z) => (3 + 2 * Math.abs(z - max)) * ULP + Math.abs(z - max) * UNIT);
  const sum = exps.reduce((total, e) => total + e, 0);
  const sumError = exps.reduce((total, e, c) => total + e * (expErrors[c] ?? NaN), 0) / sum + 2 * Math.sqrt(logits.length) * UNIT;
  const gap = max - (logits[label] ?? NaN);
  const log = Math.log(sum);
  const logError = (sum <= 2 ? 2 ** -21 : 3 * ULP * log) + sumError;
  return {
    loss: log + gap,
    lossError: logError + UNIT * (gap + log + gap),
    first: logits.indexOf(max),
    softmax: exps.map((e) => e / sum),
    softmaxError: expErrors.map((error) => error + sumError + 2.5 * ULP),
  };
}
