// The peers alone, for `foretell bench --peers`: everything else is there, or that command would not run.
import { fileURLToPath } from 'node:url';
import { peersStep } from './peers.mjs';

try {
  console.log(await peersStep(fileURLToPath(new URL('../..', import.meta.url))));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
