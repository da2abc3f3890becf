// Which trials are shown, pointed at and chosen: shared by all charts and the table, so that a trial found in one is seen in all.
import { computed, signal } from '@preact/signals';
import { STATUSES, type Status } from '../../wire.js';
import { model, version } from './live.js';
import type { Trial } from './model.js';
import { lookAt, route } from './route.js';

export const hidden = signal<ReadonlySet<Status>>(new Set());
export const pointed = signal<number | null>(null);
/** Trials within all ranges that were drawn on the parallel axes; null = all. */
export const within = signal<ReadonlySet<number> | null>(null);

/** The one to draw on top: pointed at, else chosen. */
export const looked = computed((): Trial | null => {
  void version.value;
  return model.trials[pointed.value ?? route.value.trial ?? -1] ?? null;
});

let times = 0;
/** Differs whenever other trials are shown: what canvases are painted again for. */
export const shownKey = computed((): number => {
  void hidden.value;
  void within.value;
  return ++times;
});

export function isShown(trial: Trial): boolean {
  return !hidden.value.has(trial.status) && (within.value?.has(trial.id) ?? true);
}

export function toggle(status: Status): void {
  const next = new Set(hidden.value);
  if (!next.delete(status)) next.add(status);
  hidden.value = next.size === STATUSES.length ? new Set() : next;
}

export function choose(trial: number | null): void {
  const { study } = route.value;
  if (study !== null) lookAt(study, trial);
}

/** To a neighbour by number; from nowhere to the best. */
export function step(by: number): void {
  const from = route.value.trial;
  const last = model.trials.length - 1;
  if (last < 0) return;
  choose(from === null ? (model.best ?? 0) : Math.max(0, Math.min(last, from + by)));
}
