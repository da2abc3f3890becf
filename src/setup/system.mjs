// This machine's package manager, where it is apt: what release it is, whether set-up may install, and installing.
// sudo is only ever asked without a password prompt.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSources } from './apt-sources.mjs';
import { onPath, run, tail } from './command.mjs';
import { SOURCE_FILE } from './driver-plan.mjs';
import { say } from './step.mjs';

/** The fields of /etc/os-release (os-release(5)); empty where there is none. */
export function osRelease() {
  const fields = {};
  for (const [, key, value] of readOr('/etc/os-release', '').matchAll(/^([A-Z_]+)=["']?([^"'\n]*)["']?$/gm)) fields[key] = value;
  return fields;
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

export function aptSources(folder = '/etc/apt') {
  let parts = [];
  try {
    parts = readdirSync(join(folder, 'sources.list.d')).filter((name) => /\.(list|sources)$/.test(name)).sort();
  } catch {
    // an apt that has only sources.list
  }
  const files = ['sources.list', ...parts.map((name) => join('sources.list.d', name))];
  return files.flatMap((name) => parseSources(name, readOr(join(folder, name), '')));
}

let prefix; // found once a run: asking sudo takes a process

/** What to put before a command that needs root: nothing as root, `sudo -n`; null where neither is to be had, or no apt. */
export async function rootPrefix() {
  if (prefix !== undefined) return prefix;
  prefix = null;
  if (!onPath('apt-get')) return prefix;
  if (process.getuid?.() === 0) prefix = [];
  else if (onPath('sudo') && (await run('sudo', ['-n', 'true'], { timeout: 10_000 })).code === 0) prefix = ['sudo', '-n'];
  return prefix;
}

const QUIET = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'];
let listsAreFresh = false;

async function asRoot(program, ...args) {
  const [first, ...rest] = [...(await rootPrefix()), 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', program, ...args];
  return run(first, rest);
}

/**
 * Installs packages with what they need and nothing they merely recommend; call only where rootPrefix() is not null.
 * @returns {Promise<string | null>} null when done, else the output that says why not (nothing added is left behind)
 */
export async function aptInstall({ install, suite, source }) {
  say(`installing ${install.join(', ')}${suite ? ` from ${suite}` : ''} with apt${source ? ` (adds ${SOURCE_FILE})` : ''}`);
  if (source) await addSource(source);
  if (source || !listsAreFresh) {
    await asRoot('apt-get', 'update', '-q'); // one dead source must not stop us: installing tells
    listsAreFresh = true;
  }
  if (readdirSync('/var/lib/dpkg/updates').length > 0) await asRoot('dpkg', '--configure', '-a'); // an earlier install was interrupted
  const { code, output } = await asRoot('apt-get', 'install', ...QUIET, '--no-install-recommends', ...(suite ? ['-t', suite] : []), ...install);
  if (code === 0) return null;
  if (source) await asRoot('rm', '-f', SOURCE_FILE);
  return tail(output);
}

async function addSource(text) {
  const folder = mkdtempSync(join(tmpdir(), 'foretell-apt-'));
  writeFileSync(join(folder, 'new.sources'), text);
  await asRoot('install', '-m', '644', join(folder, 'new.sources'), SOURCE_FILE);
  rmSync(folder, { recursive: true });
}
