// Events in words, for whoever watches a search. What needs no word (an epoch, an attempt) gives none.
import { describeNetwork, type StoredEvent, type TrialId, type Verdict } from '../../core/index.js';
import { figure, scaleOf } from '../../report/index.js';
import type { StudyState } from '../../study/index.js';

export interface Told {
  readonly text: string;
  /** Freezes, thaws and failures are told even where words are scarce. */
  readonly weighty: boolean;
}

export function narrate(event: StoredEvent, state: StudyState): Told | null {
  switch (event.type) {
    case 'verdict':
      return event.verdict.action === 'freeze' ? { text: freezeWords(event.trial, event.epoch, event.verdict, state), weighty: true } : null;
    case 'thaw':
      return { text: `thaw   trial ${event.trial}: ${event.reason}`, weighty: true };
    case 'fail':
      return { text: `fail   trial ${event.trial}, ${event.kind}: ${event.message}`, weighty: true };
    case 'cancel':
      return { text: `cancel trial ${event.trial}, by ${event.by}`, weighty: true };
    case 'value': // told right after `finish`, when the best is known
      return event.predicted || state.trials[event.trial]?.status !== 'finished' ? null : { text: finishWords(event.trial, state), weighty: false };
    case 'fit':
      return { text: fitWords(event.record), weighty: false };
    case 'evict':
      return { text: `evict  trial ${event.trial}: its checkpoint was deleted for space`, weighty: false };
    default:
      return null;
  }
}

function freezeWords(trial: TrialId, epoch: number, { reason, predicted, bar }: Extract<Verdict, { action: 'freeze' }>, state: StudyState): string {
  const numbers = predicted === undefined || bar === undefined ? '' : `predicted ${shownScore(predicted.mean, state)} at epoch ${predicted.horizon}, bar ${shownScore(bar, state)}, `;
  return `freeze trial ${trial} at epoch ${epoch}: ${numbers}${reason}`;
}

function finishWords(id: TrialId, state: StudyState): string {
  const trial = state.trials[id];
  const architecture = trial?.candidate.architecture ?? null;
  const score = trial?.curve.at(-1);
  return `finish trial ${id}: ${score === undefined ? '?' : shownScore(score, state)}${architecture === null ? '' : ` (${describeNetwork(architecture)})`}`;
}

function fitWords(record: { readonly [key: string]: unknown }): string {
  const { trials, error } = record;
  if (error !== undefined) return `fit    failed: ${String(error)}`;
  return `fit    ${Array.isArray(trials) ? `on ${trials.length} trials` : 'a new predictor'}`;
}

/** `12 of 40 trials, 143 of 480 epochs, 5 frozen, best 0.842 (trial 7)`. */
export function standing(state: StudyState, trials: number): string {
  const epochs = state.header?.epochs ?? 0;
  const { frozen } = state.counts;
  const best = state.best === null ? 'no trial finished yet' : `best ${shownScore(state.best.y, state)} (trial ${state.best.trial})`;
  const through = state.trials.length - state.counts.running;
  return `${through} of ${trials} trials, ${state.totals.epochs} of ${trials * epochs} epochs, ${frozen} frozen, ${best}`;
}

/** Before the header is known nothing has a score. */
export const UNNAMED = { metric: { name: 'score', negated: false } } as const;

function shownScore(score: number, { header }: StudyState): string {
  return figure(scaleOf(header ?? UNNAMED).shown(score));
}

const BLOCKS = '▁▂▃▄▅▆▇█';

/** A curve in one line, `width` characters at most, the newest to the right. */
export function sparkline(curve: readonly number[], width: number): string {
  const shown = curve.slice(-width);
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low;
  return shown.map((y) => BLOCKS[span > 0 ? Math.round(((y - low) / span) * (BLOCKS.length - 1)) : 0] ?? ' ').join('');
}
