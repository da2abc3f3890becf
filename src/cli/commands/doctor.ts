// `foretell doctor`: what this machine has, what is missing and how to mend it.
import type { Command } from 'commander';
import type { DoctorReport } from '../../host/index.js';
import { EXIT } from '../exit.js';
import type { Ends, World } from '../world.js';

export function addDoctor(program: Command, { terminal, machine }: World, ends: Ends): void {
  program
    .command('doctor')
    .description('adapter, driver, addon, data sets: what there is, what is missing, how to mend it')
    .option('--json', 'everything, limits and features too, as one JSON line')
    .action(
      ends(async ({ json }: { json?: boolean }) => {
        const { checks, facts } = await (await machine()).doctor({});
        terminal.out(json === true ? JSON.stringify({ checks, ...facts }) : lines(checks).join('\n'));
        return checks.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
      }),
    );
}

function lines(checks: DoctorReport['checks']): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ name, ok, detail, mend }) => [
    `${ok ? 'ok      ' : 'MISSING '} ${name.padEnd(width)}  ${detail}`,
    ...(mend === undefined ? [] : [`${' '.repeat(width + 11)}-> ${mend}`]),
  ]);
}
