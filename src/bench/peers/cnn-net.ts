// What both sides of bench:peers train: the same network on the same images, a round at a time on request. Neither side's code
// is here, and no figure.
import type { Architecture, ConvLayer, PoolLayer } from '../../core/index.js';
import { type ImageSet, syntheticImages } from '../../data/index.js';

export const BATCH = 64;
export const LEARNING_RATE = 0.01;
export const MOMENTUM = 0.9;

/** Batches of the whole set. */
export const BATCHES = 20;

const conv = (filters: number): ConvLayer => ({ type: 'conv', filters, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu' });
const POOL: PoolLayer = { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] };

export const PEER_NET: Architecture = {
  input: { channels: 1, height: 28, width: 28 },
  layers: [conv(16), POOL, conv(32), POOL, { type: 'dense', units: 128, activation: 'relu' }, { type: 'dense', units: 10, activation: 'none' }],
};

export function peerImages(): ImageSet {
  return syntheticImages({ seed: 'peers', train: BATCH * BATCHES, test: 10, classes: 10, difficulty: 0.5 }).train;
}

/** One round as a child measures it. */
export interface Round {
  readonly samples: number;
  readonly seconds: number;
  /** Mean over the round's batches (ours), or of its last batch (tfjs, which would wait for each to know more). */
  readonly loss: number;
}

export interface Contender {
  /** The adapter's own name. */
  readonly adapter: string;
  round(): Promise<Round>;
}

/** A child's life: open, say so, answer each message with a round until the parent hangs up. */
export async function serve(open: (adapter: string | undefined) => Promise<Contender>): Promise<void> {
  const { adapter, round } = await open(process.argv[2]);
  process.on('message', () => {
    void round().then((done) => process.send?.(done), fail);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ adapter });
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
