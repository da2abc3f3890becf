// What this machine has of what foretell needs, as plain data: one check a need, each with the way to mend it.
// Adapter and addon belong to rooms that host may not enter, so whoever wires the rooms hands in how to try them.
import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from '../core/index.js';
import { findDataSet } from './data-sets.js';
import { cacheFolder, type Environment } from './folders.js';
import { KNOWN_SETS, DEFAULT_SET, type KnownSet } from './known-sets.js';
import { buildFacts, PACKAGE_ROOT } from './package-root.js';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; also on a check that is well where more can be had. */
  readonly mend?: string;
}

export interface DoctorReport {
  readonly checks: readonly Check[];
}

/** Something that host cannot try itself. `run` answers with the detail to show, and throws where it does not work. */
export interface Probe {
  readonly name: string;
  readonly mend: string;
  run(): Promise<string>;
}

const OLDEST_NODE: readonly [major: number, minor: number] = [20, 19];

export async function doctor(probes: readonly Probe[], env: Environment = process.env): Promise<DoctorReport> {
  const tried = await Promise.all(probes.map(tryProbe));
  return {
    checks: [nodeCheck(process.versions.node), buildCheck(), ...tried, ...driverChecks(), compilerCheck(env), ...KNOWN_SETS.map((set) => dataCheck(set, env)), cacheCheck(env)],
  };
}

async function tryProbe({ name, mend, run }: Probe): Promise<Check> {
  try {
    return { name, ok: true, detail: await run() };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error), mend };
  }
}

/** `version` as process.versions.node has it, without the v. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const check = { name: 'node', ok, detail: version };
  return ok ? check : { ...check, mend: `Install Node.js ${OLDEST_NODE.join('.')} or later` };
}

function buildCheck(): Check {
  const { version, commit } = buildFacts();
  return { name: 'foretell', ok: true, detail: commit === null ? version : `${version} at ${commit}` };
}

/** Vulkan's driver manifests: which drivers are installed, whether or not they answer. Linux only. */
function driverChecks(): Check[] {
  if (process.platform !== 'linux') return [];
  const folders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
  const drivers = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : [])).filter((file) => file.endsWith('.json'));
  const check = { name: 'vulkan drivers', ok: drivers.length > 0, detail: drivers.join(', ') || 'none installed' };
  return [check.ok ? check : { ...check, mend: 'Install a Vulkan driver (Mesa: mesa-vulkan-drivers); npm start does so on Debian and Ubuntu' }];
}

function compilerCheck(env: Environment): Check {
  const compiler = ['c++', 'g++', 'clang++'].find((program) => onPath(program, env));
  const missing = [compiler ?? 'g++', 'make', 'python3'].filter((program) => !onPath(program, env));
  if (missing.length === 0) return { name: 'compiler', ok: true, detail: `${compiler ?? ''}, make, python3` };
  const built = existsSync(join(PACKAGE_ROOT, 'build', 'Release', 'foretell.node'));
  return {
    name: 'compiler',
    ok: built,
    detail: `not found: ${missing.join(', ')}${built ? ' (not needed: the addon is built)' : ''}`,
    mend: `Install ${missing.join(', ')} (Debian, Ubuntu: apt-get install ${missing.join(' ')})`,
  };
}

function onPath(program: string, env: Environment): boolean {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  return (env['PATH'] ?? '').split(delimiter).some((folder) => suffixes.some((suffix) => existsSync(join(folder, program + suffix))));
}

/** Only the default set is needed; the others are named so that a user knows they could be had. */
function dataCheck(set: KnownSet, env: Environment): Check {
  const name = `data ${set.name}`;
  const found = findDataSet(set.name, { env });
  if (found !== undefined) return { name, ok: true, detail: `${found.contents.folder} (${found.origin})` };
  const needed = set.name === DEFAULT_SET;
  return { name, ok: !needed, detail: needed ? 'not on this machine' : 'not on this machine (optional)', mend: set.mend };
}

function cacheCheck(env: Environment): Check {
  const folder = cacheFolder(env);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { name: 'cache', ok: true, detail: folder };
  } catch (error) {
    return { name: 'cache', ok: false, detail: messageOf(error), mend: 'Set FORETELL_CACHE to a folder that can be written' };
  }
}
