// What is drawn beside curves: predictions as wedges and intervals, where a trial was frozen, thawed or given to another adapter.
import type { StudyModel, Trial } from '../store/model.js';
import type { Place } from './plot.js';

/** Beyond so many, marks of the frozen are points: crosses would only be a grey cloud. */
const MOST_MARKS = 600;

/** From where it was predicted to the epoch that was: mean, and the 90 % interval as a wedge. */
export function fan(context: CanvasRenderingContext2D, { x, y, pixel }: Place, { forecast, last, epoch }: Trial, strength: number): void {
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

export function barLine(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, { forecast }: Trial): void {
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
export function interval(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, model: StudyModel, { forecast }: Trial, at: number): void {
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

export function paintMarks(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, model: StudyModel, trials: readonly Trial[]): void {
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
    for (const epoch of trial.changes) diamond(context, x(epoch), y(model.at(trial, epoch)), Math.max(size, 2.5 * pixel), colours.changed);
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

function diamond(context: CanvasRenderingContext2D, x: number, y: number, size: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x, y - 1.5 * size);
  context.lineTo(x + 1.5 * size, y);
  context.lineTo(x, y + 1.5 * size);
  context.lineTo(x - 1.5 * size, y);
  context.fill();
}

export function dot(context: CanvasRenderingContext2D, { x, y, pixel }: Place, epoch: number, value: number, size: number): void {
  context.beginPath();
  context.arc(x(epoch), y(value), size * pixel, 0, 2 * Math.PI);
  context.fill();
}

/** Room right of T, in epochs. */
export function stripOf(epochs: number): number {
  return Math.max(0.6, epochs * 0.16);
}
