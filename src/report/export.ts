// A study for other programs. CSV: one row an epoch with the trial's configuration beside it, as recorded curves are usually
// published. JSON: the whole state. Scores are turned back to the metric as its users know it.
import { currentScore, weightsOf, whatIs } from './page/data.js';
import { scaleOf, type Scale } from './score.js';
import type { Story, TrialStory } from './story.js';
import { summarise } from './summary.js';

/** RFC 4180 with LF line ends. Cells that a spreadsheet would read as a formula are quoted with a leading apostrophe. */
export function exportCsv(story: Story): string {
  const scale = scaleOf(story.header);
  const hp = namesOf(story, 'hp');
  const ap = namesOf(story, 'ap');
  const head = ['trial', 'epoch', scale.name, 'seconds', 'state', 'final', 'predicted', ...hp.map((name) => `hp_${name}`), ...ap.map((name) => `ap_${name}`), 'architecture'];
  const rows = story.trials.flatMap((trial) => {
    const fixed = configuration(trial, hp, ap);
    const [final, predicted] = ends(trial, scale);
    return trial.curve.map((point) => [trial.trial, point.epoch, scale.shown(point.value), point.seconds, trial.fate, final, predicted, ...fixed]);
  });
  return csvText([head, ...rows]);
}

export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

export function exportJson(story: Story): string {
  const scale = scaleOf(story.header);
  const { header, fits, notes, ended, events } = story;
  const trials = story.trials.map((trial) => ({
    ...trial,
    weights: weightsOf(trial),
    curve: trial.curve.map((point) => ({ ...point, value: scale.shown(point.value) })),
    value: trial.value === null ? null : { ...trial.value, y: scale.shown(trial.value.y) },
    final: trial.final === null ? null : { ...trial.final, y: scale.shown(trial.final.y) },
    verdicts: trial.verdicts.map(({ fit, ...rest }) => ({ ...rest, fit: fit?.seq ?? null })),
  }));
  return `${JSON.stringify({ header, ended, events, summary: summarise(story), trials, fits, notes }, null, 1)}\n`;
}

function namesOf(story: Story, part: 'hp' | 'ap'): string[] {
  return [...new Set(story.trials.flatMap(({ candidate }) => Object.keys(candidate[part])))];
}

function configuration(trial: TrialStory, hp: readonly string[], ap: readonly string[]): (string | number | null)[] {
  const { candidate } = trial;
  return [...hp.map((name) => candidate.hp[name] ?? null), ...ap.map((name) => candidate.ap[name] ?? null), whatIs(trial)];
}

/** The true score at T, and the predicted one of a trial that has none. */
function ends(trial: TrialStory, scale: Scale): [number | null, number | null] {
  if (trial.final !== null) return [scale.shown(trial.final.y), null];
  const score = currentScore(trial);
  return [null, score !== null && score.predicted ? scale.shown(score.y) : null];
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
