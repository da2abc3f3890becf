// The command line as commander sees it. One file a command; each loads what it needs only when it runs, so that `--help`,
// `show` and the like start at once.
import { Command } from 'commander';
import { addBench } from './commands/bench.js';
import { addBundle } from './commands/bundle.js';
import { addDashboard } from './commands/dashboard.js';
import { addData } from './commands/data.js';
import { addDoctor } from './commands/doctor.js';
import { addExport } from './commands/export.js';
import { addPaper } from './commands/paper.js';
import { addPredict } from './commands/predict.js';
import { addReport } from './commands/report.js';
import { addShow } from './commands/show.js';
import { addStudies } from './commands/studies.js';
import { addTell } from './commands/tell.js';
import { addTrain } from './commands/train.js';
import { addTune } from './commands/tune.js';
import { addWhy } from './commands/why.js';
import { addWorker } from './commands/worker.js';
import { addWorkers } from './commands/workers.js';
import { exitCodeOf, EXIT } from './exit.js';
import type { Ending, Ends, World } from './world.js';

type AddTo = (command: Command, world: World, ends: Ends) => void;

/** Commands whose options name models and rules: what knows those is loaded for them alone (0.2 s of processor time). */
const LATE: { readonly [name: string]: { readonly description: string; readonly load: () => Promise<AddTo> } } = {
  search: { description: 'search for a good network', load: async () => (await import('./commands/search.js')).addSearch },
  replay: { description: 'search over recorded curves: what a stopping rule would have saved and lost', load: async () => (await import('./commands/replay.js')).addReplay },
  compare: { description: 'compare stopping rules on recorded curves: what each saves, what each loses, which to take', load: async () => (await import('./commands/compare.js')).addCompare },
  evaluate: { description: 'measure how well predictors foretell the ends of recorded curves', load: async () => (await import('./commands/evaluate.js')).addEvaluate },
};

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
  const asked = args[0] === 'help' ? args[1] : args[0];
  try {
    for (const [name, { description, load }] of Object.entries(LATE)) {
      const command = program.command(name).description(description);
      if (name === asked) (await load())(command, world, ends);
    }
    for (const add of [addTrain, addPredict, addStudies, addShow, addWhy, addDashboard, addTell, addReport, addExport, addBench, addTune, addData, addPaper, addDoctor, addBundle, addWorker, addWorkers]) add(program, world, ends);
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error, world.terminal);
  }
}
