// A study as a curve set that replay, evaluation and comparison take: a CSV with a row a trial and an epoch a column, and the manifest
// that says so. A trial that broke
// has the epochs that it had (none, where it broke in the first); one that was stopped is left out, for nobody knows its end, unless --verify has trained it there. Scores are turned back to the metric as its users know it.
import { canonicalJson } from '../core/index.js';
import { csvText } from './export.js';
import { scaleOf } from './score.js';
import type { Story, TrialStory } from './story.js';

export interface CurveFiles {
  readonly csv: string;
  /** Manifest as docs/curve-sets.md has it; it names `csvFile`. */
  readonly manifest: string;
  readonly curves: number;
}

/** Six digits: what a score measured on thousands of samples holds, at a third of the bytes. */
const DIGITS = 6;

export function exportCurves(story: Story, name: string, csvFile: string): CurveFiles {
  const scale = scaleOf(story.header);
  const trials = story.trials.filter(({ final, failure }) => final !== null || failure !== null);
  const columns = { ap: varying(trials, 'ap'), hp: varying(trials, 'hp') };
  const epochs = Array.from({ length: story.header.epochs }, (_, i) => i);
  const head = ['id', ...columns.ap, ...columns.hp, ...epochs.map((i) => `e${i + 1}`), 'network'];
  const rows = trials.map(({ trial, candidate, curve, afterwards }) => {
    const seen = curve.at(-1)?.epoch ?? 0;
    const points = [...curve, ...afterwards.map((value, i) => ({ epoch: seen + 1 + i, value }))];
    const scores = new Map(points.map(({ epoch, value }) => [epoch, Number(scale.shown(value).toPrecision(DIGITS))]));
    const numbers = [...columns.ap.map((key) => candidate.ap[key] ?? null), ...columns.hp.map((key) => candidate.hp[key] ?? null)];
    return [trial, ...numbers, ...epochs.map((i) => scores.get(i + 1) ?? null), candidate.architecture === null ? null : canonicalJson(candidate.architecture)];
  });
  const { metric } = story.header;
  const manifest = {
    name,
    about: `Recorded by foretell search: space ${story.header.space.name}, data ${story.header.data.name}, seed ${story.header.seed}.`,
    files: [csvFile], id: 'id', network: 'network',
    metric: { name: metric.name, columns: 'e{n}', first: 'e1', direction: metric.negated ? 'minimise' : 'maximise', ...(metric.transform === undefined ? {} : { transform: metric.transform }) },
    architecture: columns.ap, hyperparameters: columns.hp,
  };
  return { csv: csvText([head, ...rows]), manifest: `${JSON.stringify(manifest, null, 2)}\n`, curves: trials.length };
}

/** A column that is the same everywhere says nothing of a trial. */
function varying(trials: readonly TrialStory[], part: 'ap' | 'hp'): string[] {
  const names = [...new Set(trials.flatMap(({ candidate }) => Object.keys(candidate[part])))];
  return names.filter((name) => new Set(trials.map(({ candidate }) => candidate[part][name])).size > 1);
}
