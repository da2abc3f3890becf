// Reads the folder of WGSL kernels for openDevice: `family/variant.wgsl` -> text.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own kernels; the same place from src/host and from dist/host. */
export const KERNEL_FOLDER = fileURLToPath(new URL('../../kernels/', import.meta.url));

export async function readKernels(folder: string = KERNEL_FOLDER): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.wgsl')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return Object.fromEntries(files.map((file, i) => [file.replaceAll('\\', '/'), texts[i] ?? '']));
}
