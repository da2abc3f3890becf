// `--net` becomes an architecture: one of core's named networks, a MetaQNN string, or a file's (.json), whose `input` may be left
// out: it is then the data's.
import { readFileSync } from 'node:fs';
import { networkByName, type Architecture, type NetworkTask } from '../../core/index.js';
import { reading } from '../files.js';

/** Throws UsageError saying what would be understood, DataError where a file cannot be read. */
export function networkFor(net: string, { input, classes }: Pick<NetworkTask, 'input' | 'classes'>): Architecture {
  return networkByName(net, { input, classes, read: (file) => withInput(reading(file, () => readFileSync(file, 'utf8')), input) });
}

/** Text that is no JSON object passes through: core says what is wrong with it. */
function withInput(text: string, input: NetworkTask['input']): string {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === 'object' && given !== null && 'layers' in given && !('input' in given) ? JSON.stringify({ input, ...given }) : text;
  } catch {
    return text;
  }
}
