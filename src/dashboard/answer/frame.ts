// What changed in a study since a number of event: all trials that were touched since, whole, and whatever else did. Stateless: a page that comes back
// names the last frame that it had, and goes on from there.
import { scaleOf } from '../../report/index.js';
import { summarise, type StudyState } from '../../study/index.js';
import { type Choice, describeChoice, type Decision } from '../../tune/index.js';
import type { Digest } from '../follow/digest.js';
import type { Follower } from '../follow/follower.js';
import type { ControlLine, Frame, KernelLine, Standing } from '../wire.js';
import { calibrationOf } from './calibration.js';
import { columnsOf, rounded } from './columns.js';
import { factsOf, strideOf } from './facts.js';

/** A frame of so many trials is a megabyte: the first ones are painted while the others come. */
const MOST_TRIALS = 2500;
const MOST_CONTROLS = 50;

/** Null while there is nothing to tell. `after` 0 = from the beginning. */
export function frameAfter(key: string, { state, digest, caughtUp }: Follower, after: number): Frame | null {
  const { header } = state;
  if (header === null || state.seq <= after) return null;
  const scale = scaleOf(header);
  const touched = digest.trials.flatMap((trial, id) => (trial.touched > after ? [{ id, seq: trial.touched }] : [])).sort((a, b) => a.seq - b.seq);
  const sent = touched.slice(0, MOST_TRIALS);
  const more = sent.length < touched.length;
  const { changed, columns, controls, workers } = digest;
  const since = (seq: number): boolean => !more && seq > after;
  return {
    fresh: after === 0,
    seq: more ? (sent.at(-1)?.seq ?? after) : state.seq,
    more,
    complete: caughtUp && !more,
    ...(after === 0 ? { facts: factsOf(key, header) } : {}),
    ...(changed.columns > after ? { columns } : {}),
    standing: standingOf(state, digest),
    trials: columnsOf({ state, digest, scale, stride: strideOf(header) }, sent.map(({ id }) => id)),
    ...(since(workers.seq) ? { workers: workers.lines() } : {}),
    ...(since(changed.kernels) ? { kernels: kernelLines(digest.decisions) } : {}),
    ...(since(changed.finals) ? { calibration: calibrationOf(state, digest, scale) } : {}),
    ...(since(changed.controls) ? { controls: controls.slice(-MOST_CONTROLS).map(controlLine) } : {}),
  };
}

function standingOf(state: StudyState, digest: Digest): Standing {
  const { counts, best, epochs, seconds, freezes, thaws, ended } = summarise(state);
  const scale = scaleOf(state.header ?? { metric: { name: 'score', negated: false } });
  return {
    began: state.began, time: state.time, counts, freezes, thaws, ended,
    best: best === null ? null : { trial: best.trial, score: rounded(scale.shown(best.y)) },
    epochs: { ...epochs, speedup: rounded(epochs.speedup) },
    seconds: { trained: rounded(seconds.trained), speedup: rounded(seconds.speedup) },
    fits: digest.fits.length, judged: counts.finished + counts.frozen, enqueued: state.enqueued.length,
  };
}

/** A line a kernel and choice, the commonest first. */
function kernelLines(decisions: readonly Decision[]): KernelLine[] {
  type Counted = { -readonly [K in keyof KernelLine]: KernelLine[K] };
  const lines = new Map<string, Counted>();
  for (const { family, direction, from, ranking, seconds } of decisions) {
    const [first] = ranking as readonly [Choice?];
    const [kernel, choice] = [`${family} ${direction}`, first === undefined ? 'the untuned favourite' : describeChoice(first)];
    const line = lines.get(`${kernel}\n${choice}`) ?? { kernel, choice, measured: 0, known: 0, neighbour: 0, untuned: 0, seconds: 0 };
    line[from === 'cache' ? 'known' : from]++;
    line.seconds = rounded(line.seconds + seconds);
    lines.set(`${kernel}\n${choice}`, line);
  }
  const classes = ({ measured, known, neighbour, untuned }: KernelLine): number => measured + known + neighbour + untuned;
  return [...lines.values()].sort((a, b) => (a.kernel < b.kernel ? -1 : a.kernel > b.kernel ? 1 : classes(b) - classes(a)));
}

function controlLine({ time, by, command }: Digest['controls'][number]): ControlLine {
  return { time, by, words: 'trial' in command ? `${command.type} trial ${command.trial}` : command.type === 'end' ? 'end the search' : 'enqueue a configuration' };
}
