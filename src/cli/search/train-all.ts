// What a search trains, in order: the study itself, here or on a fleet; its best net's test; then the audit and the verification, which
// train here in either case.
import { DeviceLostError, type Log } from '../../core/index.js';
import { tellStory, type Story } from '../../report/index.js';
import { auditStudy, runStudy, verifyStudy, type ListedCheckpointStore, type StudyHandle } from '../../study/index.js';
import { Interrupted } from '../exit.js';
import type { StudyOnFleet } from '../fleet/fleet-of.js';
import { readEvents } from '../studies.js';
import { finishBestNet } from './best-net.js';
import type { ReopenedTrainer } from './device-loss.js';
import type { SearchTrainer } from './job.js';
import type { SearchOptions } from './options.js';

export interface StudyTraining {
  readonly options: SearchOptions;
  readonly file: string;
  readonly study: StudyHandle;
  readonly store: ListedCheckpointStore;
  readonly trainer: ReopenedTrainer<SearchTrainer>;
  /** Null where this machine trains. */
  readonly fleet: StudyOnFleet | null;
}

export interface TrainingContext {
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly say: (line: string) => void;
}

/** Search, test of the best net, verification; returns the path of the best net's weights. */
export async function trainAll(session: StudyTraining, context: TrainingContext): Promise<string | null> {
  const { options, file, study, store, trainer, fleet } = session;
  const { signal, log, say } = context;
  if (fleet === null) await trainHere(session, context);
  else await trainOnFleet(session, fleet, context);
  if (study.state.ended === null) throw interrupted(file);
  const weights = await bestNet(session, log);
  if (options.audit !== undefined) {
    const share = options.audit;
    const onTrial = (_: unknown, done: number, of: number): void => say(`audit  ${done} of ${of} frozen trials trained to the end`);
    await trainer.during((runner) => auditStudy(study, share, runner, store, { signal, log, onTrial }));
    if (signal.aborted) throw interrupted(file);
  }
  if (options.verify === true) {
    const onTrial = (_: unknown, done: number, of: number): void => say(`verify ${done} of ${of} frozen trials trained to the end`);
    await trainer.during((runner) => verifyStudy(study, runner, store, { signal, log, onTrial }));
    if (signal.aborted) throw interrupted(file);
  }
  return weights;
}

async function trainHere({ options, study, store, trainer }: StudyTraining, { signal, log }: TrainingContext): Promise<void> {
  const ran = await trainer.during((runner) => runStudy(study, runner, store, { parallel: options.parallel, signal, log }));
  const pipelines = (await trainer.get()).pipelines();
  if (ran.epochs > 0) await study.note('loop', { epochs: ran.epochs, seconds: { ...ran.seconds }, pipelines });
}

async function trainOnFleet({ study }: StudyTraining, fleet: StudyOnFleet, context: TrainingContext): Promise<void> {
  const { epochs, late } = await fleet.run(study, context);
  if (epochs > 0 || late > 0) await study.note('fleet', { epochs, late });
}

/** A coordinator needs no device: without one its best net is not tested, and its weights stay in the store. */
async function bestNet({ file, study, store, trainer, fleet }: StudyTraining, log: Log): Promise<string | null> {
  const tested = new Set(tellStory(readEvents(file)).notes.flatMap(testedTrial));
  try {
    return await trainer.during((runner) => finishBestNet({ study, store, file, tested, log }, runner));
  } catch (error) {
    if (fleet === null || !(error instanceof DeviceLostError)) throw error;
    log.warn(`the best net is not tested here: ${error.message}`);
    return null;
  }
}

function testedTrial({ about, data }: Story['notes'][number]): number[] {
  const trial = about === 'test' && data !== null && typeof data === 'object' ? (data as { readonly trial?: unknown }).trial : undefined;
  return typeof trial === 'number' ? [trial] : [];
}

function interrupted(file: string): Interrupted {
  return new Interrupted(`interrupted; nothing but the running epoch is lost. Go on with: foretell search --study ${file}`);
}
