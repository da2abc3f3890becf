// `foretell bench`: measures kernels, compares measurements, ranks a visitor's kernel.
import type { Command } from 'commander';
import { UsageError } from '../../core/index.js';
import { addBenchOptions, type BenchCommandOptions } from '../bench/options.js';
import { EXIT } from '../exit.js';
import type { Ends, World } from '../world.js';

export function addBench(program: Command, world: World, ends: Ends): void {
  addBenchOptions(program.command('bench').description('measure kernels: GFLOP/s, percent of the roofline, variants side by side'))
    .action(ends((filter: string | undefined, options: BenchCommandOptions) => bench(filter, options, world)));
}

async function bench(filter: string | undefined, options: BenchCommandOptions, world: World): Promise<number | void> {
  const { terminal } = world;
  if (options.compare) {
    const { compareFiles } = await import('../bench/compare-files.js');
    return (await compareFiles(options.compare, options.threshold, options.json, terminal)) ? EXIT.failed : EXIT.done;
  }
  if (options.web) {
    const { benchPage } = await import('../bench/web.js');
    return benchPage(options.out, terminal);
  }
  const own = filter?.endsWith('.wgsl') === true;
  if (own !== (options.as !== undefined)) {
    throw new UsageError(own ? `bench ${filter}: expected what it computes, got no --as; such as --as conv2d` : 'bench --as: expected a kernel of your own (a .wgsl file) as the argument');
  }
  if (own) {
    const { endWithParent, runApart } = await import('../bench/run-apart.js');
    if (options.apart !== true) return runApart(options.timeout, terminal);
    endWithParent();
  }
  const { casesFor } = await import('../../bench/index.js');
  const { list, measure } = await import('../bench/measure.js');
  const wanted = { ...(own || filter === undefined ? {} : { filter }), ...(options.axis ? { axes: options.axis } : {}) };
  if (options.list) return list(casesFor(wanted), terminal);
  return measure(casesFor(wanted), options, own ? filter : undefined, world);
}
