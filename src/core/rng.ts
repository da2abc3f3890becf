// Seeded randomness. Generators form a tree of names: `rng.fork('trial', 7)` depends on the seed and the names alone,
// never on how much was drawn before, so the order in which trials finish changes nothing.
// The generator is xoshiro128** (Blackman and Vigna 2018), seeded by SHA-256 of the path.
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export interface Rng {
  /** Uniform in [0, 1), 32 random bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  uniform(low: number, high: number): number;
  /** Log-uniform in [low, high); both positive. */
  logUniform(low: number, high: number): number;
  /** Standard normal (Box-Muller, one of the pair). */
  normal(): number;
  pick<T>(items: readonly T[]): T;
  /** Fisher-Yates in place; returns its argument. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
  /** A generator of its own for a named purpose. */
  fork(...names: readonly (string | number)[]): Rng;
}

class Xoshiro implements Rng {
  private readonly s: Uint32Array;

  constructor(private readonly path: string) {
    const digest = sha256(utf8ToBytes(path));
    this.s = new Uint32Array(digest.buffer.slice(digest.byteOffset, digest.byteOffset + 16));
  }

  next(): number {
    return this.bits() / 4294967296;
  }

  int(n: number): number {
    return Math.floor(this.next() * n);
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  logUniform(low: number, high: number): number {
    return low * Math.exp(Math.log(high / low) * this.next());
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick: expected at least one item, got an empty list');
    return items[this.int(items.length)] as T;
  }

  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  fork(...names: readonly (string | number)[]): Rng {
    return new Xoshiro([this.path, ...names].join('/'));
  }

  private bits(): number {
    const s = this.s as unknown as [number, number, number, number];
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  }
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

export function createRng(seed: number | string): Rng {
  return new Xoshiro(`foretell/${seed}`);
}
