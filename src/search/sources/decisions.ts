// A space as choices in a row: what learners that build a candidate a choice at a time (Q-learning, REINFORCE) know of it. Choices are words;
// what they mean knows the space behind. Nothing is learnt here.
import type { Candidate, Rng } from '../../core/index.js';

/** Choices from the first on. */
export type Path = readonly string[];

/** Promises: a function of the path alone; every path that follows `actions` ends. */
export interface Decisions {
  /** What may follow, without repeats, in a fixed order; nothing after the last choice. */
  actions(path: Path): readonly string[];
  /** Paths that lead to the same state share what is learnt about their next choice. */
  state(path: Path): string;
  /** Of a path that has ended; null where it leads to nothing. Several paths may lead to one candidate. */
  candidate(path: Path): Candidate | null;
  /** The path that leads to the candidate, one for all its equals; null where none does (somebody else's). */
  pathOf(candidate: Candidate): Path | null;
}

export type Choose = (path: Path, actions: readonly string[]) => string;

/** One path to its end. `offered` narrows what may be chosen. */
export function walk(decisions: Decisions, choose: Choose, offered: (path: Path) => readonly string[] = (path) => decisions.actions(path)): Path {
  const path: string[] = [];
  for (;;) {
    const actions = offered(path);
    if (actions.length === 0) return path;
    path.push(choose(path, actions));
  }
}

export function keyOf(path: Path): string {
  return path.join(' > ');
}

/** One of the largest; of equals any. */
export function pickLargest<T>(items: readonly T[], valueOf: (item: T) => number, rng: Rng): T {
  const values = items.map(valueOf);
  const most = Math.max(...values);
  return rng.pick(items.filter((_, i) => values[i] === most));
}
