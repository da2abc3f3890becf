// `foretell tune` without more: every standard shape measured on this adapter, and the evidence kept.
import { createRng, systemClock } from '../../core/index.js';
import type { Device } from '../../gpu/index.js';
import { type Evidence, openMeter, Tuner } from '../../tune/index.js';
import { Interrupted } from '../exit.js';
import { STANDARD_SHAPES, tuneShape } from './standard.js';
import { evidenceStore } from './tuning.js';

export interface MeasureSettings {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly warn: (message: string) => void;
}

/** Somebody who asks for it has more patience than a search. */
const CLASS_SECONDS = 3;

/** Throws Interrupted between two shapes; what was measured by then is kept. */
export async function measureStandard(device: Device, { signal, say, warn }: MeasureSettings): Promise<Evidence[]> {
  const found: Evidence[] = [];
  const tuner = new Tuner({
    measuring: { openMeter: () => openMeter(device), rng: createRng('tune'), clock: systemClock, classSeconds: CLASS_SECONDS, totalSeconds: Infinity, again: true },
    store: evidenceStore(warn),
    heard(decision, evidence) {
      if (evidence !== null && evidence.ranking.length > 0) found.push(evidence);
      if (decision.ranking.length === 0) warn(`${decision.family} ${decision.direction}, ${decision.shapes}: ${decision.reason ?? 'not measured'}`);
    },
  });
  say(`${device.facts.name}${device.facts.software ? ' (software)' : ''}: ${STANDARD_SHAPES.length} standard shapes`);
  try {
    for (const [index, shape] of STANDARD_SHAPES.entries()) {
      if (signal.aborted) throw new Interrupted('interrupted; what was measured is kept. Go on with: foretell tune');
      const before = found.length;
      await tuneShape(device, tuner, shape);
      const seconds = found.slice(before).reduce((sum, evidence) => sum + evidence.seconds, 0);
      say(`${index + 1} of ${STANDARD_SHAPES.length}  ${shape.name}: ${found.length - before} kernels, ${seconds.toFixed(1)} s`);
    }
  } finally {
    tuner.release();
  }
  return found;
}
