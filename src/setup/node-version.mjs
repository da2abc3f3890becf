// Refuses a Node that our packages do not run on, before anything of them is touched.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotGoOn } from './step.mjs';

/** package.json's `engines.node` is the one place that says it. */
export function nodeStep(root, version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const oldest = engines.node.replace(/[^\d.]/g, '');
  if (isAtLeast(version, oldest)) return version;
  throw new CannotGoOn(`expected Node.js ${oldest} or later, this is ${version}. Install a current one (nodejs.org).`);
}

export function isAtLeast(version, oldest) {
  const [a, b] = [version, oldest].map((text) => text.split('.').map(Number));
  const differing = b.findIndex((part, i) => (a[i] ?? 0) !== part);
  return differing === -1 || (a[differing] ?? 0) > b[differing];
}
