// The tuner as the command line wires it: evidence in the user's cache folder, and how much to measure on which adapter.
import path from 'node:path';
import { createRng, systemClock } from '../../core/index.js';
import type { Device } from '../../gpu/index.js';
import { cacheFolder, openTuneStore, type TuneStore } from '../../host/index.js';
import { type Decision, type Evidence, type EvidenceKey, openMeter, parseEvidence, Quiet, Tuner, type TunerOptions } from '../../tune/index.js';

export type TuneMode = 'auto' | 'on' | 'cached' | 'off';

export const TUNE_MODES = ['auto', 'on', 'cached', 'off'] as const satisfies readonly TuneMode[];

export interface Tuning {
  readonly mode: TuneMode;
  /** Decisions of the study that goes on: they stand. */
  readonly standing: readonly Decision[];
  readonly heard: (decision: Decision) => void | Promise<void>;
  readonly warn: (message: string) => void;
}

/** A class of shapes is settled in 0.05 to 0.3 s on a GPU; this is for one that is slow to compile. */
export const CLASS_SECONDS = 1;
/** A search that proposes ever new shapes gives up measuring after this. */
const SEARCH_SECONDS = 60;

export function evidenceStore(warn: (message: string) => void): TuneStore<EvidenceKey, Evidence> {
  return openTuneStore({ folder: path.join(cacheFolder(), 'tune'), parse: parseEvidence, keyOf: ({ key }: Evidence) => key, warn });
}

/**
 * `auto` measures on a GPU and only remembers on a software adapter: there the untuned favourite is nearly always the fastest, and
 * compiling the losers would cost a five-minute search more than it gains (figures in docs/tuning.md).
 */
export function openTuner(device: Device, { mode, standing, heard, warn }: Tuning): { readonly tuner: Tuner; readonly quiet: Quiet } {
  const quiet = new Quiet();
  const measures = mode === 'on' || (mode === 'auto' && !device.facts.software);
  const measuring: TunerOptions['measuring'] = measures
    ? {
        openMeter: () => openMeter(device),
        rng: createRng('tune'),
        clock: systemClock,
        classSeconds: CLASS_SECONDS,
        totalSeconds: SEARCH_SECONDS,
        alone: (work) => quiet.alone(work),
      }
    : null;
  const store = mode === 'off' ? null : evidenceStore(warn);
  return { tuner: new Tuner({ measuring, store, standing, heard }), quiet };
}

/** For commands that only look at a net: what is remembered, else the untuned favourite. Nothing is measured or journaled. */
export function rememberedChoices(warn: (message: string) => void): Tuner {
  return new Tuner({ measuring: null, store: evidenceStore(warn) });
}
