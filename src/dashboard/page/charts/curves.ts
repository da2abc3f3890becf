// Painting of learning curves: all that have come to rest below, those that run and the one that is looked at above.
import type { StudyModel, Trial } from '../store/model.js';
import type { Place } from './plot.js';
import { colourOf } from './theme.js';

/** Curves a stroke: few large paths are slow to cut at their crossings, many small ones to begin. */
const TOGETHER = 48;
/** Beyond so many, marks and predictions of the frozen would only be a grey cloud. */
const MOST_MARKS = 600;
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
  if (best !== undefined && shown(best)) bold(context, place, model, best, place.colours.best);
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
  if (looked === null) return;
  const colour = looked.id === model.best ? place.colours.best : colourOf(looked, null, place.colours);
  halo(context, place, model, looked);
  bold(context, place, model, looked, colour);
  context.strokeStyle = context.fillStyle = colour;
  if (looked.last !== null) dot(context, place, looked.epoch, looked.last, 3.5);
  fan(context, place, looked, 1);
  barLine(context, place, looked);
}

function trace(context: CanvasRenderingContext2D, { x, y }: Place, model: StudyModel, trial: Trial): void {
  const curve = model.curveOf(trial.id);
  const stride = model.facts?.stride ?? 1;
  const points = Math.min(curve.length, Math.floor(trial.epoch / stride));
  for (let i = 0; i < points; i++) {
    const [px, py] = [x((i + 1) * stride), y(curve[i] as number)];
    if (i === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  }
  if (trial.last === null || trial.epoch % stride === 0) return;
  if (points === 0) context.moveTo(x(trial.epoch), y(trial.last));
  else context.lineTo(x(trial.epoch), y(trial.last));
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

/** From where it was predicted to the epoch that was: mean, and the 90 % interval as a wedge. */
function fan(context: CanvasRenderingContext2D, { x, y, pixel }: Place, { forecast, last, epoch }: Trial, strength: number): void {
  if (forecast === null || last === null) return;
  const [, horizon, mean, low, high] = forecast;
  const [from, level, to] = [x(epoch), y(last), x(horizon)];
  if (low !== null && high !== null) {
    context.globalAlpha = 0.16 * strength;
    context.beginPath();
    context.moveTo(from, level);
    context.lineTo(to, y(low));
    context.lineTo(to, y(high));
    context.closePath();
    context.fill();
    context.globalAlpha = 0.9 * strength;
    context.lineWidth = 1.5 * pixel;
    context.beginPath();
    context.moveTo(to, y(low));
    context.lineTo(to, y(high));
    context.stroke();
  }
  context.globalAlpha = 0.9 * strength;
  context.lineWidth = 1.2 * pixel;
  context.setLineDash([4 * pixel, 3 * pixel]);
  context.beginPath();
  context.moveTo(from, level);
  context.lineTo(to, y(mean));
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.arc(to, y(mean), 3 * pixel, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = 1;
}

function barLine(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, { forecast }: Trial): void {
  const bar = forecast?.[6] ?? null;
  if (bar === null) return;
  context.strokeStyle = colours.best;
  context.lineWidth = pixel;
  context.setLineDash([2 * pixel, 3 * pixel]);
  context.beginPath();
  context.moveTo(x(0), y(bar));
  context.lineTo(x(forecast?.[1] ?? 0), y(bar));
  context.stroke();
  context.setLineDash([]);
}

/** A frozen trial's last prediction, right of T, each at a place of its own. */
function interval(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, model: StudyModel, { forecast }: Trial, at: number): void {
  if (forecast === null || model.facts === null) return;
  const [, , mean, low, high] = forecast;
  const px = x(model.facts.epochs + stripOf(model.facts.epochs) * (0.15 + 0.75 * at));
  context.strokeStyle = context.fillStyle = colours.frozen;
  context.globalAlpha = 0.75;
  context.lineWidth = pixel;
  if (low !== null && high !== null) {
    context.beginPath();
    context.moveTo(px, y(low));
    context.lineTo(px, y(high));
    context.stroke();
  }
  context.beginPath();
  context.arc(px, y(mean), 1.8 * pixel, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = 1;
}

function paintMarks(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, model: StudyModel, trials: readonly Trial[]): void {
  const many = trials.length > MOST_MARKS;
  const size = (many ? 1 : 3) * pixel;
  context.lineWidth = 1.4 * pixel;
  for (const trial of trials) {
    for (const epoch of trial.status === 'frozen' ? trial.freezes.slice(-1) : []) {
      const [px, py] = [x(Math.max(epoch, 1)), y(model.at(trial, epoch))];
      context.strokeStyle = context.fillStyle = colours.frozen;
      if (many) context.fillRect(px - size, py - size, 2 * size, 2 * size);
      else cross(context, px, py, size);
    }
    for (const epoch of trial.thaws) triangle(context, x(epoch), y(model.at(trial, epoch)), Math.max(size, 2.5 * pixel), colours.thawed);
  }
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.beginPath();
  context.moveTo(x - size, y - size);
  context.lineTo(x + size, y + size);
  context.moveTo(x + size, y - size);
  context.lineTo(x - size, y + size);
  context.stroke();
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, size: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x, y - 1.3 * size);
  context.lineTo(x + 1.2 * size, y + size);
  context.lineTo(x - 1.2 * size, y + size);
  context.fill();
}

function dot(context: CanvasRenderingContext2D, { x, y, pixel }: Place, epoch: number, value: number, size: number): void {
  context.beginPath();
  context.arc(x(epoch), y(value), size * pixel, 0, 2 * Math.PI);
  context.fill();
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

export function stripOf(epochs: number): number {
  return Math.max(0.6, epochs * 0.16);
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
