// What a peer is asked to run: a case as plain data, and the messages between the parent and a peer's process. No peer's code is here.
import type { Direction } from '../../ops/index.js';
import type { ConvAxes } from '../cases/conv2d.js';
import type { BenchCase } from '../cases/index.js';
import type { LanguageAxes, LanguagePass } from '../cases/language.js';

export type PeerTask =
  | { readonly op: 'matmul'; readonly M: number; readonly N: number; readonly K: number }
  | ({ readonly op: 'conv2d'; readonly direction: Direction } & ConvAxes)
  | ({ readonly op: 'language model'; readonly pass: LanguagePass } & LanguageAxes);

/** `prepare` is answered by `ready` or `unable`; `round` by `seconds` a run. */
export type ToPeer = { readonly type: 'prepare'; readonly task: PeerTask } | { readonly type: 'round' };
export type FromPeer =
  | { readonly type: 'hello'; readonly adapter: string }
  | { readonly type: 'ready' }
  | { readonly type: 'unable'; readonly why: string }
  | { readonly type: 'seconds'; readonly seconds: number };

/** Null where no peer can run it. Products with transposed operands are left out: the peers' own kernels transpose differently. */
export function taskOf({ name, shape, axes }: BenchCase): PeerTask | null {
  const [op, direction] = [name.slice(0, name.lastIndexOf(' ')), name.slice(name.lastIndexOf(' ') + 1)];
  if (op === 'matmul') return / [AB]t/.test(shape) ? null : ({ op, ...axes } as PeerTask);
  if (op === 'conv2d') return { op, direction, ...axes } as PeerTask;
  if (op === 'language model') return { op, pass: direction, ...axes } as PeerTask;
  return null;
}

/** A peer's side: runs of a task, `count` at a time, each batch waited for. */
export interface PeerRuns {
  run(count: number): Promise<void>;
}

/** A round lasts about this long, so that waiting for it hardly counts. Seconds. */
const ROUND = 1;

/** A peer process's life: says hello, prepares what it is asked for, times rounds, ends with its parent. */
export function servePeer(adapter: string, prepare: (task: PeerTask) => Promise<PeerRuns | string>): void {
  let runs: PeerRuns | null = null;
  let count = 1;
  const timed = async (of: PeerRuns, n: number): Promise<number> => {
    const begun = performance.now();
    await of.run(n);
    return (performance.now() - begun) / 1000;
  };
  const answer = async (message: ToPeer): Promise<FromPeer> => {
    if (message.type === 'round') return { type: 'seconds', seconds: runs ? (await timed(runs, count)) / count : NaN };
    const prepared = await prepare(message.task);
    if (typeof prepared === 'string') return { type: 'unable', why: prepared };
    runs = prepared;
    await timed(runs, 1);
    count = Math.max(1, Math.min(64, Math.round(ROUND / (await timed(runs, 1)))));
    return { type: 'ready' };
  };
  process.on('message', (message: ToPeer) => {
    answer(message).then(
      (reply) => process.send?.(reply),
      (error: unknown) => process.send?.({ type: 'unable', why: error instanceof Error ? error.message : String(error) } satisfies FromPeer),
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ type: 'hello', adapter } satisfies FromPeer);
}
