// What a bundle carries of node_modules and of the system: names alone. Copying is next door.
// Deliberately absent: sharp (17 MB of libvips), so that folders of JPEG and PNG files are refused there; compilers, types, maps.

export interface Carried {
  /** Files and folders of the package; absent = all its code and licences. */
  readonly only?: readonly string[];
}

/** Every package that dist may load at run time, those that they load included. */
export const PACKAGES: Readonly<Record<string, Carried>> = {
  '@hono/node-server': {},
  '@noble/hashes': {},
  '@observablehq/plot': { only: ['package.json', 'LICENSE', 'src/index.js', 'dist/plot.umd.min.js'] },
  'better-sqlite3': { only: ['package.json', 'LICENSE', 'lib', 'build/Release/better_sqlite3.node'] },
  bindings: {},
  'cli-progress': {},
  commander: {},
  d3: { only: ['package.json', 'LICENSE', 'dist/d3.mjs', 'dist/d3.min.js'] },
  'csv-parse': { only: ['package.json', 'LICENSE', 'lib'] },
  'd3-dsv': { only: ['package.json', 'LICENSE', 'src', 'dist'] },
  'emoji-regex': {},
  fflate: {},
  hono: { only: ['package.json', 'LICENSE', 'dist'] },
  'file-uri-to-path': {},
  'is-fullwidth-code-point': {},
  'string-width': {},
  'strip-ansi': {},
  'ansi-regex': {},
  webgpu: { only: ['package.json', 'LICENSE.md', 'index.js', 'dist/linux-x64'] },
  zod: {},
};

/** Used only where the box has none that suffices: its driver may want newer ones than these. */
export const CXX_LIBRARIES = ['libstdc++.so.6', 'libgcc_s.so.1'] as const;
export const VULKAN_LOADER = 'libvulkan.so.1';

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/lib64', '/usr/local/lib', '/usr/lib', '/lib'];

/** Where the dynamic linker would look first. */
export function placesOf(library: string): string[] {
  return LIBRARY_FOLDERS.map((folder) => `${folder}/${library}`);
}

/** Code and licences of a package, no types, maps or sources of other languages. */
export function isRunTimeFile(name: string): boolean {
  return /\.(?:js|mjs|cjs|json|node)$/.test(name) || /^(?:licen[cs]e|notice|copying)/i.test(name);
}
