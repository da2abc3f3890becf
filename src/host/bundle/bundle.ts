// One file that runs on a bare x86-64 Linux box with a GPU driver: stages a folder, makes its binaries smaller, tries it, packs it.
// Builds nothing and downloads nothing: what this installation runs on is what is packed. Other platforms are refused.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DataError, UsageError } from '../../core/index.js';
import { buildFacts } from '../package-root.js';
import { stage, type Staged } from './stage.js';

export interface BundleOptions {
  /** The archive; its name ends in .tar.xz. */
  readonly out: string;
  /** Folders of image sets to carry along; on the box they are known by the folder's name. */
  readonly data?: readonly string[];
  readonly say: (line: string) => void;
}

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  /** The oldest C library that it runs with. */
  readonly glibc: string;
}

/** @throws UsageError on another platform or name, DataError where something to be packed or a tool is missing */
export async function bundle({ out, data = [], say }: BundleOptions): Promise<Bundle> {
  requirePlatform();
  if (!out.endsWith('.tar.xz')) throw new UsageError(`bundle --out ${out}: expected a name that ends in .tar.xz`);
  for (const [tool, debian] of [['tar', 'tar'], ['xz', 'xz-utils']] as const) requireTool(tool, debian);
  const scratch = mkdtempSync(join(tmpdir(), 'foretell-bundle-'));
  try {
    const name = `foretell-${buildFacts().version}-linux-x64`;
    const staged = stage(join(scratch, name), data);
    strip(staged, say);
    tryOut(staged);
    say('packing: a minute or two');
    const file = resolve(out);
    await pack(scratch, name, file);
    return { file, bytes: statSync(file).size, glibc: staged.glibc };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `platform` and the rest as process has them; a test hands in others. */
export function requirePlatform(platform: string = process.platform, arch: string = process.arch, shared: unknown = (process.config.variables as { node_shared?: unknown }).node_shared): void {
  if (platform !== 'linux' || arch !== 'x64') throw new UsageError(`bundle: expected x86-64 Linux, got ${platform}-${arch}; a bundle carries this machine's own binaries, so make it on such a machine`);
  if (shared === true) throw new UsageError('bundle: expected a Node in one file, got one that needs libnode; run it with the Node of nodejs.org');
}

function requireTool(tool: string, debian: string): void {
  if (spawnSync(tool, ['--version']).status !== 0) throw new DataError(`bundle: expected the program ${tool}, found none; install it (Debian, Ubuntu: apt-get install ${debian})`);
}

/** A seventh of Node and of Dawn are symbol tables. Without the program they stay. */
function strip({ binaries }: Staged, say: (line: string) => void): void {
  const done = binaries.map((file) => spawnSync('strip', ['--strip-unneeded', file]).status);
  if (done.some((status) => status !== 0)) say('strip (Debian, Ubuntu: binutils) is missing or refused a file: the bundle is larger than need be');
}

/** As the box will start it; a binary that no longer runs must not be packed. */
function tryOut({ folder }: Staged): void {
  const { status, stderr } = spawnSync(join(folder, 'foretell'), ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new DataError(`bundle: expected its own copy to start, it ended with ${String(status)}: ${stderr.trim()}; please report it`);
}

async function pack(folder: string, name: string, file: string): Promise<void> {
  const tar = join(folder, 'bundle.tar');
  const options = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=2000-01-01T00:00Z'];
  const { status, stderr } = spawnSync('tar', [...options, '--create', '--file', tar, '--directory', folder, name], { encoding: 'utf8' });
  if (status !== 0) throw new DataError(`bundle: tar ended with ${String(status)}: ${stderr.trim()}; it must be GNU tar`);
  const half = `${file}.part`;
  const target = openSync(half, 'w');
  try {
    const xz = spawn('xz', ['-6', '--threads=0', '--stdout', tar], { stdio: ['ignore', target, 'inherit'] });
    const [code] = (await once(xz, 'exit')) as [number | null];
    if (code !== 0) throw new DataError(`bundle: xz ended with ${String(code)}; its message stands above`);
    renameSync(half, file);
  } finally {
    closeSync(target);
    rmSync(half, { force: true });
  }
}
