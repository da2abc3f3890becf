// `foretell tune`: measures which kernel variants are fastest here, and shows, hands on or forgets what was measured.
import type { Command } from 'commander';
import { UsageError } from '../../core/index.js';
import type { Evidence } from '../../tune/index.js';
import { keyValue } from '../parsers.js';
import { logTo, type Terminal } from '../terminal.js';
import type { Ends, World } from '../world.js';

interface TuneOptions {
  readonly show?: true;
  readonly export?: string;
  readonly import?: string;
  readonly clear?: true;
  readonly json?: true;
  readonly set?: Readonly<Record<string, string>>;
}

export function addTune(program: Command, world: World, ends: Ends): void {
  program
    .command('tune')
    .description('measure which kernel variants are fastest on this adapter, for searches to come')
    .option('--show', 'what was measured, with its evidence')
    .option('--export <file>', 'write everything that was measured')
    .option('--import <file>', 'take in what another machine of this kind exported')
    .option('--clear', 'forget everything')
    .option('--set <key=value>', 'adapter = a part of the adapter\'s name', keyValue)
    .option('--json', 'evidence as one JSON line a class of shapes')
    .action(ends((options: TuneOptions) => tune(options, world)));
}

async function tune(options: TuneOptions, world: World): Promise<void> {
  const asked = (['show', 'export', 'import', 'clear'] as const).filter((name) => options[name] !== undefined);
  if (asked.length > 1) throw new UsageError(`tune: expected one of --show, --export, --import, --clear, got ${asked.map((name) => `--${name}`).join(' and ')}; call it once for each`);
  const { terminal } = world;
  const { evidenceStore } = await import('../tune/tuning.js');
  const store = evidenceStore(logTo(terminal).warn);
  switch (asked[0]) {
    case undefined:
      return measure(options, world);
    case 'show':
      return show(await store.all(), options, terminal);
    case 'export': {
      const all = await store.all();
      const { exportEvidence } = await import('../tune/exchange.js');
      exportEvidence(options.export ?? '', all);
      return terminal.out(`${all.length} classes of shapes written to ${options.export ?? ''}`);
    }
    case 'import':
      return takeIn(options.import ?? '', terminal);
    case 'clear':
      return terminal.out(`${await store.clear()} classes of shapes forgotten`);
  }
}

async function measure(options: TuneOptions, { terminal, machine }: World): Promise<void> {
  const { adapter, ...others } = options.set ?? {};
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new UsageError(`--set ${unknown}: expected adapter=NAME, a part of the adapter's name`);
  const { withSignals } = await import('../signals.js');
  const here = await machine();
  const found = await withSignals(
    () => terminal.err('stopping after this shape; once more ends it at once'),
    (signal) => here.tune({ signal, say: terminal.err, warn: logTo(terminal).warn, ...(adapter === undefined ? {} : { adapter }) }),
  );
  await show(found, options, terminal);
}

async function show(all: readonly Evidence[], { json }: TuneOptions, terminal: Terminal): Promise<void> {
  if (json === true) return all.forEach((evidence) => terminal.out(JSON.stringify(evidence)));
  if (all.length === 0) return terminal.err('nothing was measured yet: `foretell tune` measures a standard list of shapes, and a search on a GPU what it meets');
  const [{ evidenceText }, { kernelHashes }] = await Promise.all([import('../tune/show.js'), import('../tune/families.js')]);
  const kernels = await kernelHashes();
  terminal.out(evidenceText(all, ({ key }) => kernels.get(key.family) === key.kernels));
}

async function takeIn(file: string, terminal: Terminal): Promise<void> {
  const [{ importEvidence }, { kernelHashes }, { evidenceStore }] = await Promise.all([import('../tune/exchange.js'), import('../tune/families.js'), import('../tune/tuning.js')]);
  const { taken, ignored } = await importEvidence(file, evidenceStore(logTo(terminal).warn), await kernelHashes());
  for (const [adapter, count] of taken) terminal.out(`${count} classes of shapes taken for ${adapter}`);
  for (const [why, count] of ignored) terminal.out(`${count} ignored: ${why}`);
  if (taken.size === 0) terminal.out('nothing taken');
}
