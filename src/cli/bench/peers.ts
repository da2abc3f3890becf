// The peers that `bench --peers` races: which, and that their packages are there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type PeerName, PEERS } from '../../bench/index.js';
import { UsageError } from '../../core/index.js';
import { PACKAGE_ROOT } from '../../host/index.js';
import type { Terminal } from '../terminal.js';

/** @throws UsageError on a name that nobody has, or where the packages cannot be had */
export async function readyPeers(asked: true | readonly string[], terminal: Terminal): Promise<readonly PeerName[]> {
  const names = asked === true ? PEERS : asked.flatMap((word) => word.split(','));
  const unknown = names.find((name) => !PEERS.some((peer) => peer === name));
  if (unknown !== undefined) throw new UsageError(`--peers ${unknown}: expected ${PEERS.join(', ')}`);
  install(terminal);
  return names as readonly PeerName[];
}

/** The set-up step knows versions and what is there already; it lies beside the sources, not in a packed copy. */
function install(terminal: Terminal): void {
  const script = path.join(PACKAGE_ROOT, 'src', 'setup', 'peers-only.mjs');
  if (!existsSync(script)) throw new UsageError('bench --peers: expected a clone of the repository (its set-up installs the peers), got a packed copy');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: PACKAGE_ROOT, encoding: 'utf8' });
  const words = `${stdout}${stderr}`.trim();
  if (words !== '') terminal.err(words);
  if (status !== 0) throw new UsageError('bench --peers: the peers could not be installed; the reason stands above');
}
