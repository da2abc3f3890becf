// Holds a study with a mailbox. `hang`: what a command does: 'never' = is done; 'before' = is taken and not done; 'after' = is done and not answered.
// The child says 'taken' when it hangs, so that it can be killed there. 'deaf' = holds the study without a mailbox.
import type { Command } from '../../../src/core/index.js';
import { createStudy, openMailbox } from '../../../src/study/index.js';
import { killParts } from './kill-parts.js';

const [path = '', hang = 'never'] = process.argv.slice(2);
const { header, strategy, rule } = killParts();
const study = await createStudy({ header, strategy, rule, journal: path });
await study.ask();
await study.report(0, { attempt: study.state.trials[0]?.attempt ?? 1, epoch: 1, value: 0.5, seconds: 1 }).catch(() => undefined);

async function control(command: Command, by: string, id?: string): Promise<void> {
  if (hang !== 'before') await study.control(command, by, id);
  if (hang === 'never') return;
  console.log('taken');
  await new Promise(() => undefined);
}

if (hang !== 'deaf') openMailbox(path, { control });
console.log('open');
setInterval(() => undefined, 1000);
