// One run of `foretell worker`: a trainer says what device there is, then tasks are taken until a signal or a refusal.
import { UsageError } from '../../core/index.js';
import { adapterClass, reachRedis, redisTarget, runWorker, storeAt, TrainerProcess, UnfitError } from '../../fleet/index.js';
import { startOwn } from '../own-process.js';
import { withSignals } from '../signals.js';
import { logTo } from '../terminal.js';
import type { World } from '../world.js';
import { givenStore } from './fleet-of.js';

export interface WorkOptions {
  readonly queue?: string;
  readonly redisPasswordFile?: string;
  readonly store?: string;
  readonly parallel: number;
  /** Seconds. */
  readonly lease: number;
  readonly set?: Readonly<Record<string, string>>;
}

export async function work({ queue, redisPasswordFile, store, parallel, lease, set = {} }: WorkOptions, { terminal, version }: World): Promise<void> {
  const { adapter: wanted, ...others } = set;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new UsageError(`--set ${unknown}: expected adapter=NAME, a part of the adapter's name`);
  const redis = redisTarget({ option: '--queue', ...(queue === undefined ? {} : { url: queue }), ...(redisPasswordFile === undefined ? {} : { passwordFile: redisPasswordFile }) }, terminal.env);
  const place = givenStore(store, 'this worker and its searches share');
  await storeAt(place);
  await reachRedis(redis);
  const openTrainer = (): TrainerProcess => new TrainerProcess(() => startOwn(['trainer', '--store', place, ...(wanted === undefined ? [] : ['--adapter', wanted])]));
  const first = openTrainer();
  const opened = [first];
  const device = await first.facts();
  const { name, driver = '' } = device.adapter;
  const facts = { version, adapter: name, driver: String(driver), kernels: device.kernels, adapterClass: adapterClass(device), slots: parallel };
  terminal.err(`worker on ${name}, ${parallel} ${parallel === 1 ? 'trial' : 'trials'} at a time, tasks from ${redis.name}`);
  try {
    await withSignals(
      () => terminal.err('leaving after this epoch; once more ends it at once'),
      (signal) => runWorker({ redis, facts, openTrainer: () => opened.pop() ?? openTrainer(), log: logTo(terminal), leaseMs: 1000 * lease }, signal),
    );
  } catch (error) {
    if (error instanceof UnfitError) throw new UsageError(error.message, { cause: error });
    throw error;
  } finally {
    await first.close();
  }
}
