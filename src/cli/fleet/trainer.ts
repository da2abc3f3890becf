// The process that `foretell worker` starts for each slot: opens the device, says which, and trains what it is given.
import { hashOf } from '../../core/index.js';
import { serveTasks, storeAt } from '../../fleet/index.js';
import { logTo } from '../terminal.js';
import { kernelHashes } from '../tune/families.js';
import type { World } from '../world.js';
import { runnerBuilder } from './training.js';

export async function serveTrainer({ store, adapter }: { readonly store: string; readonly adapter?: string }, { terminal, machine: open }: World): Promise<void> {
  const machine = await open();
  const [facts, hashes, openStore] = await Promise.all([machine.adapter(adapter === undefined ? {} : { adapter }), kernelHashes(), storeAt(store)]);
  await serveTasks({ adapter: facts, kernels: hashOf(Object.fromEntries(hashes)) }, runnerBuilder(machine, logTo(terminal), adapter), openStore);
}
