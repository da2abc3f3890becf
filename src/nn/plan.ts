// Which values of a step share a buffer. A value lives from the step that writes it to the last one that reads it; two
// values whose lives do not meet may lie in the same buffer. Greedy by size, largest first (Pisarchyk and Lee 2020, "greedy
// by size for shared objects"): close to the lower bound on chains, and simple. Whole buffers are shared, never parts of one:
// WebGPU refuses a dispatch that reads and writes the same buffer, whatever the ranges.
import type { Value } from './value.js';

/** What the plan needs to know of a step: which values it reads and which it writes. */
export interface Access {
  readonly reads: readonly Value[];
  readonly writes: readonly Value[];
}

export interface PlannedBuffer {
  /** Bytes of its largest value. */
  readonly bytes: number;
  readonly values: readonly Value[];
}

export interface MemoryPlan {
  readonly buffers: readonly PlannedBuffer[];
  readonly bytes: number;
}

interface Life {
  readonly value: Value;
  readonly from: number;
  readonly to: number;
}

/** Places every value that is not in `pinned` (those have buffers already). What is in `kept` lives from one run of the steps to the next. */
export function planMemory(steps: readonly Access[], pinned: ReadonlySet<Value>, kept: ReadonlySet<Value> = new Set()): MemoryPlan {
  const lives = livesOf(steps, pinned).map((life) => (kept.has(life.value) ? { ...life, from: 0, to: Infinity } : life)).sort((a, b) => bytesOf(b.value) - bytesOf(a.value));
  const buffers: Life[][] = [];
  for (const life of lives) {
    const free = buffers.find((occupants) => occupants.every((other) => life.to < other.from || other.to < life.from));
    if (free) free.push(life);
    else buffers.push([life]);
  }
  const planned = buffers.map((occupants) => ({ bytes: Math.max(...occupants.map(({ value }) => bytesOf(value))), values: occupants.map(({ value }) => value) }));
  return { buffers: planned, bytes: planned.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function livesOf(steps: readonly Access[], pinned: ReadonlySet<Value>): Life[] {
  const lives = new Map<Value, { from: number; to: number }>();
  steps.forEach(({ reads, writes }, at) => {
    for (const value of [...reads, ...writes]) {
      if (pinned.has(value)) continue;
      const life = lives.get(value);
      if (life) life.to = at;
      else lives.set(value, { from: at, to: at });
    }
  });
  return [...lives].map(([value, life]) => ({ value, ...life }));
}

function bytesOf({ shape }: Value): number {
  return shape.reduce((product, extent) => product * extent, 4);
}
