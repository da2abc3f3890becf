// Where this package lies and which build of it runs. Works from src/ under the tests, from dist/, and inside node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../core/index.js';

/** The folder of package.json, kernels/ and build/; two levels above this file in every layout. */
export const PACKAGE_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface BuildFacts {
  readonly version: string;
  /** Short hash, with `+` where tracked files were changed; null outside a git checkout. */
  readonly commit: string | null;
}

export function buildFacts(root: string = PACKAGE_ROOT): BuildFacts {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest) || typeof manifest.version !== 'string') {
    throw new DataError(`${join(root, 'package.json')}: expected a version, got none; install foretell again`);
  }
  return { version: manifest.version, commit: commitOf(root) };
}

/** Only the package's own checkout counts: inside somebody's node_modules their commit says nothing about us. */
function commitOf(root: string): string | null {
  if (!existsSync(join(root, '.git'))) return null;
  try {
    const describe = ['describe', '--always', '--abbrev=10', '--dirty=+', '--exclude=*'];
    return execFileSync('git', describe, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // no git program, or a checkout that git refuses to read
  }
}
