// Orderings over processes: each runs this very command line for its share of them and answers with a JSON line an ordering. The
// outcome of an ordering depends on its number alone, so how many processes there are changes nothing but the time.
import type { Outcome } from '../../experiments/index.js';
import { inParallel, runOwn } from '../own-process.js';

export interface NumberedOutcome extends Outcome {
  readonly ordering: number;
  /** Of the same ordering under the rule of `--against`. */
  readonly against?: Outcome;
}

/** Throws with the words of the first process that failed; the others are ended. */
export async function spread<Line>(orderings: readonly number[], processes: number, take: (line: Line) => void, signal: AbortSignal): Promise<void> {
  const shares = Array.from({ length: processes }, (_, p) => orderings.filter((_unused, k) => k % processes === p));
  const args = withoutJson(process.argv.slice(2));
  const replay = (share: readonly number[], either: AbortSignal): Promise<void> => runOwn([...args, '--json', '--only', share.join(',')], (line) => take(line as Line), either);
  await inParallel(shares, processes, replay, signal);
}

/** `--json` and its file are this process's own. */
function withoutJson(args: readonly string[]): string[] {
  return args.filter((arg, i) => {
    if (arg === '--json' || arg.startsWith('--json=')) return false;
    return !(args[i - 1] === '--json' && !arg.startsWith('-'));
  });
}
