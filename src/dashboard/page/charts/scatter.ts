// Score against a cost, with the Pareto front of the true scores.
import type { StudyModel, Trial } from '../store/model.js';
import type { Shown } from './curves.js';
import type { Place } from './plot.js';

export interface Point {
  readonly trial: Trial;
  readonly x: number;
  readonly y: number;
}

export type Cost = 'weights' | 'seconds' | 'epochs';

export function pointsOf(model: StudyModel, cost: Cost, shown: Shown): Point[] {
  return model.trials.flatMap((trial) => {
    if (trial === undefined || trial.score === null || !shown(trial)) return [];
    const x = cost === 'weights' ? trial.weights : cost === 'seconds' ? trial.seconds : trial.epoch;
    return x === null || x <= 0 ? [] : [{ trial, x, y: trial.score }];
  });
}

/** Of the trials whose score is known: those that no cheaper one equals. */
export function frontOf(points: readonly Point[], negated: boolean): Point[] {
  const sign = negated ? -1 : 1;
  const front: Point[] = [];
  for (const point of points.filter(({ trial }) => trial.final !== null).sort((a, b) => a.x - b.x || sign * (b.y - a.y))) {
    const last = front.at(-1);
    if (last === undefined || sign * point.y > sign * last.y) front.push(point);
  }
  return front;
}

export function paintPoints(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, points: readonly Point[], front: readonly Point[]): void {
  const size = (points.length > 1500 ? 1.5 : 2.8) * pixel;
  context.globalAlpha = points.length > 1500 ? 0.5 : 0.85;
  context.lineWidth = pixel;
  for (const point of points) {
    const known = point.trial.final !== null;
    context.beginPath();
    context.arc(x(point.x), y(point.y), size, 0, 2 * Math.PI);
    context.fillStyle = context.strokeStyle = known ? colours.finished : point.trial.status === 'running' ? colours.running : colours.frozen;
    if (known) context.fill();
    else context.stroke();
  }
  context.globalAlpha = 1;
  context.strokeStyle = context.fillStyle = colours.best;
  context.lineWidth = 1.5 * pixel;
  context.beginPath();
  front.forEach((point, i) => {
    if (i === 0) return context.moveTo(x(point.x), y(point.y));
    context.lineTo(x(point.x), y((front[i - 1] as Point).y));
    context.lineTo(x(point.x), y(point.y));
  });
  context.stroke();
  for (const point of front) circle(context, x(point.x), y(point.y), 3.6 * pixel);
}

export function ring(context: CanvasRenderingContext2D, { x, y, pixel, colours }: Place, point: Point): void {
  context.strokeStyle = colours.ink;
  context.lineWidth = 2 * pixel;
  context.beginPath();
  context.arc(x(point.x), y(point.y), 6 * pixel, 0, 2 * Math.PI);
  context.stroke();
}

export function nearestPoint(points: readonly Point[], { x, y, pixel }: Place, left: number, top: number): Trial | null {
  let [best, least]: [Trial | null, number] = [null, 18];
  for (const point of points) {
    const distance = Math.hypot(x(point.x) / pixel - left, y(point.y) / pixel - top);
    if (distance < least) [best, least] = [point.trial, distance];
  }
  return best;
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.beginPath();
  context.arc(x, y, size, 0, 2 * Math.PI);
  context.fill();
}
