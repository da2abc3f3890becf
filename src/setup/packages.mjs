// node_modules as the lockfile says, and the one package with a binary of its own fit for this Node.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runNpm, tail } from './command.mjs';
import { buildEnvironment, ensureCompiler } from './compiler.mjs';
import { CannotGoOn, say } from './step.mjs';

export async function packagesStep(root) {
  const difference = lockfileDifference(readJson(join(root, 'package-lock.json')), readJson(join(root, 'node_modules', '.package-lock.json')));
  if (difference !== null) {
    await ensureCompiler();
    say(`npm ci (${difference})`);
    await npm(root, ['ci', '--include=dev', '--no-audit', '--no-fund']);
    return 'installed';
  }
  if (loads(root)) return 'as the lockfile says';
  await ensureCompiler();
  say('rebuilding better-sqlite3 for this Node');
  await npm(root, ['rebuild', 'better-sqlite3']);
  if (!loads(root)) throw new CannotGoOn('better-sqlite3 does not load after a rebuild. Remove node_modules and run this again.');
  return 'rebuilt';
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/**
 * npm writes node_modules/.package-lock.json last, so an interrupted install has none or an old one.
 * @returns {string | null} the first package that differs, null where all but optional ones (other platforms') agree
 */
export function lockfileDifference(wanted, installed) {
  if (installed === null) return 'nothing is installed yet';
  for (const [path, { version, optional }] of Object.entries(wanted.packages)) {
    const got = installed.packages[path]?.version;
    if (path !== '' && got !== version && !(optional && got === undefined)) {
      return `${path.replace(/^.*node_modules\//, '')}: expected ${version}, ${got === undefined ? 'it is missing' : `got ${got}`}`;
    }
  }
  return null;
}

/** A database in memory: the binary is loaded only when one is opened. */
function loads(root) {
  try {
    const Database = createRequire(join(root, 'package.json'))('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

async function npm(root, args) {
  const { code, output } = await runNpm(args, { cwd: root, env: buildEnvironment() });
  if (code !== 0) {
    throw new CannotGoOn(`npm ${args.join(' ')} failed; its last lines are below. Check the network and the registry that npm is set to, and run this again.\n${tail(output)}`);
  }
}
