// Evidence from one machine to another: one JSON file out, and what of such a file is taken in. Evidence names its adapter, driver and
// kernels, so what does not concern this machine does no harm; what can never be used here is not taken.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DataError, messageOf } from '../../core/index.js';
import { TUNE_FORMAT, type TuneStore } from '../../host/index.js';
import { type Evidence, type EvidenceKey, parseEvidence } from '../../tune/index.js';
import { reading, writing } from '../files.js';

export function exportEvidence(file: string, all: readonly Evidence[]): void {
  writing(file, '--export', () => {
    writeFileSync(`${file}.new`, `${JSON.stringify({ format: TUNE_FORMAT, evidence: all })}\n`);
    renameSync(`${file}.new`, file);
  });
}

export interface Imported {
  /** Adapter and driver -> entries taken. */
  readonly taken: ReadonlyMap<string, number>;
  /** Reason -> entries left. */
  readonly ignored: ReadonlyMap<string, number>;
}

/** Throws DataError where the file as a whole is nothing that --export writes. */
export async function importEvidence(file: string, store: TuneStore<EvidenceKey, Evidence>, kernels: ReadonlyMap<string, string>): Promise<Imported> {
  const taken = new Map<string, number>();
  const ignored = new Map<string, number>();
  for (const [index, value] of entriesOf(file).entries()) {
    const evidence = parsed(value);
    const why = typeof evidence === 'string' ? `entry ${index + 1} is damaged (${evidence})` : await whyNot(evidence, store, kernels);
    if (why !== null) {
      count(ignored, why);
    } else if (typeof evidence !== 'string') {
      await store.put(evidence);
      count(taken, `${evidence.key.adapter}, ${evidence.key.driver}`);
    }
  }
  return { taken, ignored };
}

function entriesOf(file: string): readonly unknown[] {
  const text = reading(file, () => readFileSync(file, 'utf8'));
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${file}: expected a file of foretell tune --export, got no JSON (${messageOf(cause)}); it may be cut: export it again`, { cause });
  }
  const { format, evidence } = (content ?? {}) as { readonly format?: unknown; readonly evidence?: unknown };
  if (format === TUNE_FORMAT && Array.isArray(evidence)) return evidence;
  throw new DataError(`${file}: expected format ${TUNE_FORMAT}, got ${typeof format === 'string' ? format : 'none'}; give a file of foretell tune --export`);
}

function parsed(value: unknown): Evidence | string {
  try {
    return parseEvidence(value);
  } catch (error) {
    return messageOf(error);
  }
}

async function whyNot(evidence: Evidence, store: TuneStore<EvidenceKey, Evidence>, kernels: ReadonlyMap<string, string>): Promise<string | null> {
  const { family } = evidence.key;
  const hash = kernels.get(family);
  if (hash === undefined) return `${family} is no kernel family of this version`;
  if (hash !== evidence.key.kernels) return `${family} was measured with other kernels than this version's`;
  const own = await store.get(evidence.key);
  return own !== null && own.time >= evidence.time ? 'what is known here is as new' : null;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
