// Learning curves whose ends are known from their parts: end - gap * exp(-epoch / pace), with seeded noise.
import { createRng, type Candidate, type Rng, type Space } from '../../src/core/index.js';

/** hp.quality decides the end, hp.pace how fast it is reached; the space of these tests. */
export class CurveSpace implements Space {
  readonly name = 'curves';
  readonly settings = {};

  sample(rng: Rng): Candidate {
    return { architecture: null, ap: { weights: Math.round(rng.logUniform(1e3, 1e6)) }, hp: { quality: rng.next(), pace: rng.uniform(1, 4) } };
  }

  neighbours({ architecture, ap, hp }: Candidate, rng: Rng, most: number): Candidate[] {
    return Array.from({ length: most }, () => ({ architecture, ap, hp: { ...hp, quality: rng.next() } }));
  }

  validate(candidate: Candidate): Candidate {
    return candidate;
  }
}

/** Length `epochs`; every tenth candidate or so never learns (stays at .1). */
export function curveOf(candidate: Candidate, epochs: number, noise = 0.004): number[] {
  const { quality = 0, pace = 1 } = candidate.hp;
  const rng = createRng(`curve ${quality} ${pace}`);
  const end = quality < 0.1 ? 0.1 : 0.4 + 0.5 * quality;
  return Array.from({ length: epochs }, (_, i) => end - (end - 0.1) * Math.exp(-(i + 1) / pace) + noise * rng.normal());
}
