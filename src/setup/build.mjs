// TypeScript to dist/, and the dashboard's page, which a bundler builds, when sources changed since the last build that succeeded.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, tail } from './command.mjs';
import { CannotGoOn, say } from './step.mjs';

/** Not compiled file by file: its outputs are the bundler's. */
const PAGE = 'dashboard/page/';
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

export async function buildStep(root) {
  const files = filesUnder(join(root, 'src')).filter((name) => statSync(join(root, 'src', name)).isFile()).sort();
  const page = files.filter((name) => name.startsWith(PAGE));
  const sources = files.filter((name) => name.endsWith('.ts') && !name.startsWith(PAGE));
  const stamp = join(root, 'dist', '.built');
  const inputs = hashOf([...SETTINGS, ...[...sources, ...page].map((name) => join('src', name))].map((name) => join(root, name)));
  const complete = [...outputsOf(sources), ...(page.length > 0 ? [`${PAGE}index.html`] : [])].every((name) => existsSync(join(root, 'dist', name)));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return 'up to date';
  if (!complete) rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true }); // it believes that every output is there
  say('compiling TypeScript');
  await tool(root, ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.build.json']);
  if (page.length > 0) await tool(root, ['vite', 'bin', 'vite.js'], ['build', '--config', `src/${PAGE}vite.config.mjs`]);
  removeOrphans(join(root, 'dist'), new Set(outputsOf(sources)));
  writeFileSync(stamp, inputs);
  return 'compiled';
}

async function tool(root, script, args) {
  const { code, output } = await run(process.execPath, [join(root, 'node_modules', ...script), ...args], { cwd: root });
  if (code !== 0) throw new CannotGoOn(`the sources do not compile:\n${tail(output)}`);
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => name.replaceAll('\\', '/'));
}

function outputsOf(sources) {
  return sources.filter((name) => !name.endsWith('.d.ts')).map((name) => name.replace(/\.ts$/, '.js'));
}

/** By content: a checkout that only touches times costs nothing (2 ms for 200 files). */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** tsc leaves the outputs of sources that are gone; they would still be imported and packed. */
function removeOrphans(dist, wanted) {
  for (const name of filesUnder(dist).filter((each) => !each.startsWith(PAGE))) {
    const script = name.replace(/\.d\.ts$/, '.js');
    if (script.endsWith('.js') && !wanted.has(script)) rmSync(join(dist, name));
  }
}
