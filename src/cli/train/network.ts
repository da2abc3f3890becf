// `--net` becomes an architecture: a JSON file's, or one of the networks that have a name.
import { existsSync, readFileSync } from 'node:fs';
import { messageOf, parseArchitecture, UsageError, type Architecture, type ImageShape } from '../../core/index.js';
import { reading } from '../files.js';

export interface NetworkFor {
  readonly input: ImageShape;
  readonly classes: number;
}

/** A file may leave `input` out: it is then the data's. Throws UsageError, ShapeError or DataError saying what is wrong. */
export function networkFor(net: string, { input }: NetworkFor): Architecture {
  if (net.endsWith('.json') || existsSync(net)) return architectureIn(net, input);
  throw new UsageError(`--net ${net}: expected a JSON file with an architecture`);
}

function architectureIn(file: string, input: ImageShape): Architecture {
  const text = reading(file, () => readFileSync(file, 'utf8'));
  const given = parsed(file, text);
  return parseArchitecture(typeof given === 'object' && given !== null && !('input' in given) ? { input, ...given } : given);
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--net ${file}: expected JSON of an architecture ({ "input": .., "layers": [..] }), got ${messageOf(cause)}`, { cause });
  }
}
