// One run of `foretell search`: opens what it takes, runs the study to its end or to an interruption, and says what came out.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { StudyError, type Command, type Journal, type Log, type Space } from '../../core/index.js';
import type { Decision } from '../../tune/index.js';
import { summaryLines, tellStory, type Story } from '../../report/index.js';
import { createStudy, folderCheckpoints, openJournal, openMailbox, type StudyHandle } from '../../study/index.js';
import { budgetOf } from '../budget.js';
import { writing } from '../files.js';
import type { Machine } from '../machine.js';
import type { Fleet } from '../fleet/fleet-of.js';
import type { World } from '../world.js';
import { writeReport } from '../report-file.js';
import { beside, readEvents } from '../studies.js';
import { logTo } from '../terminal.js';
import { computeOf, type LazyCompute } from '../compute.js';
import { ReopenedTrainer } from './device-loss.js';
import { openDisplay, type Display } from './display.js';
import type { SearchTrainer } from './job.js';
import { knownCandidates } from './enqueue.js';
import { openJsonLines } from './json-lines.js';
import { openJob } from './open-job.js';
import { expectFleet, settingsOf, type SearchOptions } from './options.js';
import { headerOf, searchParts } from './parts.js';
import { parseRest, type RestSettings } from './rest.js';
import { withSignals } from '../signals.js';
import { trainAll, type StudyTraining } from './train-all.js';
import { kernelLine, plainDecision, tuneDecisions } from './tune-notes.js';

/** Rows of trials that a terminal shows of a fleet. */
const FLEET_ROWS = 8;

interface Session extends StudyTraining {
  readonly world: World;
  readonly space: Space;
  /** Of predictors that are nets: a device of its own, so that one that is lost while training is opened again without them. */
  readonly compute: LazyCompute;
  readonly display: Display;
}

/** `file` is gone on with where it exists. Throws Interrupted after a clean stop on request. */
export async function search(options: SearchOptions, file: string, world: World): Promise<void> {
  const rest = parseRest(options.set);
  const machine = await world.machine();
  // Held from here on: a study that another process writes is refused before anything slow is done.
  const held = existsSync(file) ? openJournal(file) : null;
  let session: Session;
  try {
    session = await openSession(options, rest, file, held, machine, world);
  } catch (error) {
    held?.close();
    throw error;
  }
  try {
    await withSignals(() => session.display.say('stopping after this epoch; once more ends it at once'), (signal) => runSession(session, signal));
  } finally {
    session.display.stop();
    session.trainer.close();
    await session.compute.close();
    await session.study.close();
  }
}

async function openSession(options: SearchOptions, rest: RestSettings, file: string, held: Journal | null, machine: Machine, world: World): Promise<Session> {
  const { terminal, version } = world;
  const log = logTo(terminal);
  const machines = await fleetFor(options, world);
  const job = await openJob(options, rest, machine, log);
  const events = held === null ? [] : [...held.read()];
  const begun = events.length > 0;
  const fleet = machines?.study(job, events) ?? null;
  const known = options.enqueue === undefined || begun ? [] : knownCandidates(options.enqueue, job.space);
  if (options.enqueue !== undefined && begun) terminal.err(`enqueue ${options.enqueue}: not read again, the study has begun`);
  const compute = computeOf(machine, log.warn, rest.adapter);
  const parts = await searchParts(options, rest, job, { openSolver: () => machine.openSolver(), openContext: compute.openContext });
  let epochs = (): number => 0;
  let say = (line: string): void => terminal.err(line);
  let journal: (decision: Decision) => Promise<void> = () => Promise.resolve();
  // What was chosen stays chosen: after an interruption, and on a device that was opened again.
  const standing = tuneDecisions(events);
  const heard = async (decision: Decision): Promise<void> => {
    if (decision.from === 'measured' && !standing.some(({ from }) => from === 'measured')) say('tune   measuring kernels on shapes not seen before (--set tune=off leaves it)');
    await journal(decision);
    standing.push(decision);
  };
  const tuning = { mode: rest.tune, standing, heard, warn: log.warn };
  const trainer = new ReopenedTrainer<SearchTrainer>({
    open: () => job.open(tuning),
    progress: () => epochs(),
    say: (line) => say(line),
  });
  try {
    const trainedOn = fleet?.environment ?? { adapter: (await trainer.get()).adapter };
    const environment = { ...machine.environment(), ...trainedOn, options: settingsOf(options) };
    const header = headerOf(options, job, parts, { name: nameOf(file), version, environment });
    writing(file, '--study', () => mkdirSync(path.dirname(file), { recursive: true }));
    const store = fleet?.store ?? folderCheckpoints(beside(file, '.ckpt'));
    const study = await createStudy({ header, strategy: parts.strategy, rule: parts.rule, budget: budgetOf(options.budget, options.trials, options.epochs), journal: held ?? file, checkpoints: store, log, enqueue: known });
    const display = await openDisplay(terminal, options.trials, fleet === null ? options.parallel : FLEET_ROWS);
    epochs = () => study.state.totals.epochs + study.state.verified.size;
    say = (line) => display.say(line);
    journal = (decision) => study.note('tune', plainDecision(decision));
    return { world, options, file, space: job.space, study, store, trainer, compute, display, fleet };
  } catch (error) {
    trainer.close();
    throw error;
  }
}

/** Null for a search on this machine, which loads nothing of it. */
async function fleetFor(options: SearchOptions, world: World): Promise<Fleet | null> {
  expectFleet(options);
  return options.fleet === undefined ? null : (await import('../fleet/fleet-of.js')).fleetOf(options, world);
}

async function runSession(session: Session, signal: AbortSignal): Promise<void> {
  const { world, options, file, space, study, display } = session;
  const json = openJsonLines(options.json, world.terminal);
  for (const event of json === null ? [] : readEvents(file)) json?.event(event);
  study.watch((event, state) => {
    json?.event(event);
    display.hear(event, state);
  });
  const mailbox = openMailbox(file, study, { accept: (command) => accepted(command, space), log: sayingOn(display) });
  display.say(`study ${file}${standing(study.state)}`);
  const weights = await trainAll(session, { signal, log: sayingOn(display), say: (line) => display.say(line) }).finally(() => mailbox.close());
  display.stop();
  const report = options.out ?? beside(file, '.html');
  writeReport(file, report);
  const story = tellStory(readEvents(file));
  json?.summary(story, { study: file, report, ...(weights === null ? {} : { weights }) });
  const say = options.json === true ? world.terminal.err : world.terminal.out;
  say(endLines(story, { report, weights }).join('\n'));
  expectTrained(study.state);
}

function standing({ trials, totals, ended }: StudyHandle['state']): string {
  if (ended !== null) return `: it has ended (${ended}) and goes no further; for another search choose another file with --study`;
  return trials.length === 0 ? '' : `: going on after ${totals.epochs} epochs`;
}

function sayingOn(display: Display): Log {
  return { info: (line) => display.say(line), warn: (line) => display.say(`warning: ${line}`) };
}

/** A configuration from outside must lie in the space, and gets its AP row there. */
function accepted(command: Command, space: Space): Command {
  return command.type === 'enqueue' ? { ...command, candidate: space.validate(command.candidate) } : command;
}

/** A space of nets that are all too big, or that all diverge, is an end of its own. Throws StudyError. */
function expectTrained({ trials, counts }: StudyHandle['state']): void {
  if (trials.length === 0 || counts.failed < trials.length) return;
  const failures = trials.flatMap(({ failure }) => failure ?? []);
  const kinds = [...new Set(failures.map(({ kind }) => kind))].map((kind) => `${failures.filter((failure) => failure.kind === kind).length} ${kind}`);
  throw new StudyError(`expected trials that can be trained, got ${trials.length} that failed (${kinds.join(', ')}), the last with: ${failures.at(-1)?.message ?? ''}. Narrow the space or its rates`);
}

function endLines(story: Story, files: { readonly report: string; readonly weights: string | null }): string[] {
  return [
    ...summaryLines(story),
    ...kernelLine(story),
    `report    ${files.report}`,
    ...(files.weights === null ? [] : [`weights   ${files.weights}`]),
  ];
}

function nameOf(file: string): string {
  return path.basename(file).replace(/\.study$/, '');
}
