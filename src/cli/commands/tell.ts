// `foretell tell STUDY COMMAND`: a command to the process that holds a study, from the command line. It waits for what came of it.
import type { Command as Program } from 'commander';
import { ForetellError, messageOf, StudyError, UsageError, type Command, type TrialId } from '../../core/index.js';
import { oneOf, wholeNumber } from '../parsers.js';
import type { Ends, World } from '../world.js';

const COMMANDS = ['freeze', 'thaw', 'cancel', 'enqueue', 'end'] as const;
type Told = (typeof COMMANDS)[number];

/** A command, and how it is spoken of. */
interface Order {
  readonly command: Command;
  readonly words: string;
}

export function addTell(program: Program, { terminal }: World, ends: Ends): void {
  program
    .command('tell')
    .description('step in where a study is being searched: freeze, thaw or cancel a trial, enqueue a configuration, end the search')
    .argument('<study>', 'a study file, or a name under ./studies')
    .argument('<command>', 'freeze, thaw or cancel with a trial; enqueue with a file; end', oneOf(COMMANDS))
    .argument('[trial or file]', 'a trial\'s number, from 0; or known configurations as `search --enqueue` reads them')
    .option('--wait <s>', 'how long until the holder must have taken it; longer for a loop whose epochs block its process', wholeNumber(1), 10)
    .action(
      ends(async (study: string, told: Told, what: string | undefined, { wait }: { readonly wait: number }) => {
        const orders = await ordersOf(told, what);
        const [{ findStudy }, { sendCommand, senderName }] = await Promise.all([import('../studies.js'), import('../../study/index.js')]);
        const [file, by] = [findStudy(study), senderName('command line')];
        for (const [i, { command, words }] of orders.entries()) {
          await sendCommand(file, command, by, { patience: wait * 1000 }).catch((error: unknown) => {
            if (!(error instanceof ForetellError) || orders.length === 1) throw error;
            throw new StudyError(`${words}: ${messageOf(error)}; ${i === 0 ? 'none was' : `the ${i} before it ${i === 1 ? 'was' : 'were'}`} enqueued`, { cause: error });
          });
          terminal.out(`${words}: done, by ${by}`);
        }
      }),
    );
}

async function ordersOf(told: Told, what: string | undefined): Promise<readonly Order[]> {
  if (told === 'enqueue') {
    if (what === undefined) throw new UsageError('tell enqueue: expected a file with a configuration, got none; `foretell export STUDY --json` shows what one looks like');
    const { candidatesIn } = await import('../search/enqueue.js');
    const found = candidatesIn(what);
    return found.map((candidate, i) => ({ command: { type: told, candidate }, words: `enqueue ${what}${found.length === 1 ? '' : `, candidate ${i + 1} of ${found.length}`}` }));
  }
  if (told !== 'end') return [{ command: { type: told, trial: trialIn(told, what) }, words: `${told} trial ${what}` }];
  if (what !== undefined) throw new UsageError(`tell end: expected nothing after it, got ${what}; a single trial is ended by \`cancel ${what}\``);
  return [{ command: { type: told }, words: 'end the search' }];
}

function trialIn(told: Told, text: string | undefined): TrialId {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`tell ${told}: expected a trial's number, from 0, got ${text ?? 'none'}; \`foretell show STUDY\` lists them`);
}
