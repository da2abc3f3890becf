// Where a fleet's checkpoints lie: one place that coordinator and workers all reach, a folder of its own for each study. The coordinator's
// study decides what is kept; workers put and get.
import path from 'node:path';
import { UsageError } from '../core/index.js';
import { folderCheckpoints, isWorking, type ListedCheckpointStore, type StudyState } from '../study/index.js';

export type OpenStore = (study: string) => ListedCheckpointStore;

/** `s3://BUCKET/PREFIX`, or a folder that all machines mount, wherever each of them does. */
export async function storeAt(location: string): Promise<OpenStore> {
  if (!location.includes('://')) return (study) => folderCheckpoints(path.join(location, study));
  const { protocol, hostname, pathname } = URL.canParse(location) ? new URL(location) : { protocol: '', hostname: '', pathname: '' };
  if (protocol !== 's3:' || hostname === '') throw new UsageError(`--store ${location}: expected a folder or s3://BUCKET/PREFIX`);
  const { s3Checkpoints, s3Client } = await import('./s3-store.js');
  const client = s3Client();
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  return (study) => s3Checkpoints(client, hostname, prefix === '' ? study : `${prefix}/${study}`);
}

/**
 * For the opening of a study whose attempts may still be in the hands of workers: what those have put and not yet reported is named by no
 * event, and is no orphan.
 */
export function sparingOpenAttempts(store: ListedCheckpointStore, state: StudyState): ListedCheckpointStore {
  const open = [...state.running].map((id) => state.trials[id]).filter((trial) => trial !== undefined && isWorking(trial));
  const spared = new Set(open.map((trial) => `${trial?.id}-${trial?.attempt}`));
  return {
    put: (key, bytes) => store.put(key, bytes),
    get: (ref) => store.get(ref),
    delete: (key) => store.delete(key),
    list: async () => (await store.list()).filter((key) => !spared.has(key.slice(0, key.lastIndexOf('-')))),
  };
}
