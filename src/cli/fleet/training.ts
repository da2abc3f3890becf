// What a task says of training, and the runner that a worker makes of it: the wiring of a local search, from names and options alone. Data
// come from the worker's own machine and must be the study's, byte for byte.
import { z } from 'zod';
import { canonicalJson, DeviceLostError, ForetellError, UsageError, type Log, type Runner } from '../../core/index.js';
import { UnfitError, type BuildRunner, type KernelChoice, type Training } from '../../fleet/index.js';
import type { Machine } from '../machine.js';
import type { SearchJob } from '../search/job.js';
import { openJob } from '../search/open-job.js';
import { defaultOptions, SPACES, type SearchOptions } from '../search/options.js';
import { parseRest } from '../search/rest.js';
import { plainDecision } from '../search/tune-notes.js';

/** A name, never a path: what it means is each machine's own business. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const schema = z.strictObject({
  space: z.enum(SPACES),
  filterMultiplier: z.number().positive(),
  data: z.string().regex(NAME),
  epochs: z.number().int().min(1),
  seed: z.number().int().min(0),
  set: z.record(z.string(), z.string()),
  /** The data's settings in the study's header, its fingerprint among them. */
  expects: z.record(z.string(), z.unknown()),
});

/** Under `pin` kernels are untuned unless the user says otherwise: what was measured differs from machine to machine. Throws UsageError where the data is a path. */
export function trainingOf({ space, filterMultiplier, data, epochs, seed, set = {} }: SearchOptions, { data: expects }: SearchJob, pin: boolean): Training {
  if (!NAME.test(data)) {
    throw new UsageError(`--data ${data}: expected a name that every worker finds on its own machine, got a path; put the folder under $FORETELL_DATA/images there and here, and give its name`);
  }
  const settings = Object.fromEntries(Object.entries(set).filter(([key]) => key !== 'adapter')); // each machine has its own
  return { space, filterMultiplier, data, epochs, seed, set: { ...(pin ? { tune: 'off' } : {}), ...settings }, expects };
}

/** `adapter`: a part of the name of the one that this worker uses. */
export function runnerBuilder(machine: Machine, log: Log, adapter?: string): BuildRunner {
  return async (training, tuned) => {
    try {
      return await build(training, tuned, { machine, log, ...(adapter === undefined ? {} : { adapter }) });
    } catch (error) {
      if (!(error instanceof ForetellError) || error instanceof DeviceLostError) throw error;
      throw new UnfitError(error.message, { cause: error });
    }
  };
}

async function build(training: Training, tuned: (choice: KernelChoice) => void, { machine, log, adapter }: { readonly machine: Machine; readonly log: Log; readonly adapter?: string }): Promise<Runner> {
  const parsed = schema.safeParse(training);
  if (!parsed.success) throw new UnfitError(`a task of another kind of training: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}; run the same version of foretell everywhere`);
  const { expects, set, ...given } = parsed.data;
  const options: SearchOptions = { ...defaultOptions, ...given };
  const rest = parseRest({ ...set, ...(adapter === undefined ? {} : { adapter }) });
  const job = await openJob(options, rest, machine, log);
  if (canonicalJson(job.data) !== canonicalJson(expects)) {
    throw new UnfitError(`data ${given.data}: this machine's is not the study's: expected ${canonicalJson(expects)}, got ${canonicalJson(job.data)}; copy the study's data here`);
  }
  return job.open({ mode: rest.tune, standing: [], heard: (decision) => tuned(plainDecision(decision)), warn: log.warn });
}
