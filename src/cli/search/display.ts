// What a person sees of a running search: bars that redraw on a terminal, a modest stream of lines elsewhere. Both go to
// standard error and hear the study's events; neither changes anything.
import { systemClock, type Clock, type Predicted, type StoredEvent, type Verdict } from '../../core/index.js';
import { figure, interval, printable, scaleOf, type Scale } from '../../report/index.js';
import type { StudyState } from '../../study/index.js';
import type { Terminal } from '../terminal.js';
import { narrate, sparkline, standing, UNNAMED } from './narrate.js';

export interface Display {
  hear(event: StoredEvent, state: StudyState): void;
  /** A line above the bars. */
  say(line: string): void;
  stop(): void;
}

export async function openDisplay(terminal: Terminal, trials: number, slots: number): Promise<Display> {
  if (!terminal.live) return new PlainDisplay(terminal, trials);
  const { MultiBar, Format } = (await import('cli-progress')).default;
  const bars = new MultiBar(
    {
      format: (options, params, payload: { text?: string }) =>
        fit(payload.text ?? `${Format.BarFormat(params.progress, options)}`, process.stderr.columns ?? 80),
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      forceRedraw: false,
      fps: 8,
      barsize: 20,
    },
  );
  return new LiveDisplay(bars, trials, slots);
}

interface Bar {
  update(value: number, payload: object): void;
}

interface Bars {
  create(total: number, start: number, payload: object): Bar;
  log(text: string): void;
  update(): void;
  stop(): void;
}

/** One bar for the study and one a slot; a trial takes the first free slot and keeps it while it runs. */
export class LiveDisplay implements Display {
  private readonly overall: Bar;
  private readonly rows: { readonly bar: Bar; trial: number | null }[];
  private readonly verdicts = new Map<number, Verdict>();

  constructor(
    private readonly bars: Bars,
    private readonly trials: number,
    slots: number,
  ) {
    this.overall = bars.create(trials, 0, { text: `0 of ${trials} trials` });
    this.rows = Array.from({ length: slots }, () => ({ bar: bars.create(1, 0, { text: '' }), trial: null }));
  }

  hear(event: StoredEvent, state: StudyState): void {
    const told = narrate(event, state);
    if (told !== null) this.say(told.text);
    if (event.type === 'verdict') this.verdicts.set(event.trial, event.verdict);
    if (event.type === 'open') this.take(event.trial);
    if ('trial' in event && state.trials[event.trial]?.status !== 'running') this.leave(event.trial);
    if ('trial' in event) this.draw(event.trial, state);
    this.overall.update(state.trials.length - state.counts.running, { text: overallText(state, this.trials) });
  }

  say(line: string): void {
    this.bars.log(`${printable(line)}\n`);
    this.bars.update();
  }

  stop(): void {
    this.bars.stop();
  }

  private take(trial: number): void {
    if (this.rows.some((row) => row.trial === trial)) return;
    const free = this.rows.find((row) => row.trial === null);
    if (free !== undefined) free.trial = trial;
  }

  private leave(trial: number): void {
    const row = this.rows.find((candidate) => candidate.trial === trial);
    if (row === undefined) return;
    row.trial = null;
    row.bar.update(0, { text: '' });
  }

  private draw(trial: number, state: StudyState): void {
    const row = this.rows.find((candidate) => candidate.trial === trial);
    row?.bar.update(0, { text: trialText(trial, state, this.verdicts.get(trial)) });
  }
}

const OVERALL_WIDTH = 20;

function overallText(state: StudyState, trials: number): string {
  const done = Math.min(1, (state.trials.length - state.counts.running) / trials);
  const full = Math.round(done * OVERALL_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(OVERALL_WIDTH - full)} ${standing(state, trials)}`;
}

/** `trial 12  ▁▃▅▆ 0.78, epoch 5 of 12 -> 0.81 (0.76 to 0.86)`. */
export function trialText(id: number, state: StudyState, verdict: Verdict | undefined): string {
  const trial = state.trials[id];
  if (trial === undefined) return '';
  const head = `trial ${String(id).padEnd(4)}`;
  const last = trial.curve.at(-1);
  if (last === undefined) return `${head} first epoch`;
  const predicted = verdict === undefined || verdict.action === 'stop' ? undefined : verdict.predicted;
  const scale = scaleOf(state.header ?? UNNAMED);
  const mean = predicted === undefined ? '' : ` -> ${figure(scale.shown(predicted.mean))}${intervalText(scale, predicted)}`;
  return `${head} ${sparkline(trial.curve, 24)} ${figure(scale.shown(last))}, epoch ${trial.curve.length} of ${trial.until}${mean}`;
}

function intervalText(scale: Scale, { mean, sigma }: Predicted): string {
  return sigma === undefined ? '' : ` (${interval(scale, mean, sigma).map(figure).join(' to ')})`;
}

function fit(text: string, width: number): string {
  const line = printable(text);
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
}

/** Lines a second that a pipe gets at most, and how many may come at once; weighty ones count and always pass. */
const RATE = 2;
const BURST = 20;

export class PlainDisplay implements Display {
  private credit = BURST;
  private lastTime: number;
  private held = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly trials: number,
    private readonly clock: Clock = systemClock,
  ) {
    this.lastTime = clock.now();
  }

  hear(event: StoredEvent, state: StudyState): void {
    const told = narrate(event, state);
    if (told === null) return;
    const now = this.clock.now();
    this.credit = Math.min(BURST, this.credit + (RATE * (now - this.lastTime)) / 1000);
    this.lastTime = now;
    if (!told.weighty && this.credit < 1) {
      this.held += 1;
      return;
    }
    this.credit -= 1;
    this.say(event.type === 'value' ? `${told.text}; ${standing(state, this.trials)}` : told.text);
  }

  say(line: string): void {
    if (this.held > 0) this.terminal.err(`(${this.held} lines left out)`);
    this.held = 0;
    this.terminal.err(printable(line));
  }

  stop(): void {
    if (this.held > 0) this.terminal.err(`(${this.held} lines left out)`);
    this.held = 0;
  }
}
