// `search --enqueue FILE` and `tell STUDY enqueue FILE`: known configurations that a search tries before its strategy's own. JSON (one, or a list) or JSON lines; each is a candidate, or an
// object that holds one as `candidate` (a trial of `export --json`); or such an export as it is.
import { readFileSync } from 'node:fs';
import { ForetellError, messageOf, parseCandidate, UsageError, type Candidate, type Space } from '../../core/index.js';
import { reading } from '../files.js';

/** As a space has them. Throws UsageError that says which of them is wrong and why. */
export function knownCandidates(file: string, space: Space): readonly Candidate[] {
  return candidatesIn(file, (candidate) => space.validate(candidate));
}

/** Throws UsageError that says which of them is wrong and why. */
export function candidatesIn(file: string, validate = (candidate: Candidate): Candidate => candidate): readonly Candidate[] {
  const items = itemsOf(file, reading(file, () => readFileSync(file, 'utf8')));
  if (items.length === 0) throw new UsageError(`enqueue ${file}: expected at least one candidate, got none`);
  return items.map((item, i) => {
    try {
      return validate(parseCandidate(item !== null && typeof item === 'object' && 'candidate' in item ? item.candidate : item));
    } catch (error) {
      if (!(error instanceof ForetellError)) throw error;
      throw new UsageError(`enqueue ${file}, candidate ${i + 1} of ${items.length}: ${error.message}`, { cause: error });
    }
  });
}

function itemsOf(file: string, text: string): readonly unknown[] {
  try {
    const whole: unknown = JSON.parse(text);
    if (Array.isArray(whole)) return whole;
    return isExport(whole) ? whole.trials : [whole];
  } catch {
    return text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [parsedLine(file, line, i + 1)]));
  }
}

function isExport(whole: unknown): whole is { readonly trials: readonly unknown[] } {
  return whole !== null && typeof whole === 'object' && 'trials' in whole && Array.isArray(whole.trials);
}

function parsedLine(file: string, line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new UsageError(`enqueue ${file}, line ${number}: expected JSON, a candidate a line or a list of them, got text that is none (${messageOf(error)})`, { cause: error });
  }
}
