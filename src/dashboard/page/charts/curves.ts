// Painting of learning curves: all that have come to rest below, those that run and the one that is looked at above.
import type { StudyModel, Trial } from '../store/model.js';
import { barLine, dot, fan, interval, paintMarks } from './marks.js';
import type { Place } from './plot.js';
import { colourOf } from './theme.js';

/** Curves a stroke: few large paths are slow to cut at their crossings, many small ones to begin. */
const TOGETHER = 48;
/** Beyond so many, predictions of the frozen would only be a grey cloud. */
const MOST_INTERVALS = 160;

export type Shown = (trial: Trial) => boolean;

export function paintResting(context: CanvasRenderingContext2D, place: Place, model: StudyModel, shown: Shown): void {
  const trials = model.trials.filter((trial) => trial.status !== 'running' && trial.id !== model.best && shown(trial));
  const order = (trial: Trial): number => (trial.status === 'finished' ? 2 : trial.status === 'frozen' ? 1 : 0);
  trials.sort((a, b) => order(a) - order(b));
  context.lineWidth = place.pixel * (trials.length > 1000 ? 0.8 : 1.1);
  context.globalAlpha = Math.max(0.09, Math.min(0.6, 12 / Math.sqrt(trials.length + 1)));
  for (let i = 0; i < trials.length;) {
    const colour = colourOf(trials[i] as Trial, null, place.colours);
    context.beginPath();
    const end = i + TOGETHER;
    for (; i < end && i < trials.length && colourOf(trials[i] as Trial, null, place.colours) === colour; i++) trace(context, place, model, trials[i] as Trial);
    context.strokeStyle = colour;
    context.stroke();
  }
  context.globalAlpha = 1;
  const frozen = trials.filter(({ status }) => status === 'frozen');
  if (frozen.length <= MOST_INTERVALS) frozen.forEach((trial, i) => interval(context, place, model, trial, (i + 0.5) / frozen.length));
  paintMarks(context, place, model, trials);
  const best = model.trials[model.best ?? -1];
  if (best !== undefined && shown(best)) {
    bold(context, place, model, best, place.colours.best);
    paintMarks(context, place, model, [best]);
  }
  upright(context, place, model);
}

/** `looked`: the trial under the pointer or chosen. */
export function paintLive(context: CanvasRenderingContext2D, place: Place, model: StudyModel, shown: Shown, looked: Trial | null): void {
  const running = model.trials.filter((trial) => trial.status === 'running' && shown(trial));
  context.lineWidth = 1.6 * place.pixel;
  context.strokeStyle = context.fillStyle = place.colours.running;
  for (const trial of running) {
    context.beginPath();
    trace(context, place, model, trial);
    context.stroke();
    if (trial.last !== null) dot(context, place, trial.epoch, trial.last, 2.6);
    if (trial !== looked && running.length <= 12) fan(context, place, trial, 0.5);
  }
  paintMarks(context, place, model, running);
  if (looked === null) return;
  const colour = looked.id === model.best ? place.colours.best : colourOf(looked, null, place.colours);
  halo(context, place, model, looked);
  bold(context, place, model, looked, colour);
  context.strokeStyle = context.fillStyle = colour;
  if (looked.last !== null) dot(context, place, looked.epoch, looked.last, 3.5);
  fan(context, place, looked, 1);
  paintMarks(context, place, model, [looked]);
  barLine(context, place, looked);
}

/** A curve of one point, which no line would show, is a stroke of a few pixels. */
function trace(context: CanvasRenderingContext2D, { x, y, pixel }: Place, model: StudyModel, trial: Trial): void {
  const curve = model.curveOf(trial.id);
  const stride = model.facts?.stride ?? 1;
  const whole = Math.min(curve.length, Math.floor(trial.epoch / stride));
  const points = whole + (trial.last !== null && trial.epoch % stride !== 0 ? 1 : 0);
  const reach = points === 1 ? 3 * pixel : 0;
  for (let i = 0; i < points; i++) {
    const px = x(i < whole ? (i + 1) * stride : trial.epoch);
    const py = y((i < whole ? curve[i] : trial.last) as number);
    if (i === 0) context.moveTo(px - reach, py);
    if (i > 0 || reach > 0) context.lineTo(px + reach, py);
  }
}

function bold(context: CanvasRenderingContext2D, place: Place, model: StudyModel, trial: Trial, colour: string): void {
  context.beginPath();
  trace(context, place, model, trial);
  context.strokeStyle = colour;
  context.lineWidth = 2.4 * place.pixel;
  context.stroke();
}

function halo(context: CanvasRenderingContext2D, place: Place, model: StudyModel, trial: Trial): void {
  context.globalAlpha = 0.8;
  context.beginPath();
  trace(context, place, model, trial);
  context.strokeStyle = place.colours.ground;
  context.lineWidth = 6 * place.pixel;
  context.stroke();
  context.globalAlpha = 1;
}

/** T, where curves end and predictions begin. */
function upright(context: CanvasRenderingContext2D, { x, pixel, colours }: Place, { facts }: StudyModel): void {
  if (facts === null) return;
  context.strokeStyle = colours.faint;
  context.lineWidth = pixel;
  context.beginPath();
  context.moveTo(x(facts.epochs), 0);
  context.lineTo(x(facts.epochs), context.canvas.height);
  context.stroke();
}

/** The trial whose curve, or end, is nearest to the pointer, within 24 pixels. */
export function nearestCurve(model: StudyModel, { x, y, pixel }: Place, left: number, top: number, shown: Shown): Trial | null {
  let [best, least]: [Trial | null, number] = [null, 24];
  const stride = model.facts?.stride ?? 1;
  const first = (x(stride) / pixel);
  const step = (x(2 * stride) - x(stride)) / pixel;
  const point = Math.max(1, Math.round((left - first) / step) + 1);
  for (const trial of model.trials) {
    if (trial === undefined || trial.last === null || !shown(trial)) continue;
    const epoch = Math.min(trial.epoch, point * stride);
    const distance = Math.hypot(Math.max(0, Math.abs(x(epoch) / pixel - left) - step / 2), y(model.at(trial, epoch)) / pixel - top);
    if (distance < least || (distance === least && trial.id === model.best)) [best, least] = [trial, distance];
  }
  return best;
}
