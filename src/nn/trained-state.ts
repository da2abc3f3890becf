// A network's trained state between the device and a snapshot's bytes: weights, statistics, optimizer state, counters. Knows no
// kind of network; what belongs to it is said by a layout and a hash.
import { createRng } from '../core/index.js';
import type { Device } from '../gpu/index.js';
import { initialWeights } from './init.js';
import { type NetworkMemory, uploadWeights } from './memory.js';
import type { ParameterLayout } from './parameters.js';
import { decodeSnapshot, encodeSnapshot, type SnapshotHeader } from './snapshot.js';

/** Everything that is needed to go on bit for bit from here. */
export async function readState(device: Device, { weights, statistics, state }: NetworkMemory, header: SnapshotHeader): Promise<Uint8Array<ArrayBuffer>> {
  const kept = [weights, ...(statistics ? [statistics] : [])];
  const read = (await device.readAll([...kept, ...state])) as Float32Array<ArrayBuffer>[];
  return encodeSnapshot({ ...header, weights: joined(read.slice(0, kept.length)), state: read.slice(kept.length) });
}

export interface StateSource {
  readonly layout: ParameterLayout;
  /** Of first weights, where there is no checkpoint. */
  readonly seed: string;
  readonly expected: Pick<SnapshotHeader, 'architecture' | 'optimizer'>;
  readonly checkpoint?: Uint8Array;
}

/** Sets weights and optimizer state: from a checkpoint, or first ones. Throws CheckpointError on another network's checkpoint. */
export function writeState(device: Device, memory: NetworkMemory, { layout, seed, expected, checkpoint }: StateSource): Pick<SnapshotHeader, 'step' | 'epoch'> {
  const { length, total } = layout;
  const from = checkpoint && decodeSnapshot(checkpoint, { ...expected, length, total, states: memory.state.length });
  uploadWeights(device, memory, from?.weights ?? initialWeights(layout, createRng(seed)));
  memory.state.forEach((tensor, i) => device.upload(tensor, from?.state[i] ?? new Float32Array(length)));
  return { step: from?.step ?? 0, epoch: from?.epoch ?? 0 };
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}
