// Register tiles of the tiled kernels: 16 x 16 threads, TILE x TILE outputs each, DEPTH of the sum at a time. Both tiles of
// operands, 8 * DEPTH * (16 * TILE + 1) bytes, stay within WebGPU's 16 KiB of workgroup memory.
import type { Spec } from '../gpu/index.js';

/** Threads along each side of a workgroup. */
export const SIDE = 16;

/** The untuned favourite first: 4 keeps registers low enough for any GPU; 8 pays on large ones, 2 on small problems. */
export const TILES: readonly Spec[] = [{ TILE: 4, DEPTH: 16 }, { TILE: 8, DEPTH: 8 }, { TILE: 2, DEPTH: 16 }];

/** Workgroups along one dimension within WebGPU's default limits. */
export const MAX_GROUPS = 65535;
