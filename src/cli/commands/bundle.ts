// `foretell bundle`: this installation as one file for a box that has only a GPU driver.
import type { Command } from 'commander';
import type { Ends, World } from '../world.js';

interface BundleCommandOptions {
  readonly out: string;
  readonly data?: readonly string[];
}

export function addBundle(program: Command, { terminal }: World, ends: Ends): void {
  program
    .command('bundle')
    .description('pack Node, Dawn, the addon, code and kernels into one file for a bare x86-64 Linux box with a GPU driver')
    .requiredOption('--out <file>', 'the archive, a name that ends in .tar.xz')
    .option('--data <folders...>', 'image sets to carry along, known there by their folder names')
    .action(
      ends(async ({ out, data }: BundleCommandOptions) => {
        const { bundle } = await import('../../host/index.js');
        const { file, bytes, glibc } = await bundle({ out, say: terminal.err, ...(data === undefined ? {} : { data }) });
        terminal.out(`${file}: ${(bytes / 1e6).toFixed(1)} MB, for x86-64 Linux with glibc ${glibc} or later\nthere: tar -xf ${file.split('/').at(-1) ?? ''} && foretell-*/foretell doctor`);
      }),
    );
}
