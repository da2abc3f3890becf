// What a result was measured on: processor, memory, system, Node and our own build. Never a machine's or a user's name.
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { buildFacts } from './package-root.js';

export interface EnvironmentRecord {
  readonly foretell: string;
  readonly commit: string | null;
  readonly node: string;
  readonly system: string;
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
}

export function environmentRecord(): EnvironmentRecord {
  const { version, commit } = buildFacts();
  const processors = cpus();
  return {
    foretell: version,
    commit,
    node: process.version,
    system: distribution() ?? `${type()} ${release()}`,
    architecture: arch(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

/** `Debian GNU/Linux 12 (bookworm)`, from the file that every current distribution has. */
function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
