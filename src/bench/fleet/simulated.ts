// A search over nothing, for measuring what carries it: candidates are numbers, an epoch is a wait, a score follows from candidate and
// epoch alone, and a snapshot says of which epoch it is, so that a trial that went on from a wrong one would show.
import { createRng, type Candidate, type Runner, type RunnerEpoch } from '../../core/index.js';
import { adapterClass, type BuildRunner, type FleetWorkerOptions, type Training } from '../../fleet/index.js';
import { NoRule } from '../../predict/index.js';
import { FullStrategy } from '../../search/index.js';
import type { StudyOptions } from '../../study/index.js';

export interface Simulated {
  readonly trials: number;
  readonly epochs: number;
  readonly epochMs: number;
}

export const SIMULATED_ID = 'f0f0f0f0f0f0f0f0';

export function simulatedParts({ trials, epochs }: Simulated): Pick<StudyOptions, 'header' | 'strategy' | 'rule'> {
  const next = (trial: number): Promise<{ candidate: Candidate } | null> => Promise.resolve({ candidate: { architecture: null, ap: {}, hp: { quality: createRng(1).fork('quality', trial).uniform(0.2, 0.9) } } });
  const source = { settings: { name: 'random' }, tell: () => undefined, next };
  return { header: { name: 'simulated', epochs, seed: 1 }, strategy: new FullStrategy(source, { trials, epochs, nth: 1 }), rule: new NoRule() };
}

export function simulatedTraining({ epochMs }: Simulated): Training {
  return { epochMs };
}

export const buildSimulated: BuildRunner = ({ epochMs }) => Promise.resolve(simulatedRunner(Number(epochMs)));

export function simulatedFacts(slots: number): FleetWorkerOptions['facts'] {
  return { version: '0', adapter: 'simulated', driver: '', kernels: '', adapterClass: adapterClass({ adapter: { name: 'simulated' }, kernels: '' }), slots };
}

/** The score of that epoch, wherever and after however many attempts it was trained. */
export function simulatedScore({ hp }: Candidate, epoch: number): number {
  const quality = hp['quality'] ?? 0;
  return quality * (1 - Math.exp(-epoch / 5)) + 0.01 * createRng(`${quality}/${epoch}`).normal();
}

function simulatedRunner(epochMs: number): Runner {
  return {
    async *run(task, { signal, checkpoint }) {
      const from = task.from?.epoch ?? 0;
      if (from > 0 && new TextDecoder().decode(checkpoint) !== snapshotText(task.trial, from)) throw new Error(`trial ${task.trial}: expected the snapshot of epoch ${from}, got another`);
      for (let epoch = from + 1; epoch <= task.until && !signal.aborted; epoch++) {
        await new Promise((resolve) => setTimeout(resolve, epochMs));
        yield epochOf(task.trial, task.candidate, epoch, epochMs);
      }
    },
  };
}

function epochOf(trial: number, candidate: Candidate, epoch: number, epochMs: number): RunnerEpoch {
  return { epoch, value: simulatedScore(candidate, epoch), seconds: epochMs / 1000, snapshot: () => Promise.resolve(new TextEncoder().encode(snapshotText(trial, epoch))) };
}

function snapshotText(trial: number, epoch: number): string {
  return `trial ${trial}, epoch ${epoch}`;
}
