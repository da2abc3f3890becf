// Image sets made from a seed, for tests and for demonstrations without data. Each class is a smooth pattern (three
// plane waves a channel); an image is its class's pattern, moved, faded and buried in noise as difficulty says.
// Not a benchmark: nothing learned here says anything about photographs.
import { createRng, DataError, type Rng } from '../core/index.js';
import type { ImageSet, ImageSource } from './image-set.js';

export interface SyntheticSpec {
  readonly seed: number | string;
  readonly train: number;
  readonly test: number;
  readonly classes?: number;
  readonly channels?: number;
  readonly height?: number;
  readonly width?: number;
  /** 0: every image is its class's pattern exactly; 1: hardly any pattern is left. Default 0.4. */
  readonly difficulty?: number;
  readonly name?: string;
}

type Wave = { readonly fx: number; readonly fy: number; readonly phase: number };
type Shape = Required<Omit<SyntheticSpec, 'seed' | 'train' | 'test'>>;

const WAVES = 3;
const MAX_CYCLES = 3; // an image holds at most so many periods: wide enough for a 3 x 3 filter to see

/**
 * Labels go round 0, 1, .. classes-1, so every class is there and balanced; order() shuffles.
 * Same spec, same JavaScript engine: same bytes. (Another engine's sine may round a pixel the other way.)
 */
export function syntheticImages(spec: SyntheticSpec): ImageSource {
  const shape = shapeOf(spec);
  const rng = createRng(spec.seed).fork('synthetic');
  const waves = Array.from({ length: shape.classes * shape.channels }, (_, i) => drawWaves(rng.fork('class', i)));
  const part = (name: string, count: number): ImageSet => renderSet(shape, waves, count, rng.fork(name));
  return { train: part('train', spec.train), test: part('test', spec.test) };
}

function shapeOf(spec: SyntheticSpec): Shape {
  const { classes = 10, channels = 1, height = 28, width = 28, difficulty = 0.4, name = 'synthetic' } = spec;
  const whole = [spec.train, spec.test, classes, channels, height, width].every((n) => Number.isInteger(n) && n > 0);
  if (!whole || !(difficulty >= 0 && difficulty <= 1)) {
    throw new DataError(
      'synthetic images: expected positive whole numbers of images, classes, channels and pixels and a difficulty from 0 to 1, ' +
        `got ${JSON.stringify(spec)}`,
    );
  }
  return { classes, channels, height, width, difficulty, name };
}

function drawWaves(rng: Rng): Wave[] {
  return Array.from({ length: WAVES }, () => ({
    fx: rng.int(2 * MAX_CYCLES + 1) - MAX_CYCLES,
    fy: rng.int(MAX_CYCLES) + 1,
    phase: rng.uniform(0, 2 * Math.PI),
  }));
}

function renderSet(shape: Shape, waves: readonly Wave[][], count: number, rng: Rng): ImageSet {
  const { classes, channels, height, width, name } = shape;
  const images = new Uint8Array(count * channels * height * width);
  const labels = Uint32Array.from({ length: count }, (_, i) => i % classes);
  let at = 0;
  for (const label of labels) {
    const dx = rng.uniform(-0.15, 0.15) * shape.difficulty;
    const dy = rng.uniform(-0.15, 0.15) * shape.difficulty;
    for (let c = 0; c < channels; c++) {
      at = renderPlane(images, at, shape, waves[label * channels + c] ?? [], dx, dy, rng);
    }
  }
  return { name, channels, height, width, classes, count, images, labels };
}

/** Writes one H x W plane at `at`; returns the position after it. */
function renderPlane(
  out: Uint8Array, at: number, { height, width, difficulty }: Shape, waves: readonly Wave[], dx: number, dy: number, rng: Rng,
): number {
  const contrast = 0.4 * (1 - 0.9 * difficulty);
  const noise = 0.35 * difficulty;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 0;
      for (const w of waves) value += Math.sin(2 * Math.PI * (w.fx * (x / width + dx) + w.fy * (y / height + dy)) + w.phase);
      const pixel = 0.5 + (contrast * value) / WAVES + noise * (noise > 0 ? rng.normal() : 0);
      out[at++] = Math.max(0, Math.min(255, Math.round(255 * pixel)));
    }
  }
  return at;
}
