// A file that the user asked for and that cannot be written or read is the machine's fault, not a bug: said in one line.
import { DataError, messageOf } from '../core/index.js';

/** `option` is the one that names another place. */
export function writing<T>(target: string, option: '--out' | '--study' | '--json' | '--export' | '--curves', write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new DataError(`${target}: expected a file that can be written, got ${messageOf(cause)}; give another place with ${option}`, { cause });
  }
}

export function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new DataError(`${file}: expected a file that can be read, got ${messageOf(cause)}; check its path`, { cause });
  }
}
