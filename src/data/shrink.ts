// Smaller images from larger ones: each pixel the mean of a square block. For experiments that want many cheap trainings.
import { UsageError } from '../core/index.js';
import { checkedImageSet, type ImageSet } from './image-set.js';

/** Blocks of factor x factor pixels; rows and columns that fill no block are cut off. Throws UsageError where nothing is left. */
export function shrunkImages(set: ImageSet, factor: number): ImageSet {
  const [height, width] = [Math.floor(set.height / factor), Math.floor(set.width / factor)];
  if (height < 1 || width < 1) throw new UsageError(`${set.name}: expected a factor of at most ${Math.min(set.height, set.width)} to shrink images of ${set.height}x${set.width} by, got ${factor}`);
  const planes = set.count * set.channels;
  const images = new Uint8Array(planes * height * width);
  for (let plane = 0; plane < planes; plane++) {
    const source = set.images.subarray(plane * set.height * set.width, (plane + 1) * set.height * set.width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) images[(plane * height + y) * width + x] = Math.round(blockSum(source, set.width, y * factor, x * factor, factor) / factor ** 2);
    }
  }
  return checkedImageSet({ ...set, name: `${set.name} / ${factor}`, height, width, images });
}

function blockSum(plane: Uint8Array, stride: number, top: number, left: number, size: number): number {
  let sum = 0;
  for (let y = top; y < top + size; y++) {
    for (let x = left; x < left + size; x++) sum += plane[y * stride + x] as number;
  }
  return sum;
}
