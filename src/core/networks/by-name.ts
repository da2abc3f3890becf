// A network by what a person writes: a name with settings, a MetaQNN string, or plain data as JSON. Everything ends as an
// architecture whose shapes were checked against the images and classes.
import type { Architecture, ImageShape } from '../architecture/layers.js';
import { parseArchitecture } from '../architecture/schema.js';
import { elementsOf, shapesOf } from '../architecture/shapes.js';
import { messageOf, ShapeError, UsageError } from '../errors.js';
import { alexnet, alexnetSmall } from './alexnet.js';
import { cudaConvnet } from './cuda-convnet.js';
import { metaqnnNetwork } from './metaqnn.js';
import { parseMetaqnn } from './metaqnn-grammar.js';
import { resnet, resnet39 } from './resnet.js';

export interface NetworkTask {
  readonly input: ImageShape;
  readonly classes: number;
  /** Text of a file by its path, for names that end in .json; absent = there are no files. */
  readonly read?: (path: string) => string;
}

type Settings = Readonly<Record<string, number>>;

interface Family {
  /** `settings`: which may follow the name. */
  readonly settings: readonly string[];
  readonly build: (task: NetworkTask, settings: Settings) => Architecture;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  'cuda-convnet': {
    settings: ['multiplier', 'lrn_scale', 'lrn_power', 'first_std'],
    build: ({ input, classes }, { multiplier, lrn_scale: lrnScale, lrn_power: lrnPower, first_std: firstStd }) =>
      cudaConvnet({ input, classes, ...given({ multiplier, lrnScale, lrnPower, firstStd }) }),
  },
  'resnet-39': {
    settings: ['filters', 'kernel'],
    build: ({ input, classes }, { filters = 24, kernel = 3 }) => resnet39({ input, classes, blocks: Array.from({ length: 12 }, () => ({ kernel: [kernel, kernel], filters })) }),
  },
  alexnet: { settings: ['multiplier', 'units'], build: ({ input, classes }, settings) => alexnet({ input, classes, ...settings }) },
  'alexnet-small': { settings: ['multiplier', 'units'], build: ({ input, classes }, settings) => alexnetSmall({ input, classes, ...settings }) },
};

const RESNET: Family['settings'] = ['filters', 'kernel'];

/** For help texts and messages. */
export const NETWORK_FORMS = 'cuda-convnet, resnet-N (N = 6n + 2: 8, 14, 20, ...), resnet-39, alexnet, alexnet-small (each with settings: resnet-20:filters=8,kernel=5), metaqnn:[C(64,3,1), ..., SM(10)], or a JSON file';

/** Throws a UsageError that says what would be understood. */
export function networkByName(text: string, task: NetworkTask): Architecture {
  try {
    const architecture = parsed(text.trim(), task);
    requireTask(text, architecture, task);
    return architecture;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new UsageError(`net ${short(text)}: ${error.message}`, { cause: error });
  }
}

function parsed(text: string, task: NetworkTask): Architecture {
  if (text.startsWith('{')) return parseArchitecture(json(text, 'net'));
  if (text.startsWith('metaqnn:')) return metaqnnNetwork(parseMetaqnn(text.slice('metaqnn:'.length)), task);
  if (text.startsWith('[')) return metaqnnNetwork(parseMetaqnn(text), task);
  if (text.endsWith('.json')) return fromFile(text, task);
  return named(text, task);
}

function named(text: string, task: NetworkTask): Architecture {
  const [name = '', ...rest] = text.split(':');
  const family = FAMILIES[name];
  if (family) return family.build(task, settingsOf(name, family.settings, rest.join(':')));
  const depth = Number(/^resnet-(\d+)$/.exec(name)?.[1] ?? NaN);
  if (Number.isNaN(depth)) throw new UsageError(`net: expected ${NETWORK_FORMS}, got ${short(text)}`);
  if (depth < 8 || (depth - 2) % 6 !== 0) throw new UsageError(`net ${name}: expected a depth of 6n + 2 (8, 14, 20, 26, 32, 44, 56, 110, ...) or 39, got ${depth}`);
  return resnet({ input: task.input, classes: task.classes, blocks: (depth - 2) / 6, ...settingsOf(name, RESNET, rest.join(':')) });
}

function settingsOf(name: string, known: readonly string[], text: string): Settings {
  const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  for (const [key = '', value = ''] of pairs) {
    if (!known.includes(key)) throw new UsageError(`net ${name}: expected settings among ${known.join(', ')}, got '${key}'; write ${name}:${known[0]}=NUMBER`);
    if (!(Number(value) > 0)) throw new UsageError(`net ${name}: expected ${key} to be a number above 0, got '${value}'`);
  }
  return Object.fromEntries(pairs.map(([key = '', value]) => [key, Number(value)]));
}

function fromFile(path: string, { read }: NetworkTask): Architecture {
  if (!read) throw new UsageError(`net: expected ${NETWORK_FORMS}, got the file ${path} where no files can be read`);
  return parseArchitecture(json(read(path), path));
}

function json(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${from}: expected an architecture as JSON, got text that is none (${messageOf(error)})`, { cause: error });
  }
}

/** The images of the data, and a unit a class. */
function requireTask(text: string, architecture: Architecture, { input, classes }: NetworkTask): void {
  const { channels, height, width } = architecture.input;
  if (channels !== input.channels || height !== input.height || width !== input.width) {
    throw new UsageError(`net ${short(text)}: expected images of ${Object.values(input).join('x')} as the data has, got ${channels}x${height}x${width}; change the net's input`);
  }
  const outputs = elementsOf(shapesOf(architecture).at(-1) ?? architecture.input);
  if (outputs < classes) throw new UsageError(`net ${short(text)}: expected at least ${classes} outputs, a unit a class, got ${outputs}`);
}

function given<T extends Readonly<Record<string, number | undefined>>>(settings: T): { [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: number };
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
