// Candidates of a family made ready to be measured: on buffers of their own, as large as the real ones. Running a candidate
// overwrites outputs and turns in-place buffers into something else, so nothing of a network is lent to it. All candidates of one question
// share the buffers; what the numbers become over many runs is nobody's concern.
import { hashOf } from '../core/index.js';
import type { Buffers, Device, Dispatch, PipelineKey, Tensor } from '../gpu/index.js';
import type { Choice, Track } from '../tune/index.js';

/** Of a family, what identifies its kernels. */
interface Compiled {
  readonly name: string;
  readonly variants: readonly { readonly name: string; readonly file: string; pipelines(): readonly PipelineKey[] }[];
}

/** Identity of all that the family may compile on this device: the texts beside its variants' files, and their pipelines. */
export function kernelsOf({ sources }: Pick<Device, 'sources'>, { name, variants }: Compiled): string {
  const known = HASHES.get(sources) ?? new Map<string, string>();
  HASHES.set(sources, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const folders = new Set(variants.map(({ file }) => folderOf(file)));
  const files = sources.files().filter((file) => folders.has(folderOf(file)));
  const hash = hashOf([files.map((file) => [file, sources.text(file)]), variants.map((variant) => [variant.name, variant.pipelines()])]).slice(0, 16);
  known.set(name, hash);
  return hash;
}

const HASHES = new WeakMap<object, Map<string, string>>();

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

/** `dispatches` are those of a choice on buffers that are handed in, by the same names as the real ones. */
export function trackOf(device: Device, buffers: Buffers, dispatches: (choice: Choice, buffers: Buffers) => Promise<Dispatch[]>): Track {
  const own = copiesOf(device, buffers);
  return {
    async prepare(choice) {
      const prepared = await dispatches(choice, own.buffers);
      try {
        return await device.program(`tuning ${choice.variant}`, prepared);
      } catch (error) {
        for (const { owns } of prepared) owns.forEach((tensor) => tensor.release());
        throw error;
      }
    },
    release: () => own.tensors.forEach((tensor) => tensor.release()),
  };
}

/** One tensor for one tensor: names that share one share its copy. On failure nothing stays taken. */
function copiesOf(device: Device, buffers: Buffers): { readonly buffers: Buffers; readonly tensors: readonly Tensor[] } {
  const copies = new Map<Tensor, Tensor>();
  try {
    for (const tensor of Object.values(buffers)) if (!copies.has(tensor)) copies.set(tensor, likeOf(device, tensor));
  } catch (error) {
    copies.forEach((copy) => copy.release());
    throw error;
  }
  const pairs = Object.entries(buffers).map(([name, tensor]) => [name, copies.get(tensor) ?? tensor] as const);
  return { buffers: Object.fromEntries(pairs), tensors: [...copies.values()] };
}

/** Indices are zero: valid everywhere. Numbers are small and ordinary: what a pooled buffer holds may be NaN or denormal, which some adapters add slowly. */
function likeOf(device: Device, { shape, type, label }: Tensor): Tensor {
  const copy = device.tensor(shape, { type, label: `${label} (tuning)` });
  if (type === 'f32') fill(device, copy);
  else device.clear(copy);
  return copy;
}

const BLOCK = Float32Array.from({ length: 2 ** 16 }, (_, i) => (((i * 7919) % 2048) - 1024) / 1024);

function fill(device: Device, { buffer, offset, size }: Tensor): void {
  for (let at = 0; at < size; at += BLOCK.length) {
    device.gpu.queue.writeBuffer(buffer, offset + 4 * at, BLOCK, 0, Math.min(BLOCK.length, size - at));
  }
}
