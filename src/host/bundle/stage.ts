// Lays out a bundle's folder: Node, libraries, code, kernels. Runs nothing and packs nothing.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../core/index.js';
import { buildFacts, PACKAGE_ROOT } from '../package-root.js';
import { CXX_LIBRARIES, isRunTimeFile, PACKAGES, placesOf, VULKAN_LOADER } from './contents.js';
import { LAUNCHER, PROBE, readme } from './launcher.js';

export interface Staged {
  readonly folder: string;
  /** Node and the addons: what `strip` may make smaller, and what says how old a C library may be. */
  readonly binaries: readonly string[];
  readonly glibc: string;
}

/** `folder` is made. `data`: folders of image sets to carry along. */
export function stage(folder: string, data: readonly string[]): Staged {
  const app = join(folder, 'app');
  for (const [from, wayOut] of [['dist', 'npm run build'], ['kernels', 'npm ci'], ['curves', 'npm ci'], ['build/Release/foretell.node', 'npm ci']] as const) {
    put(join(PACKAGE_ROOT, from), join(app, from), wayOut);
  }
  copyFileSync(join(PACKAGE_ROOT, 'package.json'), join(app, 'package.json'));
  for (const [name, { only }] of Object.entries(PACKAGES)) putPackage(name, only, join(app, 'node_modules', name));
  put(realpathSync(process.execPath), join(folder, 'bin', 'node'), 'run foretell with a Node that lies in a file');
  for (const library of CXX_LIBRARIES) putLibrary(library, join(folder, 'lib', 'cxx'), 'libstdc++6');
  putLibrary(VULKAN_LOADER, join(folder, 'lib', 'vulkan'), 'libvulkan1');
  for (const set of data) put(set, join(folder, 'data', 'images', basename(set)), 'give the path of a folder with --data');
  const binaries = ['bin/node', ...compiled(app).map((file) => `app/${file}`)].map((file) => join(folder, file));
  // The carried C++ runtime may want a newer one than Node does: a box without its own needs that.
  const glibc = newestGlibc([...binaries, ...CXX_LIBRARIES.map((library) => join(folder, 'lib', 'cxx', library))]);
  writeFileSync(join(folder, 'foretell'), LAUNCHER);
  chmodSync(join(folder, 'foretell'), 0o755);
  writeFileSync(join(folder, 'probe.cjs'), PROBE);
  writeFileSync(join(folder, 'README'), readme(buildFacts().version, process.versions.node, glibc));
  return { folder, binaries, glibc };
}

function put(from: string, to: string, wayOut: string): void {
  if (!existsSync(from)) throw new DataError(`bundle: expected ${from}, found none; ${wayOut}`);
  mkdirSync(dirname(to), { recursive: true });
  if (statSync(from).isFile()) copyFileSync(from, to);
  else cpSync(from, to, { recursive: true, dereference: true, filter: (file) => !/\.(?:d\.ts|map)$/.test(file) });
}

function putPackage(name: string, only: readonly string[] | undefined, to: string): void {
  const require = createRequire(join(PACKAGE_ROOT, 'package.json'));
  const from = require.resolve.paths(name)?.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')));
  if (from === undefined) throw new DataError(`bundle: expected the package ${name}, found none; npm ci`);
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((file) => isRunTimeFile(basename(file)) && !file.split('/').includes('node_modules'));
  for (const file of files) {
    if (only === undefined || only.some((start) => file === start || file.startsWith(`${start}/`))) put(join(from, file), join(to, file), 'npm ci');
  }
}

function putLibrary(library: string, folder: string, debian: string): void {
  const found = placesOf(library).find((place) => existsSync(place));
  if (found === undefined) throw new DataError(`bundle: expected ${library} on this machine, found none; install it (Debian, Ubuntu: apt-get install ${debian})`);
  put(realpathSync(found), join(folder, library), '');
}

function compiled(app: string): string[] {
  return readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.node'));
}

/** The newest version of the GNU C library that a binary names; its symbol versions stand in it as plain text. */
function newestGlibc(binaries: readonly string[]): string {
  const minors = binaries.flatMap((file) => [...readFileSync(file, 'latin1').matchAll(/GLIBC_2\.(\d+)\0/g)].map((match) => Number(match[1])));
  return `2.${Math.max(0, ...minors)}`;
}
