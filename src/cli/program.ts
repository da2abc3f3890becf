// The command line as commander sees it. One file a command; each loads what it needs only when it runs, so that `--help`,
// `show` and the like start at once.
import { Command } from 'commander';
import { addBench } from './commands/bench.js';
import { addBundle } from './commands/bundle.js';
import { addCompare } from './commands/compare.js';
import { addData } from './commands/data.js';
import { addDoctor } from './commands/doctor.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExport } from './commands/export.js';
import { addPaper } from './commands/paper.js';
import { addPredict } from './commands/predict.js';
import { addReplay } from './commands/replay.js';
import { addReport } from './commands/report.js';
import { addSearch } from './commands/search.js';
import { addShow } from './commands/show.js';
import { addStudies } from './commands/studies.js';
import { addTrain } from './commands/train.js';
import { addTune } from './commands/tune.js';
import { addWhy } from './commands/why.js';
import { exitCodeOf, EXIT } from './exit.js';
import type { Ending, World } from './world.js';

/** Runs one command line, without the `node foretell` before it, and returns the exit code. It never exits by itself. */
export async function run(args: readonly string[], world: World): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('foretell')
    .description('Neural architecture search that watches learning curves and stops the losers early.')
    .version(world.version)
    .showHelpAfterError('(foretell --help lists the commands, foretell COMMAND --help its options)')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => world.terminal.out(text.trimEnd()), writeErr: (text) => world.terminal.err(text.trimEnd()) });
  const ends = <A extends unknown[]>(action: (...args: A) => Ending) => async (...args: A): Promise<void> => {
    code = (await action(...args)) ?? EXIT.done;
  };
  for (const add of [addSearch, addTrain, addPredict, addStudies, addShow, addWhy, addReport, addExport, addBench, addTune, addData, addReplay, addCompare, addPaper, addEvaluate, addDoctor, addBundle]) add(program, world, ends);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error, world.terminal);
  }
}
