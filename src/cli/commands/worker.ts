// `foretell worker`: brings this machine's device to a fleet and takes tasks until it is told to leave.
import type { Command } from 'commander';
import type { WorkOptions } from '../fleet/work.js';
import { keyValue, wholeNumber } from '../parsers.js';
import type { Ends, World } from '../world.js';

export function addWorker(program: Command, world: World, ends: Ends): void {
  program
    .command('worker')
    .description('bring this machine to a fleet: train what searches with --fleet hand out')
    .option('--queue <url>', 'the fleet\'s Redis, redis:// or rediss://; default: FORETELL_REDIS_URL')
    .option('--redis-password-file <file>', 'a password in an argument is refused')
    .option('--store <place>', 'where checkpoints go: the searches\' folder as it is mounted here, or their s3://BUCKET/PREFIX')
    .option('--parallel <n>', 'trials at a time, each in a process of its own', wholeNumber(1), 1)
    .option('--lease <s>', 'a trial of a worker that is not heard of for so long goes on elsewhere', wholeNumber(4), 30)
    .option('--set <key=value>', 'adapter = a part of the adapter\'s name', keyValue)
    .action(ends(async (options: WorkOptions) => (await import('../fleet/work.js')).work(options, world)));
  program
    .command('trainer', { hidden: true }) // what `worker` starts: its channel is the parent process
    .requiredOption('--store <place>')
    .option('--adapter <name>')
    .action(ends(async (options: { store: string; adapter?: string }) => (await import('../fleet/trainer.js')).serveTrainer(options, world)));
}
