// `foretell dashboard [STUDY | FOLDER]`: a live page of one study or of a folder's.
import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { wholeNumber } from '../parsers.js';
import type { Ends, World } from '../world.js';

interface DashboardFlags {
  readonly port: number;
  readonly host: string;
  readonly control?: boolean;
}

export function addDashboard(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('dashboard')
    .description('a live page of studies: curves, why trials were frozen, what matters; with --control also to step in')
    .argument('[study or folder]', 'a study file, a name under ./studies, or a folder of studies', 'studies')
    .option('--port <n>', '0 = any that is free', wholeNumber(0), 4747)
    .option('--host <address>', 'where it can be reached from; the default is this machine alone', '127.0.0.1')
    .option('--control', 'freeze, thaw, cancel, enqueue and end from the page, by whoever has the address that is printed')
    .action(
      ends(async (what: string, { port, host, control = false }: DashboardFlags) => {
        const [{ serveDashboard, LOCALHOST }, { featuresOf }, { withSignals }] = await Promise.all([import('../../dashboard/index.js'), import('../features.js'), import('../signals.js')]);
        const shelf = await shelfOf(what);
        const dashboard = await serveDashboard({ shelf, port, host, control, featuresOf });
        terminal.out(dashboard.address);
        if (host !== LOCALHOST) terminal.err(`reachable from other machines, without encryption${control ? ': whoever reads the line above, or the network, can step in' : ''}`);
        await withSignals(() => terminal.err('closing'), (signal) => untilAborted(signal));
        await dashboard.close();
      }),
    );
}

async function shelfOf(what: string) {
  const [{ Shelf }, { findStudy, STUDIES }] = await Promise.all([import('../../dashboard/index.js'), import('../studies.js')]);
  // The folder of studies need not be there yet: the first search makes it.
  const isFolder = what === STUDIES || (existsSync(what) && statSync(what).isDirectory());
  return isFolder ? Shelf.ofFolder(what) : Shelf.ofStudy(findStudy(what));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
