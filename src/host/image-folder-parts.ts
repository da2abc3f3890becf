// A folder of class sub-folders as parts of an experiment: streams to train on, to judge an epoch by, and to keep for the end.
// Where the folder is not divided, a tenth of each class is set aside for the end, always the same one.
import { basename, join, resolve } from 'node:path';
import { createRng, silentLog, type Log } from '../core/index.js';
import { takeStream, type ImageStream } from '../data/index.js';
import { imageExtents, type ImageSize } from './image-folder-decode.js';
import { listClassFolders, type ClassFiles } from './image-folder-classes.js';
import { streamFiles, type FolderStream } from './image-folder-stream.js';

/** What a user may say about decoding; what is absent follows from the first training image. */
export interface FolderOptions extends Partial<ImageSize> {
  readonly unreadable?: 'fail' | 'skip';
  readonly log?: Log;
}

export interface FolderParts {
  readonly train: ImageStream;
  /** Null where the folder has no val/: the caller takes it from train. */
  readonly validation: ImageStream | null;
  /** test/, or val/ where there is no test/, or a tenth of each class of a folder that is not divided. */
  readonly test: ImageStream;
  readonly size: ImageSize;
  /** Every file's path below the folder, by part: with the size, what identifies the images. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Different files that were skipped so far, in all parts. */
  skipped(): number;
}

/** Larger photographs are scaled to 64 pixels unless told otherwise: what two cores train in an evening. */
const LARGEST = 64;

/** ImageNet's usual margin: 256 to 224. */
const MARGIN = 8 / 7;

const TEST_SHARE = 0.1;

/** @throws DataError as listClassFolders, and where the first image cannot be read */
export async function openClassFolders(folder: string, options: FolderOptions = {}): Promise<FolderParts> {
  const { classes, ...listed } = listClassFolders(folder);
  const size = await sizeFor(listed.train, options);
  const { unreadable = 'fail', log = silentLog } = options;
  const name = basename(resolve(folder));
  const streams: FolderStream[] = [];
  const stream = (files: ClassFiles, part: string): FolderStream => {
    const made = streamFiles(files, { ...size, name: `${name} ${part}`, classes, unreadable, log });
    streams.push(made);
    return made;
  };
  const skipped = (): number => streams.reduce((sum, made) => sum + made.skipped(), 0);
  const files = Object.fromEntries(Object.entries({ train: listed.train, validation: listed.validation, test: listed.test }).map(([part, found]) => [part, found?.files ?? []]));
  const all = stream(listed.train, 'train');
  const validation = listed.validation && stream(listed.validation, 'validation');
  const test = listed.test ? stream(listed.test, 'test') : validation;
  if (test) return { train: all, validation, test, size, files, skipped };
  const [kept, rest] = setAside(all.labels, classes.length);
  return { train: takeStream(all, rest), validation: null, test: takeStream(all, kept, `${name} test`), size, files, skipped };
}

async function sizeFor({ folder, files }: ClassFiles, { size, short, channels = 3 }: FolderOptions): Promise<ImageSize> {
  const wanted = size ?? LARGEST;
  if (short !== undefined) return { size: Math.min(wanted, short), short, channels };
  const { width, height } = await imageExtents(join(folder, files[0] ?? ''));
  const found = Math.min(width, height);
  if (size === undefined && found <= LARGEST) return { size: found, short: found, channels };
  return { size: wanted, short: found === wanted ? wanted : Math.round(wanted * MARGIN), channels };
}

/** A tenth of each class, at least one image where it has two; the same whatever the run's seed, so that no run trains on another's test. */
function setAside(labels: Uint32Array, classes: number): [kept: Uint32Array, rest: Uint32Array] {
  const byClass = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, number) => byClass[label]?.push(number));
  const rng = createRng('image folder').fork('test');
  const kept = byClass.flatMap((members, label) => {
    const count = members.length < 2 ? 0 : Math.max(1, Math.round(TEST_SHARE * members.length));
    return rng.fork(label).shuffle([...members]).slice(0, count);
  });
  const isKept = new Set(kept);
  const rest = [...labels.keys()].filter((number) => !isKept.has(number));
  return [Uint32Array.from(kept).sort(), Uint32Array.from(rest)];
}
