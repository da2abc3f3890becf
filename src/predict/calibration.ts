// Whether probabilities mean what they say: nominal against measured coverage of central intervals, and how often a stop at Delta would
// have been wrong, a tau at a time. From held-out predictions alone; it fits, stops and prints nothing.

export interface HeldOut {
  readonly tau: number;
  /** What came in the end. */
  readonly y: number;
  /** p(y <= bar) as predicted. */
  below(bar: number): number;
  /** What the trial had to beat; absent = only coverage is wanted of it. */
  readonly bar?: number;
}

export interface TauCalibration {
  readonly tau: number;
  readonly count: number;
  /** Share of outcomes inside the central interval of that nominal probability. */
  readonly coverage: readonly { readonly nominal: number; readonly measured: number }[];
  /** Predictions with a bar that lies at or below it with probability >= Delta. */
  readonly stops: number;
  /** Of the stops, those that beat the bar: at most 1 - Delta where probabilities are honest. NaN without stops. */
  readonly false_stop_rate: number;
}

const NOMINAL_COVERAGES = [0.5, 0.8, 0.95] as const;

/** Rising in tau. */
export function calibration(predictions: readonly HeldOut[], confidence: number): TauCalibration[] {
  const taus = [...new Set(predictions.map(({ tau }) => tau))].sort((a, b) => a - b);
  return taus.map((tau) => calibrationAt(tau, predictions.filter((each) => each.tau === tau), confidence));
}

function calibrationAt(tau: number, predictions: readonly HeldOut[], confidence: number): TauCalibration {
  const shares = predictions.map(({ y, below }) => below(y));
  const coverage = NOMINAL_COVERAGES.map((nominal) => ({ nominal, measured: shares.filter((p) => Math.abs(p - 0.5) <= nominal / 2).length / shares.length }));
  const stopped = predictions.filter(({ bar, below }) => bar !== undefined && below(bar) >= confidence);
  const wrong = stopped.filter(({ y, bar }) => bar !== undefined && y > bar).length;
  return { tau, count: predictions.length, coverage, stops: stopped.length, false_stop_rate: wrong / stopped.length };
}
