// A list of image files as a stream of batches. Decoding runs ahead of whoever takes the batches, by a bounded number of them, so
// memory holds a few batches whatever the set's size. Order and content depend on the order asked for alone, not on which file
// was decoded first.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DataError, type Log } from '../core/index.js';
import { batches, type Batch, type ImageBatch, type ImageStream } from '../data/index.js';
import { decodeImage, type ImageSize } from './image-folder-decode.js';
import type { ClassFiles } from './image-folder-classes.js';

/** Batches decoded before they are taken. */
const AHEAD = 2;

/** Images decoded at the same time: libuv's four threads are never without one. */
const AT_ONCE = Math.max(6, 2 * availableParallelism());

export interface StreamOptions extends ImageSize {
  readonly name: string;
  readonly classes: readonly string[];
  /** What an image that cannot be decoded does: end the walk, or be left out. */
  readonly unreadable: 'fail' | 'skip';
  /** Hears of each skipped file once. */
  readonly log: Log;
}

export interface FolderStream extends ImageStream {
  /** Different files that were skipped so far. */
  skipped(): number;
}

export function streamFiles({ folder, files, labels }: ClassFiles, options: StreamOptions): FolderStream {
  const { name, classes, size, channels, unreadable, log } = options;
  const gone = new Set<number>();
  const lanes = new Lanes(AT_ONCE);
  const decode = async (number: number): Promise<Uint8Array | null> => {
    try {
      return await decodeImage(join(folder, files[number] ?? ''), options);
    } catch (error) {
      if (unreadable === 'fail' || !(error instanceof DataError)) throw error;
      if (!gone.has(number)) log.warn(`skipped: ${error.message}`);
      gone.add(number);
      return null;
    }
  };
  const decodeBatch = async ({ start, count }: Batch, order: Uint32Array, open: () => boolean): Promise<ImageBatch | null> => {
    const numbers = order.slice(start, start + count);
    const decoded = await inOrder([...numbers].map((number) => lanes.run(() => (open() ? decode(number) : Promise.resolve(null)))));
    return joined(start, numbers, decoded, labels, channels * size * size);
  };
  return {
    ...{ name, channels, height: size, width: size, classes: classes.length, classNames: classes, count: files.length, labels },
    skipped: () => gone.size,
    async *batches(order, most) {
      let given = 0;
      for await (const batch of ahead(batches(order.length, most), (part, open) => decodeBatch(part, order, open))) {
        if (batch === null) continue;
        given++;
        yield batch;
      }
      if (given === 0 && order.length > 0) throw new DataError(`${folder}: expected images that can be decoded, got none in ${order.length} files; these are not JPEG or PNG files`);
    },
  };
}

/** Works on `AHEAD` parts beyond the one that is waited for, and gives results in the parts' order. */
async function* ahead<P, R>(parts: readonly P[], work: (part: P, open: () => boolean) => Promise<R>): AsyncGenerator<R, void, undefined> {
  const pending: Promise<R>[] = [];
  let next = 0;
  let open = true;
  const fill = (): void => {
    for (; pending.length <= AHEAD && next < parts.length; next++) {
      const result = work(parts[next] as P, () => open);
      result.catch(() => undefined); // heard when its turn comes
      pending.push(result);
    }
  };
  try {
    for (fill(); pending.length > 0; fill()) yield (await pending.shift()) as R;
  } finally {
    open = false;
  }
}

/** As Promise.all, but of several errors the first in order is thrown, whichever came first. */
async function inOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

function joined(start: number, numbers: Uint32Array, decoded: readonly (Uint8Array | null)[], labels: Uint32Array, length: number): ImageBatch | null {
  const rows = [...decoded.keys()].filter((row) => decoded[row] !== null);
  if (rows.length === 0) return null;
  const images = new Uint8Array(rows.length * length);
  rows.forEach((row, at) => images.set(decoded[row] ?? [], at * length));
  const kept = Uint32Array.from(rows, (row) => numbers[row] ?? 0);
  return { start, images, labels: kept.map((number) => labels[number] ?? 0), numbers: kept };
}

/** At most so many at a time, in the order in which they came. */
class Lanes {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(lanes: number) {
    this.free = lanes;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
