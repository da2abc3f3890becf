// Every verdict of one trial in numbers and words: what was seen, what was predicted of it, against which bar, and what came
// of it. Features are computed by a function that is handed in: how a predictor reads a curve is not the report's to know.
import { UsageError, type FitRecord, type Json, type Predicted, type TrialId, type Verdict } from '../core/index.js';
import { spread, whatIs } from './page/data.js';
import { duration, figure, scaleOf, type Scale } from './score.js';
import { fateOf, isSearch, type FitPoint, type Story, type TrialStory, type VerdictPoint } from './story.js';
import { printable } from './text-table.js';

/** What is read of a story. */
export type Told = Pick<Story, 'header' | 'trials' | 'ended'>;

export interface Feature {
  readonly name: string;
  readonly value: number;
}

/** Null where the fit does not say what its columns were. */
export type FeaturesOf = (story: Told, trial: TrialStory, tau: number, fit: FitPoint) => readonly Feature[] | null;

export interface WhyVerdict {
  readonly event: number;
  readonly epoch: number;
  /** On the shown scale, as all scores here. */
  readonly value: number | null;
  /** Of all epochs up to this one. */
  readonly bestSoFar: number | null;
  readonly action: Verdict['action'];
  readonly reason: string | null;
  readonly by: string | null;
  readonly prediction: {
    readonly mean: number;
    readonly sigma: number | null;
    readonly interval: readonly [low: number, high: number] | null;
    /** The middle 80 %, where the prediction told its quantiles. */
    readonly eighty: readonly [low: number, high: number] | null;
    readonly horizon: number;
    readonly probability: number | null;
  } | null;
  readonly bar: number | null;
  readonly offset: number | null;
  /** Delta. */
  readonly confidence: number | null;
  readonly features: readonly Feature[] | null;
  readonly fit: { readonly event: number; readonly trainedOn: number | null; readonly record: FitRecord } | null;
}

export interface Why {
  readonly trial: TrialId;
  readonly fate: TrialStory['fate'];
  readonly what: string;
  readonly hp: { readonly [name: string]: number };
  readonly metric: string;
  readonly curve: readonly (number | null)[];
  readonly epochs: number;
  readonly seconds: number;
  readonly verdicts: readonly WhyVerdict[];
  readonly thaws: readonly { readonly event: number; readonly epoch: number; readonly reason: string; readonly by: string | null }[];
  /** `until` null: it paused there; else it went on from there up to that epoch. */
  readonly rungs: readonly { readonly event: number; readonly epoch: number; readonly until: number | null }[];
  readonly failure: TrialStory['failure'];
  readonly final: { readonly value: number; readonly verified: boolean } | null;
  /** Why the study ended, or null while it can go on. */
  readonly ended: string | null;
  /** Of a study of `foretell search`, which goes on by that command. */
  readonly search: boolean;
}

export function why(story: Told, id: TrialId, featuresOf: FeaturesOf = () => null): Why {
  const trial = story.trials[id];
  if (trial === undefined) {
    const known = story.trials.length === 0 ? 'none yet' : `trials 0 to ${story.trials.length - 1}`;
    throw new UsageError(`trial ${id}: expected a trial of this study (${known}); \`foretell show\` lists them`);
  }
  const scale = scaleOf(story.header);
  return {
    trial: id,
    fate: trial.fate,
    what: whatIs(trial),
    hp: trial.candidate.hp,
    metric: scale.name,
    curve: Array.from(trial.curve, (point) => (point === undefined ? null : scale.shown(point.value))),
    epochs: trial.paid.epochs,
    seconds: trial.paid.seconds,
    verdicts: trial.verdicts.map((point) => whyVerdict(story, trial, point, scale, featuresOf)),
    thaws: trial.thaws.map(({ seq, epoch, reason, by }) => ({ event: seq, epoch, reason, by: by ?? null })),
    rungs: trial.rungs.map(({ seq, epoch, until }) => ({ event: seq, epoch, until })),
    failure: trial.failure,
    final: trial.final === null ? null : { value: scale.shown(trial.final.y), verified: trial.final.verified },
    ended: story.ended,
    search: isSearch(story.header),
  };
}

function whyVerdict(story: Told, trial: TrialStory, point: VerdictPoint, scale: Scale, featuresOf: FeaturesOf): WhyVerdict {
  const { verdict, epoch, fit } = point;
  const { predicted, bar } = verdict.action === 'stop' ? {} : verdict;
  const seen = trial.curve[epoch - 1];
  const used = predicted === undefined ? null : fit;
  return {
    event: point.seq,
    epoch,
    value: seen === undefined ? null : scale.shown(seen.value),
    bestSoFar: bestUpTo(trial, epoch, scale),
    action: verdict.action,
    reason: verdict.reason ?? null,
    by: point.by ?? null,
    prediction: predicted === undefined ? null : predictionOf(predicted, scale),
    bar: bar === undefined ? null : scale.shown(bar),
    offset: settingOf(story, 'offset'),
    confidence: settingOf(story, 'confidence'),
    features: used === null ? null : featuresOf(story, trial, epoch, used),
    fit: used === null ? null : { event: used.seq, trainedOn: trainedOn(used.record), record: used.record },
  };
}

function predictionOf(predicted: Predicted, scale: Scale): NonNullable<WhyVerdict['prediction']> {
  const { mean, sigma = null, quantiles = [], horizon, probability } = predicted;
  const [low, high] = spread(predicted, scale);
  const [first, last] = quantiles.filter(([share]) => share === 0.1 || share === 0.9).map(([, y]) => scale.shown(y));
  return {
    mean: scale.shown(mean),
    sigma,
    interval: low === null ? null : [low, high],
    eighty: first === undefined || last === undefined ? null : [Math.min(first, last), Math.max(first, last)],
    horizon,
    probability,
  };
}

function bestUpTo({ curve }: TrialStory, epoch: number, scale: Scale): number | null {
  const best = curve.slice(0, epoch).reduce((most, { value }) => Math.max(most, value), -Infinity);
  return best === -Infinity ? null : scale.shown(best);
}

/** The rule's, or the strategy's where that judges by itself (freeze-thaw). */
function settingOf({ header: { rule, strategy } }: Told, name: string): number | null {
  const value: Json | undefined = rule[name] ?? strategy[name];
  return typeof value === 'number' ? value : null;
}

function trainedOn(record: FitRecord): number | null {
  const trials = record['trials'];
  return Array.isArray(trials) ? trials.length : null;
}

export function whyText(answer: Why): string {
  const { trial, what, hp, verdicts, thaws, rungs } = answer;
  const told = [
    ...verdicts.map((verdict) => ({ event: verdict.event, lines: verdictLines(verdict, answer.metric) })),
    ...thaws.map((thaw) => ({ event: thaw.event, lines: thawLines(thaw) })),
    ...rungs.map((rung) => ({ event: rung.event, lines: rungLines(rung, answer) })),
  ].sort((a, b) => a.event - b.event);
  return [
    `trial ${trial}, ${fateOf(answer, answer)}: ${what}`,
    Object.entries(hp).map(([name, value]) => `${name} ${figure(value)}`).join('  '),
    `${answer.epochs} epochs trained in ${duration(answer.seconds)}`,
    '',
    ...told.flatMap(({ lines }) => lines),
    ...(told.length === 0 ? [answer.ended === null ? 'no verdict yet' : 'no verdict'] : []),
    '',
    outcome(answer),
  ].map(printable).join('\n');
}

function verdictLines(verdict: WhyVerdict, metric: string): string[] {
  const { epoch, action, value, reason, by, features, fit } = verdict;
  const head = `epoch ${epoch}: ${metric} ${value === null ? '?' : figure(value)} -> ${action}${by === null ? '' : ` (by ${by})`}`;
  const lines = [reason === null ? head : `${head}: ${reason}`];
  const numbers = numberWords(verdict);
  if (numbers !== null) lines.push(`    ${numbers}`);
  if (fit !== null) lines.push(`    fit: event ${fit.event}, by ${fit.record.by}${fit.trainedOn === null ? '' : `, trained on ${fit.trainedOn} trials`}`);
  if (features !== null) lines.push(...wrapped(features.map(({ name, value: number }) => `${name} = ${figure(number)}`)));
  return lines;
}

/** What the verdict rests on, on the shown scale; null where it gave neither a prediction nor a bar. */
export function numberWords(verdict: WhyVerdict): string | null {
  const { prediction, bar, bestSoFar } = verdict;
  if (prediction !== null) return predictionWords(verdict, prediction);
  return bar === null ? null : `best so far ${bestSoFar === null ? '?' : figure(bestSoFar)}, bar ${figure(bar)}`;
}

function predictionWords(verdict: WhyVerdict, prediction: NonNullable<WhyVerdict['prediction']>): string {
  const { mean, sigma, interval, eighty, horizon, probability } = prediction;
  const parts = [`predicted at epoch ${horizon}: ${figure(mean)}`];
  if (sigma !== null) parts.push(`sigma ${figure(sigma)}`);
  if (interval !== null) parts.push(`90 % within ${figure(interval[0])} to ${figure(interval[1])}`);
  if (eighty !== null) parts.push(`80 % within ${figure(eighty[0])} to ${figure(eighty[1])}`);
  parts.push(verdict.bar === null ? 'no bar yet' : `bar ${figure(verdict.bar)}`);
  if (verdict.offset !== null && verdict.offset !== 0) parts.push(`offset ${figure(verdict.offset)}`);
  if (probability !== null) parts.push(`p(does not pass the bar) ${figure(probability)}`);
  if (verdict.confidence !== null) parts.push(`Delta ${figure(verdict.confidence)}`);
  return parts.join(', ');
}

function thawLines(thaw: Why['thaws'][number]): string[] {
  return [`thawed at epoch ${thaw.epoch}${thaw.by === null ? '' : ` (by ${thaw.by})`}: ${thaw.reason}`];
}

function rungLines({ epoch, until }: Why['rungs'][number], { metric, curve }: Why): string[] {
  if (until !== null) return [`went on to epoch ${until}`];
  const value = curve[epoch - 1] ?? null;
  return [`epoch ${epoch}: ${metric} ${value === null ? '?' : figure(value)} -> paused at its rung`];
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 116) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(`      ${word}`);
  }
  return ['    features:', ...lines];
}

export function outcome(answer: Why): string {
  const { fate, failure, final, verdicts, ended, search } = answer;
  if (failure !== null) return `Then it failed (${failure.kind}): ${failure.message}`;
  const said = verdicts.filter((verdict) => verdict.action === 'freeze').at(-1)?.prediction ?? null;
  const error = said === null || final === null ? '' : `; predicted at the last freeze ${figure(said.mean)}, off by ${figure(said.mean - final.value)}`;
  if (final !== null && final.verified) return `It ${fate === 'frozen' ? 'stayed frozen' : 'was left unfinished'}; trained to the end by --verify: ${figure(final.value)}${error}`;
  if (final !== null) return `It was trained to the end: ${figure(final.value)}${error}`;
  if (fate === 'frozen') return `It is frozen; its true score is not known${search ? ' (search --verify trains the frozen ones to the end)' : ''}.`;
  if (ended !== null && (fate === 'running' || fate === 'paused')) return 'The search ended before it was trained to its end.';
  return `It is ${fate}.`;
}
