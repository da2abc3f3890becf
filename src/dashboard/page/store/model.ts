// A study as its page holds it: filled by frames, read by charts. Curves lie in one typed array; what is of a trial is found by its number. Free of the
// browser, so that it can be tested without one.
import { STATUSES, type Calibration, type ControlLine, type Forecast, type Frame, type KernelLine, type Standing, type Status, type StudyFacts, type WorkerLine } from '../../wire.js';

export interface Trial {
  readonly id: number;
  readonly status: Status;
  readonly epoch: number;
  readonly last: number | null;
  readonly score: number | null;
  readonly predicted: boolean;
  readonly final: number | null;
  readonly forecast: Forecast | null;
  readonly weights: number | null;
  readonly seconds: number;
  readonly freezes: readonly number[];
  readonly thaws: readonly number[];
  readonly changes: readonly number[];
  readonly numbers: readonly (number | null)[];
  readonly what: string;
}

export class StudyModel {
  facts: StudyFacts | null = null;
  standing: Standing | null = null;
  columns: readonly string[] = [];
  trials: Trial[] = [];
  workers: readonly WorkerLine[] = [];
  kernels: readonly KernelLine[] = [];
  calibration: Calibration | null = null;
  controls: readonly ControlLine[] = [];
  seq = 0;
  /** Everything that the study knew when the page came is here. */
  complete = false;
  /** Grows where something that is not running changed: what is painted once can stay. */
  settled = 0;
  private points = 0;
  private curves = new Float32Array(0);

  take(frame: Frame): void {
    if (frame.fresh) this.clear();
    this.facts = frame.facts ?? this.facts;
    this.points = this.facts === null ? 0 : Math.floor(this.facts.epochs / this.facts.stride);
    this.standing = frame.standing;
    this.columns = frame.columns ?? this.columns;
    this.workers = frame.workers ?? this.workers;
    this.kernels = frame.kernels ?? this.kernels;
    if (frame.calibration !== undefined) this.calibration = frame.calibration;
    this.controls = frame.controls ?? this.controls;
    this.seq = frame.seq;
    this.complete ||= frame.complete;
    frame.trials.id.forEach((id, i) => this.put(frame, id, i));
  }

  /** Points of a curve: epochs `stride`, 2 `stride`, ...; NaN where there is none. */
  curveOf(id: number): Float32Array {
    return this.curves.subarray(id * this.points, (id + 1) * this.points);
  }

  /** The score at an epoch, on the line between two points where the curve has none there; NaN beyond it. */
  at(trial: Trial, epoch: number): number {
    if (epoch >= trial.epoch) return epoch === trial.epoch ? (trial.last ?? NaN) : NaN;
    const curve = this.curveOf(trial.id);
    const stride = this.facts?.stride ?? 1;
    if (epoch > 0 && epoch % stride === 0) return curve[epoch / stride - 1] ?? NaN;
    const before = Math.floor(epoch / stride);
    const point = (n: number): { readonly x: number; readonly y: number } => (n * stride <= trial.epoch ? { x: n * stride, y: curve[n - 1] ?? NaN } : { x: trial.epoch, y: trial.last ?? NaN });
    const [from, to] = [point(Math.max(1, before)), point(before + 1)];
    return epoch <= from.x ? from.y : from.y + ((to.y - from.y) * (epoch - from.x)) / (to.x - from.x);
  }

  /** In words: of a search that has ended nothing runs any more. */
  wordOf(status: Status): string {
    return status === 'running' && this.standing !== null && this.standing.ended !== null ? 'unfinished' : status;
  }

  get best(): number | null {
    return this.standing?.best?.trial ?? null;
  }

  private clear(): void {
    this.trials = [];
    this.curves.fill(NaN);
    this.workers = [];
    this.kernels = [];
    this.controls = [];
    this.calibration = null;
    this.complete = false;
    this.settled++;
  }

  private put({ trials }: Frame, id: number, i: number): void {
    const status = STATUSES[trials.status[i] ?? 0] ?? 'running';
    if (status !== 'running' || this.trials[id] !== undefined && this.trials[id].status !== 'running') this.settled++;
    this.trials[id] = {
      id, status, epoch: trials.epoch[i] ?? 0, last: trials.last[i] ?? null, score: trials.score[i] ?? null, predicted: trials.predicted[i] === 1, final: trials.final[i] ?? null,
      forecast: trials.forecast[i] ?? null, weights: trials.weights[i] ?? null, seconds: trials.seconds[i] ?? 0, freezes: trials.freezes[i] ?? [], thaws: trials.thaws[i] ?? [],
      changes: trials.changes[i] ?? [], numbers: trials.numbers[i] ?? [], what: trials.what[i] ?? '',
    };
    this.reserve(id + 1);
    this.curves.set(trials.curve[i] ?? [], id * this.points);
  }

  private reserve(trials: number): void {
    const needed = trials * this.points;
    if (needed <= this.curves.length) return;
    const larger = new Float32Array(Math.max(needed, 2 * this.curves.length)).fill(NaN);
    larger.set(this.curves);
    this.curves = larger;
  }
}
