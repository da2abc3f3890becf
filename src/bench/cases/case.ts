// What the laboratory measures: one operation on one shape. A case knows its work (flops, bytes), its candidates, how to set one up and
// how to tell whether it computed right. It measures nothing, and imports nothing from `node:`: the same cases run in a browser.
import type { AdapterFacts, Device, Dispatch, PassTimer, Tensor } from '../../gpu/index.js';
import type { Choice } from '../../tune/index.js';

/** One candidate, compiled and bound. */
export interface Runnable {
  /** Submits the work once. */
  run(): void;
  /** Runs once; device seconds. */
  time(timer: PassTimer): Promise<number>;
  /** Runs on fresh inputs and compares; null where it is right, else what is wrong, with coordinates. */
  check(): Promise<string | null>;
  release(): void;
}

export interface OpenCase {
  prepare(choice: Choice): Promise<Runnable>;
  release(): void;
}

/** Puts a foreign kernel in the case's place: its name as a choice's variant, and what it launches. */
export interface Seat {
  /** Extents and strides, by the names of kernels/README.md: what `struct Params` may hold. */
  readonly params: Readonly<Record<string, number>>;
  /** Parameters without which a kernel cannot compute this case: strides, where operands lie transposed. */
  readonly needs?: readonly string[];
  /** Elements of the output. */
  readonly outputs: number;
  /** The case with one more variant. */
  with(name: string, launch: (device: Device, tensors: Readonly<Record<string, Tensor>>) => Promise<Dispatch[]>): BenchCase;
}

export interface BenchCase {
  /** `conv2d forward`. */
  readonly name: string;
  /** `32x16x16x64 by 128x3x3`: tells the cases of one name apart. */
  readonly shape: string;
  /** The axes that it stands at: batch, size... */
  readonly axes: Readonly<Record<string, number>>;
  /** Multiply-adds x 2 of one run. */
  readonly flops: number;
  /** Bytes that one run must move at least. */
  readonly bytes: number;
  /** How results are checked, for people. */
  readonly oracle: string;
  /** Rows, samples or tokens of one run, for throughput; with their name. */
  readonly items?: { readonly count: number; readonly unit: string };
  /** Names of variants that round to f16: their peak is another one. */
  readonly reduced?: readonly string[];
  /** What a visitor's kernel needs to stand in for ours; absent where the case is more than one kernel. */
  readonly seat?: Seat;
  /** Every candidate that fits, the favourite of each variant first. */
  choices(adapter: AdapterFacts): readonly Choice[];
  open(device: Device): Promise<OpenCase>;
}
