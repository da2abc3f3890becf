// The study in a dozen numbers, from its story alone.
import type { Json, TrialId } from '../core/index.js';
import type { Fate, Story, TrialStory } from './story.js';

export interface Summary {
  /** Best fully trained trial of the search itself, or null before the first. */
  readonly best: { readonly trial: TrialId; /** Inner scale. */ readonly score: number } | null;
  /** What the test set said of the best net, once, at the end. */
  readonly test: { readonly trial: TrialId; readonly metrics: { readonly [name: string]: number } } | null;
  readonly counts: { readonly [fate in Fate]: number };
  readonly trials: number;
  readonly thaws: number;
  readonly epochs: { readonly trained: number; readonly possible: number };
  /** Seconds of training: spent, and what training every trial to T would have taken at each trial's own pace. */
  readonly seconds: { readonly trained: number; readonly possible: number };
  readonly speedup: { readonly epochs: number | null; readonly seconds: number | null };
  /** After `--verify`: the best of all true scores, and whether the search's own best has it. */
  readonly verified: { readonly trials: number; readonly optimum: TrialId; readonly score: number; readonly kept: boolean } | null;
}

export function summarise(story: Story): Summary {
  const { trials } = story;
  const T = story.header.epochs;
  const started = trials.filter((trial) => trial.curve.length > 0);
  const epochs = { trained: sum(trials, (trial) => trial.paid.epochs), possible: started.length * T };
  const seconds = {
    trained: sum(trials, (trial) => trial.paid.seconds),
    possible: sum(started, (trial) => (trial.paid.seconds / trial.paid.epochs) * T),
  };
  const best = bestOf(trials.filter((trial) => trial.fate === 'finished'));
  return {
    best,
    test: testOf(story),
    counts: countFates(trials),
    trials: trials.length,
    thaws: sum(trials, (trial) => trial.thaws.length),
    epochs,
    seconds,
    speedup: { epochs: ratio(epochs), seconds: ratio(seconds) },
    verified: verification(trials, best),
  };
}

function countFates(trials: readonly TrialStory[]): Summary['counts'] {
  const counts = { running: 0, paused: 0, frozen: 0, finished: 0, failed: 0, cancelled: 0 };
  for (const trial of trials) counts[trial.fate] += 1;
  return counts;
}

function bestOf(trials: readonly TrialStory[]): Summary['best'] {
  let best: Summary['best'] = null;
  for (const { trial, final } of trials) {
    if (final !== null && (best === null || final.y > best.score)) best = { trial, score: final.y };
  }
  return best;
}

function verification(trials: readonly TrialStory[], best: Summary['best']): Summary['verified'] {
  const verified = trials.filter((trial) => trial.final?.verified === true).length;
  const optimum = bestOf(trials);
  if (verified === 0 || optimum === null) return null;
  return { trials: verified, optimum: optimum.trial, score: optimum.score, kept: best !== null && best.score >= optimum.score };
}

/** The last note `test`: `{ trial, metrics }`. */
function testOf(story: Story): Summary['test'] {
  const data = story.notes.filter((note) => note.about === 'test').at(-1)?.data as { readonly [key: string]: Json } | undefined;
  if (data === undefined || typeof data['trial'] !== 'number') return null;
  return { trial: data['trial'], metrics: (data['metrics'] ?? {}) as { readonly [name: string]: number } };
}

function ratio({ trained, possible }: { readonly trained: number; readonly possible: number }): number | null {
  return trained > 0 ? possible / trained : null;
}

function sum(trials: readonly TrialStory[], of: (trial: TrialStory) => number): number {
  return trials.reduce((total, trial) => total + of(trial), 0);
}
