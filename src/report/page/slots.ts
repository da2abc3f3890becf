// The search's time line: each attempt at a trial is a span of seconds in a slot, as many slots as trials ran at once.
// Breaks between two runs of a study (a night, a reboot) are cut out, so that the seconds are those of work.
import type { TrialStory } from '../story.js';

export interface Span {
  readonly trial: number;
  readonly attempt: number;
  /** From 1. */
  readonly slot: number;
  /** Seconds since the search began, breaks left out. */
  readonly from: number;
  readonly to: number;
}

/** A break is longer than this and than `BREAK_EPOCHS` of the longest epochs, in seconds. */
const BREAK_SECONDS = 30;
const BREAK_EPOCHS = 3;

export function placeSpans(trials: readonly TrialStory[]): { readonly spans: readonly Span[]; readonly breaks: number } {
  const attempts = trials
    .flatMap(({ trial, attempts }) => attempts.map(({ attempt, start, end }) => ({ trial, attempt, start, end })))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || a.trial - b.trial);
  const { worked, breaks } = workClock(trials);
  const slotsEnd: number[] = [];
  const spans = attempts.map(({ trial, attempt, start, end }) => {
    const free = slotsEnd.findIndex((busyUntil) => busyUntil <= start);
    const slot = free < 0 ? slotsEnd.length : free;
    slotsEnd[slot] = end;
    return { trial, attempt, slot: slot + 1, from: worked(start), to: worked(end) };
  });
  return { spans, breaks };
}

/** Turns a stamp in milliseconds into seconds of work. */
function workClock(trials: readonly TrialStory[]): { worked(time: number): number; breaks: number } {
  const stamps = trials
    .flatMap(({ attempts, curve }) => [...attempts.map(({ start }) => start), ...curve.map(({ time }) => time)])
    .sort((a, b) => a - b);
  const longest = trials.reduce((max, { curve }) => curve.reduce((most, point) => Math.max(most, point.seconds), max), 0);
  const limit = 1000 * Math.max(BREAK_SECONDS, BREAK_EPOCHS * longest);
  const cuts: { readonly at: number; readonly lost: number }[] = [];
  stamps.forEach((stamp, i) => {
    const gap = stamp - (stamps[i - 1] ?? stamp);
    if (gap > limit) cuts.push({ at: stamp, lost: gap });
  });
  const first = stamps[0] ?? 0;
  const worked = (time: number) =>
    Math.max(0, (time - first - cuts.reduce((sum, cut) => (cut.at <= time ? sum + cut.lost : sum), 0)) / 1000);
  return { worked, breaks: cuts.length };
}
