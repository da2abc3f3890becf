// Trials in columns, as the wire has them.
import { type Scale, spread } from '../../report/index.js';
import type { StudyState, TrialState } from '../../study/index.js';
import type { Digest, Foretold, TrialDigest } from '../follow/digest.js';
import { STATUSES, type Forecast, type TrialColumns } from '../wire.js';

type Filled = { -readonly [K in keyof TrialColumns]: TrialColumns[K][number][] };

export interface Told {
  readonly state: StudyState;
  readonly digest: Digest;
  readonly scale: Scale;
  readonly stride: number;
}

export function columnsOf(told: Told, ids: readonly number[]): TrialColumns {
  const columns: Filled = {
    id: [], status: [], epoch: [], last: [], curve: [], score: [], predicted: [], final: [], forecast: [], weights: [], seconds: [], freezes: [], thaws: [], changes: [], numbers: [], what: [],
  };
  for (const id of ids) {
    const trial = told.state.trials[id];
    const digest = told.digest.trials[id];
    if (trial !== undefined && digest !== undefined) put(columns, told, trial, digest);
  }
  return columns;
}

function put(columns: Filled, { state, scale, stride }: Told, trial: TrialState, digest: TrialDigest): void {
  const { curve } = trial;
  const final = finalOf(state, trial);
  const score = final ?? trial.value?.y ?? curve.at(-1);
  const shown = (y: number | null | undefined): number | null => (y === undefined || y === null ? null : rounded(scale.shown(y)));
  columns.id.push(trial.id);
  columns.status.push(STATUSES.indexOf(trial.status));
  columns.epoch.push(curve.length);
  columns.last.push(shown(curve.at(-1)));
  columns.curve.push(Array.from({ length: Math.floor(curve.length / stride) }, (_, i) => rounded(scale.shown(curve[(i + 1) * stride - 1] as number))));
  columns.score.push(shown(score));
  columns.predicted.push(final === null && trial.value?.predicted === true ? 1 : 0);
  columns.final.push(shown(final));
  columns.forecast.push(digest.last === null ? null : forecastOf(digest.last, scale));
  columns.weights.push(digest.weights);
  columns.seconds.push(rounded(trial.seconds));
  columns.freezes.push(digest.freezes);
  columns.thaws.push(digest.thaws);
  columns.changes.push(digest.changes.map(({ epoch }) => epoch));
  columns.numbers.push(digest.numbers);
  columns.what.push(digest.what);
}

/** The true score at T, inner scale: of the search's own training, or of a later one that verified a frozen trial. */
export function finalOf(state: StudyState, { id, status, curve }: TrialState): number | null {
  if (status === 'finished') return curve.at(-1) ?? null;
  return state.verified.get(id)?.y ?? null;
}

function forecastOf({ epoch, predicted, bar }: Foretold, scale: Scale): Forecast {
  const [low, high] = spread(predicted, scale);
  const shown = (y: number | null): number | null => (y === null ? null : rounded(y));
  return [epoch, predicted.horizon, rounded(scale.shown(predicted.mean)), shown(low), shown(high), shown(predicted.probability), bar === null ? null : rounded(scale.shown(bar))];
}

/** Six digits: more than a screen shows, and a third of the bytes. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
