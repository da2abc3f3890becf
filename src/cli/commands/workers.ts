// `foretell workers`: who is in the fleet.
import type { Command } from 'commander';
import type { Ends, World } from '../world.js';

export function addWorkers(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('workers')
    .description('list the workers of a fleet: adapter, trials, epochs a second, last word')
    .option('--queue <url>', 'the fleet\'s Redis, redis:// or rediss://; default: FORETELL_REDIS_URL')
    .option('--redis-password-file <file>', 'a password in an argument is refused')
    .option('--json', 'one JSON line a worker')
    .action(
      ends(async ({ queue, redisPasswordFile, json }: { queue?: string; redisPasswordFile?: string; json?: boolean }) => {
        const { listWorkers, openRedis, reachRedis, redisTarget } = await import('../../fleet/index.js');
        const target = redisTarget({ option: '--queue', ...(queue === undefined ? {} : { url: queue }), ...(redisPasswordFile === undefined ? {} : { passwordFile: redisPasswordFile }) }, terminal.env);
        await reachRedis(target);
        const redis = openRedis(target, { info: () => undefined, warn: terminal.err });
        const workers = await listWorkers(redis).finally(() => redis.disconnect());
        if (json === true) return workers.forEach((worker) => terminal.out(JSON.stringify(worker)));
        if (workers.length === 0) return terminal.err(`no worker at ${target.name}: \`foretell worker --queue URL\` brings one`);
        const { textTable } = await import('../../report/index.js');
        const columns = (['worker', 'adapter', 'version', 'slots', 'trials', 'epochs/s', 'last word'] as const).map((title) => ({ title }));
        const rows = workers.map(({ host, pid, adapter, version, slots, tasks, epochsPerSecond, word }) => [
          `${host}:${pid}`, adapter, version, String(slots), tasks.map(({ trial, epoch }) => `${trial}@${epoch}`).join(' ') || '-', epochsPerSecond.toFixed(2), word,
        ]);
        terminal.out(textTable(columns, rows));
      }),
    );
}
