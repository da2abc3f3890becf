// What the page's scripts draw, as plain data. Scores are turned back here, so the browser never needs to know
// which way a metric points, but for which end of an axis is better.
import { describeNetwork, networkWeights, type Network, type Predicted } from '../../core/index.js';
import { interval, type Scale } from '../score.js';
import { fateOf, type Fate, type Story, type TrialStory } from '../story.js';
import { placeSpans, type Span } from './slots.js';

export interface PageForecast {
  readonly epoch: number;
  /** The curve's score at that epoch; null where it was frozen before its first. */
  readonly at: number | null;
  /** Null where the rule predicted nothing. */
  readonly mean: number | null;
  /** Ends of the 90 % interval; null where the rule gave no spread. */
  readonly low: number | null;
  readonly high: number | null;
  readonly bar: number | null;
  readonly probability: number | null;
  readonly reason: string;
}

export type Foretold = PageForecast & { readonly mean: number };

export interface PageTrial {
  readonly id: number;
  readonly fate: Fate;
  readonly what: string;
  readonly weights: number | null;
  readonly hp: { readonly [name: string]: number };
  readonly curve: readonly (number | null)[];
  /** What was trained afterwards by `--verify`, from the epoch after the curve's last. */
  readonly afterwards: readonly number[];
  readonly epochs: number;
  readonly seconds: number;
  /** Seconds that it took to know the score, those of `--verify` among them. */
  readonly scoreSeconds: number;
  /** Its score for now: true at T, predicted, or the last one seen. */
  readonly score: number | null;
  readonly predicted: boolean;
  readonly final: number | null;
  readonly verified: boolean;
  /** Freezes with a prediction and those without one. */
  readonly freezes: readonly PageForecast[];
  readonly thaws: readonly { readonly epoch: number; readonly at: number | null; readonly reason: string }[];
  /** The prediction to hold against the true score: at the last freeze, or the first one made. */
  readonly forecast: Foretold | null;
  readonly failure: string | null;
}

export interface PageData {
  readonly metric: string;
  readonly negated: boolean;
  readonly epochs: number;
  readonly best: number | null;
  readonly trials: readonly PageTrial[];
  readonly spans: readonly Span[];
  /** Breaks between two runs of the study, left out of the time line. */
  readonly breaks: number;
}

export function pageData(story: Story, scale: Scale, best: number | null): PageData {
  const { spans, breaks } = placeSpans(story.trials);
  return {
    metric: scale.name,
    negated: scale.negated,
    epochs: story.header.epochs,
    best,
    trials: story.trials.map((trial) => pageTrial(trial, story, scale)),
    spans,
    breaks,
  };
}

export function whatIs(trial: Pick<TrialStory, 'candidate'>): string {
  const { architecture, ap } = trial.candidate;
  if (architecture !== null) return describeNetwork(architecture);
  return Object.entries(ap).map(([name, value]) => `${name} ${value}`).join(', ');
}

export function weightsOf(trial: Pick<TrialStory, 'candidate'>): number | null {
  const { architecture, ap } = trial.candidate;
  return architecture === null ? (ap['weights'] ?? null) : weightsOrNull(architecture);
}

/** A candidate that fails as invalid has no weight count; a report must still show it. */
function weightsOrNull(network: Network): number | null {
  try {
    return networkWeights(network);
  } catch {
    return null;
  }
}

/** The trial's score for now, on the inner scale. */
export function currentScore(trial: TrialStory): { readonly y: number; readonly predicted: boolean } | null {
  if (trial.final !== null) return { y: trial.final.y, predicted: false };
  if (trial.value !== null) return trial.value;
  const last = trial.curve.at(-1);
  return last === undefined ? null : { y: last.value, predicted: false };
}

function pageTrial(trial: TrialStory, story: Story, scale: Scale): PageTrial {
  const score = currentScore(trial);
  const freezes = forecasts(trial, scale, 'freeze');
  return {
    id: trial.trial,
    fate: fateOf(trial, story),
    what: whatIs(trial),
    weights: weightsOf(trial),
    hp: trial.candidate.hp,
    curve: Array.from(trial.curve, (point) => (point === undefined ? null : scale.shown(point.value))),
    afterwards: trial.afterwards.map((y) => scale.shown(y)),
    epochs: trial.paid.epochs,
    seconds: trial.paid.seconds,
    scoreSeconds: trial.final?.seconds ?? trial.paid.seconds,
    score: score === null ? null : scale.shown(score.y),
    predicted: score?.predicted ?? false,
    final: trial.final === null ? null : scale.shown(trial.final.y),
    verified: trial.final?.verified ?? false,
    freezes,
    thaws: trial.thaws.map(({ epoch, reason }) => ({ epoch, reason, at: shownAt(trial, epoch, scale) })),
    forecast: freezes.findLast(isForetold) ?? forecasts(trial, scale, 'continue').find(isForetold) ?? null,
    failure: trial.failure === null ? null : `${trial.failure.kind}: ${trial.failure.message}`,
  };
}

function forecasts(trial: TrialStory, scale: Scale, action: 'freeze' | 'continue'): PageForecast[] {
  return trial.verdicts.flatMap(({ epoch, verdict }) => {
    if (verdict.action !== action) return [];
    const { predicted, bar } = verdict;
    const [low, high] = predicted === undefined ? [null, null] : spread(predicted, scale);
    return {
      epoch,
      at: shownAt(trial, epoch, scale),
      mean: predicted === undefined ? null : scale.shown(predicted.mean),
      low,
      high,
      bar: bar === undefined ? null : scale.shown(bar),
      probability: predicted?.probability ?? null,
      reason: verdict.reason ?? '',
    };
  });
}

function isForetold(forecast: PageForecast): forecast is Foretold {
  return forecast.mean !== null;
}

/** The 90 % interval of a prediction, lower shown end first. */
export function spread(predicted: Predicted, scale: Scale): readonly [number, number] | readonly [null, null] {
  if (predicted.sigma !== undefined) return interval(scale, predicted.mean, predicted.sigma);
  const scores = predicted.quantiles?.filter(([p]) => p >= 0.05 && p <= 0.95).map(([, score]) => scale.shown(score)) ?? [];
  return scores.length < 2 ? [null, null] : [Math.min(...scores), Math.max(...scores)];
}

function shownAt(trial: TrialStory, epoch: number, scale: Scale): number | null {
  const point = trial.curve[epoch - 1];
  return point === undefined ? null : scale.shown(point.value);
}
