// A prepared walk over a set's batches: one submit a batch. The window moves by params, nothing is read back.
import { batches } from '../data/index.js';
import type { Device, Dispatch, ParamValues, Program } from '../gpu/index.js';
import type { OpContext } from '../ops/index.js';
import type { BatchParams, Step, TensorOf } from './step.js';

export interface BatchSteps {
  readonly gather: Step;
  readonly forward: readonly Step[];
  readonly loss: Step | null;
  readonly backward: readonly Step[];
  /** Dispatches of the optimizer, last in the program. */
  readonly update: readonly Dispatch[];
}

interface Following {
  readonly dispatch: Dispatch;
  readonly names: readonly (keyof BatchParams)[];
}

export class BatchProgram {
  /** Use `prepareBatchProgram`. */
  constructor(
    readonly program: Program,
    private readonly following: readonly Following[],
    private readonly update: readonly Dispatch[],
  ) {}

  /** Submits one batch: `count` rows from `start` on in the order that was bound. An evaluation has no step and draws nothing. */
  run(batch: Pick<BatchParams, 'start' | 'count'> & Partial<BatchParams>, update: ParamValues = {}): void {
    const values: BatchParams = { step: 0, seed: 0, epoch: 0, position: 0, keep: 0, ...batch };
    for (const { dispatch, names } of this.following) dispatch.params.set(Object.fromEntries(names.map((name) => [name, values[name]])));
    for (const { params } of this.update) params.set(Object.fromEntries(Object.entries(update).filter(([name]) => params.has(name))));
    this.program.run();
  }

  release(): void {
    this.program.release();
  }
}

/** Compiles what is not compiled yet, all at once. On failure nothing stays taken. */
export async function prepareBatchProgram(context: OpContext, label: string, steps: BatchSteps, tensorOf: TensorOf): Promise<BatchProgram> {
  const { gather, forward, loss, backward, update } = steps;
  const ordered = [gather, ...forward, ...(loss ? [loss] : []), ...backward];
  const prepared = await prepareAll(context, ordered, tensorOf).catch((error: unknown) => {
    releaseScratch(update);
    throw error;
  });
  const dispatches = [...prepared.flat(), ...update];
  try {
    const program = await context.device.program(label, dispatches);
    return new BatchProgram(program, ordered.flatMap((step, i) => followingOf(step, prepared[i] ?? [])), update);
  } catch (error) {
    releaseScratch(dispatches);
    throw error;
  }
}

function followingOf({ follows = [] }: Step, dispatches: readonly Dispatch[]): Following[] {
  return dispatches
    .map((dispatch) => ({ dispatch, names: follows.filter((name) => dispatch.params.has(name)) }))
    .filter(({ names }) => names.length > 0);
}

async function prepareAll(context: OpContext, steps: readonly Step[], tensorOf: TensorOf): Promise<Dispatch[][]> {
  const results = await Promise.allSettled(steps.map((step) => step.prepare(context, tensorOf)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    releaseScratch(results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
    throw failed.reason;
  }
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function releaseScratch(dispatches: readonly Dispatch[]): void {
  for (const { owns } of dispatches) owns.forEach((tensor) => tensor.release());
}

/** Batches submitted ahead of the device. Bounds what the queue holds, and lets the event loop turn (signals, other trials). */
const AHEAD = 64;

/** Calls `submit` for every batch of `n` images; resolves when the last is submitted, not when it is done. */
export function submitBatches(device: Device, n: number, size: number, submit: (start: number, count: number, index: number) => void): Promise<void> {
  return submitAhead(device, batches(n, size), ({ start, count }, index) => submit(start, count, index));
}

/** Calls `submit` for every part of an epoch, AHEAD of them before it waits for the device. */
export async function submitAhead<T>(device: Device, parts: readonly T[], submit: (part: T, index: number) => void): Promise<void> {
  let behind: Promise<void> = Promise.resolve();
  for (const [index, part] of parts.entries()) {
    submit(part, index);
    if ((index + 1) % AHEAD !== 0) continue;
    const done = device.settle();
    done.catch(() => undefined);
    await behind;
    behind = done;
  }
}
