// What node-gyp needs to build a C++ addon. Looked for only when something has to be built.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onPath } from './command.mjs';
import { CannotGoOn } from './step.mjs';
import { aptInstall, rootPrefix } from './system.mjs';

/** Installs what is missing where set-up may. @throws CannotGoOn naming it where it may not */
export async function ensureCompiler() {
  if (process.platform === 'win32') return; // node-gyp looks for Visual Studio itself, and says what it misses
  const missing = missingTools();
  if (missing.length === 0) return;
  const refusal = (await rootPrefix()) === null ? '' : await aptInstall({ install: missing });
  if (refusal === null && missingTools().length === 0) return;
  throw new CannotGoOn(
    `building the native addon needs ${missing.join(', ')}. Install ${missing.length > 1 ? 'them' : 'it'} ` +
      `(Debian, Ubuntu: apt-get install ${missing.join(' ')}; Fedora: dnf install gcc-c++ make python3; macOS: xcode-select --install) ` +
      `and run this again.${refusal ? `\n${refusal}` : ''}`,
  );
}

function missingTools() {
  const compiler = ['c++', 'g++', 'clang++'].some(onPath) || process.env.CXX ? [] : ['g++'];
  return [...compiler, ...['make', 'python3'].filter((tool) => !onPath(tool))];
}

/** Settings for npm and node-gyp: all cores, and Node's own headers where they lie beside it, so that none are fetched. */
export function buildEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  const own = existsSync(header) && describesThisNode(readFileSync(header, 'utf8'));
  return { ...process.env, JOBS: process.env.JOBS ?? 'max', ...(own ? { npm_config_nodedir: prefix } : {}) };
}

function describesThisNode(header) {
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1];
  return ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.') === process.versions.node;
}
