// How finely a device tells time: the step in which its timestamps move. Dawn says nothing of it (and rounds them unless its toggle
// timestamp_quantization is off), so it is read off passes that do nothing.
import type { Device } from './device.js';

/** Submits, each with one empty pass; the process waits for each, so that the clock moves in between. */
const SUBMITS = 16;

/** Nanoseconds: the greatest step of which all stamps seen are multiples. Null where the device has no timestamps. */
export async function timestampResolution(device: Device): Promise<number | null> {
  if (!device.facts.features.includes('timestamp-query')) return null;
  const timer = device.timer();
  let step = 0n;
  for (let i = 0; i < SUBMITS; i++) {
    const encoder = device.gpu.createCommandEncoder({ label: 'timestamp resolution' });
    encoder.beginComputePass({ timestampWrites: timer.writes(0) }).end();
    timer.resolve(encoder);
    device.gpu.queue.submit([encoder.finish()]);
    for (const stamp of await timer.stamps()) step = commonDivisor(step, stamp);
  }
  timer.release();
  return Number(step);
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}
