// Which recorded runs lie nearest to one: by the edits that turn one architecture's words into the other's (Levenshtein), and by its numbers, each
// over its range in the pool. AP columns count only where nothing is known of the architecture but them.
import { type Candidate, type Rng } from '../../core/index.js';

/** An architecture as words of which one edit changes one. */
export type Words = (candidate: Candidate) => readonly string[];

/** A cell of NAS-Bench-201 has 24 others at one edit; with those at the edge of so many, equals are drawn at random. */
const NEAREST = 24;

export class Nearness {
  private readonly words: readonly Int32Array[];
  private readonly numbers: readonly Float64Array[];
  private readonly known = new Map<number, readonly Ring[]>();

  constructor(pool: readonly Candidate[], words: Words) {
    const codes = new Map<string, number>();
    const codeOf = (word: string): number => codes.get(word) ?? (codes.set(word, codes.size), codes.size - 1);
    this.words = pool.map((candidate) => Int32Array.from(words(candidate), codeOf));
    this.numbers = overRanges(pool.map(({ ap, hp }, i) => (this.words[i]?.length === 0 ? { ...ap, ...hp } : hp)));
  }

  /** Places of `most` of the nearest, in random order; none of a place that is not in the pool. */
  around(place: number, rng: Rng, most: number): readonly number[] {
    if (this.words[place] === undefined) return [];
    const rings = this.known.get(place) ?? this.rings(place);
    this.known.set(place, rings);
    const near: number[] = [];
    for (const { places } of rings) near.push(...rng.shuffle([...places]).slice(0, NEAREST - near.length));
    return rng.shuffle(near).slice(0, most);
  }

  /** Equally far ones together, the nearest first, until there are enough. */
  private rings(place: number): Ring[] {
    const others = this.words.flatMap((_, other) => (other === place ? [] : [{ other, far: this.distance(place, other) }]));
    others.sort((a, b) => a.far - b.far || a.other - b.other);
    const edge = others[Math.min(NEAREST, others.length) - 1]?.far ?? 0;
    const rings: { far: number; readonly places: number[] }[] = [];
    for (const { other, far } of others) {
      if (far > edge) break;
      if (rings.at(-1)?.far === far) rings.at(-1)?.places.push(other);
      else rings.push({ far, places: [other] });
    }
    return rings;
  }

  private distance(a: number, b: number): number {
    const [x, y] = [this.numbers[a] as Float64Array, this.numbers[b] as Float64Array];
    const apart = x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] as number)), 0);
    return apart + edits(this.words[a] as Int32Array, this.words[b] as Int32Array);
  }
}

interface Ring {
  readonly places: readonly number[];
}

/** Insertions, deletions and replacements, by rows of the table. */
function edits(a: Int32Array, b: Int32Array): number {
  let row = Int32Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = new Int32Array(row.length);
    next[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      next[j + 1] = Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1);
    }
    row = next;
  }
  return row[b.length] as number;
}

/** 0..1 a name; a missing number is in the middle. */
function overRanges(rows: readonly Candidate['hp'][]): Float64Array[] {
  const names = [...new Set(rows.flatMap(Object.keys))].sort();
  const ranges = names.map((name) => {
    const values = rows.flatMap((row) => (Number.isFinite(row[name]) ? [row[name] as number] : []));
    return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)] as const;
  });
  return rows.map((row) => Float64Array.from(names, (name, i) => {
    const [low, high] = ranges[i] as readonly [number, number];
    const value = row[name];
    return value === undefined || !Number.isFinite(value) ? 0.5 : high > low ? (value - low) / (high - low) : 0;
  }));
}
