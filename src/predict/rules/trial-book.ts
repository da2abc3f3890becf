// What a rule must know of every trial, folded from events at constant cost each: curves, who reached which epoch in
// which order, and the epoch through which a trial's evidence has been used up. It judges nothing.
import { graphOf, type Candidate, type OperationGraph, type StoredEvent, type TrialId } from '../../core/index.js';
import type { Observation } from '../features.js';
import type { TrainingRow } from '../predictor.js';

export interface TrialRecord {
  readonly trial: TrialId;
  readonly candidate: Candidate;
  /** Of the candidate; worked out once. */
  readonly graph: OperationGraph | null;
  /** By epoch. An epoch that is trained again (after an eviction or a crash) keeps its first value: what was fitted on it must come back after a resume. */
  readonly values: number[];
  /** The epoch last reported. */
  epoch: number;
  failed: boolean;
  /** By a person: nobody trains it any more. */
  cancelled: boolean;
  /** A freeze needs an epoch past this one: what it was frozen or thawed on does not count twice. */
  usedThrough: number;
  /** A person froze or thawed it: rules leave it as it is. */
  byHand: boolean;
}

export class TrialBook {
  private readonly records = new Map<TrialId, TrialRecord>();
  /** For each epoch the trials that reached it, in the order in which they did. */
  private readonly reached: TrialId[][] = [];
  private readonly failedAfter: number[] = [];

  /** Trainings from before the study, under numbers below 0: they count as trained as far as their curves go, and are never judged. */
  constructor(before: readonly TrainingRow[] = []) {
    for (const { trial, curve, ap, hp } of before) {
      const record = newRecord(trial, { architecture: null, ap, hp });
      this.records.set(trial, record);
      curve.forEach((value, i) => this.addEpoch(record, i + 1, value));
    }
  }

  tell(event: StoredEvent): void {
    if (event.type === 'start') {
      this.records.set(event.trial, newRecord(event.trial, event.candidate));
      return;
    }
    if (!('trial' in event)) return;
    const record = this.records.get(event.trial);
    if (record === undefined) return;
    if (event.type === 'epoch') this.addEpoch(record, event.epoch, event.value);
    else if (event.type === 'fail') this.fail(record);
    else if (event.type === 'cancel') record.cancelled = true;
    else if (event.type === 'thaw') judgedBy(record, event.by);
    else if (event.type === 'verdict' && event.verdict.action === 'freeze') judgedBy(record, event.by);
  }

  get(trial: TrialId): TrialRecord | undefined {
    return this.records.get(trial);
  }

  /** Every trial, failed ones too, in the order of their starts. */
  all(): Iterable<TrialRecord> {
    return this.records.values();
  }

  /** How many trials have been trained to that epoch and have not failed. */
  countAt(epoch: number): number {
    return (this.reached[epoch]?.length ?? 0) - (this.failedAfter[epoch] ?? 0);
  }

  /** Those trials, in the order in which they reached it. */
  trainedTo(epoch: number): TrialRecord[] {
    return (this.reached[epoch] ?? [])
      .map((trial) => this.records.get(trial))
      .filter((record): record is TrialRecord => record !== undefined && !record.failed);
  }

  private addEpoch(record: TrialRecord, epoch: number, value: number): void {
    record.epoch = epoch;
    if (epoch <= record.values.length) return;
    (this.reached[epoch] ??= []).push(record.trial);
    record.values[epoch - 1] = value;
  }

  private fail(record: TrialRecord): void {
    if (record.failed) return;
    record.failed = true;
    for (let epoch = 1; epoch <= record.values.length; epoch++) {
      this.failedAfter[epoch] = (this.failedAfter[epoch] ?? 0) + 1;
    }
  }
}

/** The curve up to the last reported epoch, or to another, and what is known of the candidate. */
export function observe(record: TrialRecord, epoch = record.epoch): Observation {
  const { candidate: { ap, hp }, values, graph } = record;
  return { curve: values.slice(0, epoch), ap, hp, ...(graph === null ? {} : { graph }) };
}

function newRecord(trial: TrialId, candidate: Candidate): TrialRecord {
  return { trial, candidate, graph: graphOf(candidate), values: [], epoch: 0, failed: false, cancelled: false, usedThrough: 0, byHand: false };
}

function judgedBy(record: TrialRecord, by: string | undefined): void {
  record.usedThrough = Math.max(record.usedThrough, record.epoch);
  record.byHand = by !== undefined;
}
