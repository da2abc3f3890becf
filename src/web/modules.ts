// The modules that a page needs, from the compiled code and the packages as they lie on disk: no bundler, nothing is rewritten but doors. A
// room's door is cut down to the names that somebody asks for, so that what only Node can load stays out.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../core/index.js';

export interface Modules {
  /** Path in the site -> text. */
  readonly files: ReadonlyMap<string, string>;
  /** Bare name -> path in the site: an import map. */
  readonly imports: Readonly<Record<string, string>>;
}

interface Link {
  readonly target: string;
  /** Names taken from it; null = all. */
  readonly names: readonly string[] | null;
  readonly statement: string;
}

interface Module {
  readonly text: string;
  readonly links: readonly Link[];
  /** Nothing but `export { ... } from`, without other names for things. */
  readonly door: boolean;
  /** Names asked of a door. */
  readonly asked: Set<string>;
}

const LINK = /^(?:import|export)\s+(?:[\w$]+\s*,?\s*)?(?:\{([^}]*)\}|\*(?:\s+as\s+[\w$]+)?)?\s*(?:from\s*)?['"]([^'"]+)['"];?/gm;

/**
 * Everything that `main` loads. `root`: the folder of the compiled code. `resolve` turns a bare name into a file's address.
 * @throws DataError where a module needs Node
 */
export function gatherModules(main: URL, root: URL, resolve: (name: string) => string): Modules {
  const modules = new Map<string, Module>();
  const imports: Record<string, string> = {};
  const ask = (address: string, names: readonly string[] | null, from: string): void => {
    const known = modules.get(address);
    const module = known ?? readModule(address, from);
    modules.set(address, module);
    const fresh = module.door ? namesOf(module, names).filter((name) => !module.asked.has(name)) : [];
    for (const name of fresh) module.asked.add(name);
    const links = module.door ? module.links.filter(({ names: offered }) => offered?.some((name) => fresh.includes(name))) : known ? [] : module.links;
    for (const { target, names: wanted } of links) {
      const to = target.startsWith('.') ? new URL(target, address).href : bare(target, address);
      ask(to, module.door && wanted ? wanted.filter((name) => fresh.includes(name)) : wanted, address);
    }
  };
  const bare = (name: string, from: string): string => {
    if (isBuiltin(name)) throw new DataError(`web: ${from} needs ${name}, which a browser lacks; this is a bug, please report it`);
    const address = resolve(name);
    imports[name] = `./${pathOf(address, root)}`;
    return address;
  };
  ask(main.href, null, 'the page');
  return { files: new Map([...modules].map(([address, module]) => [pathOf(address, root), module.door ? cutDoor(module) : module.text])), imports };
}

function readModule(address: string, from: string): Module {
  let text: string;
  try {
    text = readFileSync(fileURLToPath(address), 'utf8');
  } catch (cause) {
    throw new DataError(`web: expected the module ${fileURLToPath(address)}, which ${from} loads, found none; npm run build`, { cause });
  }
  const links = [...text.matchAll(LINK)].map(([statement, names, target = '']) => ({ statement, target, names: names === undefined ? null : namesIn(names) }));
  const rest = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(LINK, '').trim();
  const door = rest === '' && links.length > 0 && links.every(({ statement, names }) => statement.startsWith('export') && names !== null && !/\sas\s/.test(statement));
  return { text, links, door, asked: new Set() };
}

/** `a, b as c`: what the module itself is asked for. */
function namesIn(list: string): string[] {
  return list.split(',').map((part) => part.trim().split(/\s+as\s+/)[0] ?? '').filter((name) => name !== '');
}

function namesOf({ links }: Module, names: readonly string[] | null): readonly string[] {
  return names ?? links.flatMap(({ names: offered }) => offered ?? []);
}

function cutDoor({ links, asked }: Module): string {
  const lines = links.map(({ names, target }) => ({ target, names: (names ?? []).filter((name) => asked.has(name)) }));
  return lines.filter(({ names }) => names.length > 0).map(({ names, target }) => `export { ${names.join(', ')} } from '${target}';\n`).join('');
}

/** Our own under modules/, packages under packages/. */
function pathOf(address: string, root: URL): string {
  const path = fileURLToPath(address).split(sep).join('/');
  const [, inPackage] = /^.*\/node_modules\/(.*)$/.exec(path) ?? [];
  return inPackage === undefined ? `modules/${relative(fileURLToPath(root), path).split(sep).join('/')}` : `packages/${inPackage}`;
}
