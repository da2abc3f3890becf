// The page as `npm run build` left it, held in memory: nothing that a request names is ever a path.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../core/index.js';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', md: 'text/plain; charset=utf-8' };

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Beside the compiled server. */
export const BUILT_PAGE = fileURLToPath(new URL('../page/', import.meta.url));

/** Path in the address -> file. Throws DataError where the page was not built. */
export function readPage(folder: string = BUILT_PAGE): ReadonlyMap<string, PageFile> {
  if (!existsSync(join(folder, 'index.html'))) throw new DataError(`dashboard: expected its page in ${folder}, found none; make it with: npm run build`);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
  const files = names.map((name): [string, PageFile] => [`/${name.replaceAll('\\', '/')}`, { type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', bytes: Uint8Array.from(readFileSync(join(folder, name))) }]);
  const pages = new Map(files);
  const index = pages.get('/index.html');
  return index === undefined ? pages : pages.set('/', index);
}
