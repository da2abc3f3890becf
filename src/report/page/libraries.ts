// The page's plotting libraries, read from their installed packages and written into it: the file needs no network.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Sources of d3 and of Plot, in the order in which they must run. Both are ISC-licensed and keep their notices. */
export function plotLibraries(): readonly string[] {
  const require = createRequire(import.meta.url);
  const beside = (name: string, file: string) => readFileSync(path.resolve(path.dirname(require.resolve(name)), file), 'utf8');
  return [beside('d3', '../dist/d3.min.js'), beside('@observablehq/plot', '../dist/plot.umd.min.js')];
}
