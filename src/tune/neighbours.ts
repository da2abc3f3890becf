// The nearest class of shapes that somebody measured, for one that nobody has and that shall not be measured now: a search that proposes
// ever new shapes meets some 250 classes in 40 networks, and most lie close to one that is known.
import type { Ranking } from './choice.js';

export interface Known {
  readonly family: string;
  readonly direction: string;
  /** As `shapeClass` writes it. */
  readonly shapes: string;
  readonly ranking: Ranking;
}

/** Mean distance of the extents, in octaves, beyond which an untuned favourite is the better guess. */
const FARTHEST = 1;

/** Of the same family and direction; null where none is near. Of equally near ones the first in order of their names. */
export function nearest({ family, direction, shapes }: Omit<Known, 'ranking'>, known: readonly Known[]): Known | null {
  const wanted = extentsOf(shapes);
  const near = known
    .filter((each) => each.family === family && each.direction === direction && each.ranking.length > 0)
    .map((each) => ({ each, distance: distance(wanted, extentsOf(each.shapes)) }))
    .filter((found) => found.distance <= FARTHEST)
    .sort((a, b) => a.distance - b.distance || (a.each.shapes < b.each.shapes ? -1 : 1));
  return near[0]?.each ?? null;
}

/** Infinite where the facts have other names. A flag that differs counts as an octave. */
function distance(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  if (a.size !== b.size || a.size === 0) return Infinity;
  let sum = 0;
  for (const [name, value] of a) sum += Math.abs(Math.log2((value + 1) / ((b.get(name) ?? Infinity) + 1)));
  return sum / a.size;
}

function extentsOf(shapes: string): Map<string, number> {
  return new Map(shapes.split(' ').map((part) => [part.split('=')[0] ?? '', Number(part.split('=')[1])]));
}
