// One run of `foretell train`: from a checkpoint or from first weights to the last epoch, or to an interruption.
import { writeFileSync, renameSync } from 'node:fs';
import type { Json, Task } from '../../core/index.js';
import { encodeSafetensors, type Tensors } from '../../data/index.js';
import { Interrupted } from '../exit.js';
import { writing } from '../files.js';
import { ReopenedTrainer } from '../search/device-loss.js';
import { withSignals } from '../signals.js';
import type { World } from '../world.js';
import { requireSameTraining, writeCheckpoint, type TrainCheckpoint, type TrainedEpoch } from './checkpoint-file.js';
import type { Job, OpenJob } from './job.js';
import { keptOptions, type TrainOptions } from './options.js';
import { figure, openPrinter, type Printer } from './print.js';

interface Session {
  readonly options: TrainOptions;
  readonly job: Job;
  readonly printer: Printer;
  readonly say: (line: string) => void;
  curve: readonly TrainedEpoch[];
  snapshot: Uint8Array | null;
}

/** `before`: the checkpoint to go on from. Throws Interrupted after a clean stop on request. */
export async function trainJob(options: TrainOptions, job: Job, before: TrainCheckpoint | null, { terminal }: World): Promise<void> {
  const { checkpoint = '' } = options;
  if (before !== null) requireSameTraining(checkpoint, before.identity, job.identity);
  const say = (line: string): void => terminal.err(line);
  const printer = openPrinter(options.json, job, terminal);
  const session: Session = { options, job, printer, say, curve: before?.curve ?? [], snapshot: before?.snapshot ?? null };
  const device = new ReopenedTrainer({ open: () => job.open(), progress: () => session.curve.length, say });
  try {
    await withSignals(() => say('stopping after this epoch; once more ends it at once'), async (signal) => {
      say(`${before === null ? 'training' : `going on after epoch ${session.curve.length}:`} ${job.description}`);
      for (const epoch of session.curve) printer.epoch(epoch);
      await device.during((open) => trainEpochs(session, open, signal, before?.adapter));
      if (session.curve.length < options.epochs) throw interrupted(session);
      await device.during((open) => finish(session, open));
    });
  } finally {
    device.close();
  }
}

async function trainEpochs(session: Session, open: OpenJob, signal: AbortSignal, was: Json | undefined): Promise<void> {
  const { options, job, printer, say } = session;
  if (session.curve.length >= options.epochs) return;
  if (was !== undefined && JSON.stringify(was) !== JSON.stringify(open.adapter)) say(`warning: the checkpoint was made on ${JSON.stringify(was)}, this is ${JSON.stringify(open.adapter)}: the rest of the curve may differ in its last digits`);
  const from = session.curve.length;
  const task: Task = { trial: 0, attempt: 1, candidate: job.candidate, until: options.epochs, ...(session.snapshot ? { from: { key: 'train', hash: '', epoch: from } } : {}) };
  for await (const { epoch, value, seconds, metrics = {}, snapshot } of open.run(task, { signal, ...(session.snapshot ? { checkpoint: session.snapshot } : {}) })) {
    const trained = { epoch, value, seconds, metrics };
    const bytes = await snapshot();
    const curve = [...session.curve, trained];
    if (options.checkpoint !== undefined) writeCheckpoint(options.checkpoint, { identity: job.identity, options: keptOptions(options), adapter: open.adapter, choices: job.choices(), curve, snapshot: bytes });
    Object.assign(session, { curve, snapshot: bytes });
    printer.epoch(trained);
  }
}

/** The network at the end: what it does on data that nothing was chosen by, and its weights. */
async function finish({ options, job, printer, curve, snapshot }: Session, open: OpenJob): Promise<void> {
  if (snapshot === null) return;
  const { out, checkpoint } = options;
  const test = await open.test(snapshot);
  if (out !== undefined) saveTensors(out, open.weights(snapshot));
  const best = curve.reduce((a, b) => (b.value > a.value ? b : a));
  const last = curve.at(-1) ?? best;
  const seconds = curve.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const { name, shown } = job.score;
  const summary = {
    ...keptOptions(options),
    ...job.facts(),
    epochs: curve.length,
    best: { epoch: best.epoch, [name]: shown(best.value) },
    last: { epoch: last.epoch, [name]: shown(last.value), ...last.metrics },
    ...(test ? { test } : {}),
    seconds,
    adapter: open.adapter,
    files: { ...(checkpoint === undefined ? {} : { checkpoint }), ...(out === undefined ? {} : { weights: out }) },
  };
  printer.summary(summary, [
    `best      ${name} ${figure(shown(best.value))} after epoch ${best.epoch} of ${curve.length}, ${seconds.toFixed(1)} s in all`,
    ...(test ? [`test      ${Object.entries(test).map(([key, value]) => `${key} ${Number.isInteger(value) ? String(value) : figure(value)}`).join(', ')}`] : []),
    ...(out === undefined ? [] : [`weights   ${out}`]),
  ]);
}

/** Whole or not at all: a reader never meets half a file. */
function saveTensors(target: string, tensors: Tensors): void {
  const bytes = encodeSafetensors(tensors);
  writing(target, '--out', () => {
    writeFileSync(`${target}.new`, bytes);
    renameSync(`${target}.new`, target);
  });
}

function interrupted({ options: { checkpoint }, curve }: Session): Interrupted {
  if (checkpoint === undefined) return new Interrupted(`interrupted after epoch ${curve.length}; nothing was kept: give --checkpoint FILE to be able to go on`);
  if (curve.length === 0) return new Interrupted('interrupted before the end of the first epoch; run the same command again');
  return new Interrupted(`interrupted after epoch ${curve.length}; nothing but the running epoch is lost. Go on with: foretell train --checkpoint ${checkpoint}`);
}
