// How many workgroups a visitor's kernel is launched with: its line `// @grid N/64, M/4, 1`, in names of the case's extents. A factor is a
// product, divided at most once and rounded up; without the line a thread an output element along x is meant.
import { KernelError } from '../../core/index.js';
import { type Grid, linearGrid } from '../../gpu/index.js';

const LINE = /^\/\/ @grid (.+)$/m;
const FACTOR = /^([\w\s*]+?)(?:\/([\w\s*]+))?$/;
const GROUP_SIZE = /@workgroup_size\(([^)]*)\)/;

/** @throws KernelError where the line names no extent of the case or is no such list */
export function gridOf(text: string, extents: Readonly<Record<string, number>>, outputs: number): Grid {
  const line = LINE.exec(text)?.[1];
  if (line === undefined) return linearGrid(outputs, threadsOf(text));
  const factors = line.split(',').map((factor) => factorOf(factor.trim(), extents));
  const [x, y = 1, z = 1, ...rest] = factors;
  if (x === undefined || rest.length > 0) throw new KernelError(`// @grid ${line}: expected one to three factors, got ${factors.length}`);
  return [x, y, z];
}

function factorOf(text: string, extents: Readonly<Record<string, number>>): number {
  const [, above, below = '1'] = FACTOR.exec(text) ?? [];
  if (above === undefined) throw new KernelError(`// @grid: expected a product, divided at most once, such as N*M/64, got "${text}"`);
  return Math.ceil(productOf(above, extents) / productOf(below, extents));
}

function productOf(text: string, extents: Readonly<Record<string, number>>): number {
  return text.split('*').reduce((product, word) => {
    const name = word.trim();
    const value = /^\d+$/.test(name) ? Number(name) : extents[name];
    if (value === undefined || value < 1) throw new KernelError(`// @grid: expected a whole number from 1 or one of ${Object.keys(extents).join(', ')}, got "${name}"`);
    return product * value;
  }, 1);
}

/** Threads of a workgroup by its attribute; names are looked up among the file's constants. */
function threadsOf(text: string): number {
  const sizes = GROUP_SIZE.exec(text)?.[1]?.split(',') ?? [];
  return sizes.reduce((product, size) => {
    const word = size.trim().replace(/[ui]$/, '');
    const constant = new RegExp(`^(?:const|override) ${word}\\b[^=]*= (\\d+)`, 'm').exec(text)?.[1];
    const value = Number(/^\d+$/.test(word) ? word : constant);
    if (!(value >= 1)) throw new KernelError(`@workgroup_size(${sizes.join()}): expected numbers, or constants of the file, got ${size.trim()}; or say the launch: // @grid X, Y, Z`);
    return product * value;
  }, 1);
}
