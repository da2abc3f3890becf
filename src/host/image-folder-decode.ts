// One JPEG or PNG file becomes C x H x W bytes: turned upright, scaled to a short side, cropped to the middle. sharp is loaded
// when the first image is; its own threads decode, and nothing of an image is kept afterwards.
import type sharpModule from 'sharp';
import { DataError, messageOf } from '../core/index.js';

export interface ImageSize {
  /** Side of the square that a network sees, in pixels. */
  readonly size: number;
  /** The short side is scaled to this before the middle is cut out; at least `size`. */
  readonly short: number;
  /** 3 = red, green, blue; 1 = grey. */
  readonly channels: 1 | 3;
}

type Sharp = typeof sharpModule;

let loaded: Promise<Sharp> | undefined;

/** @throws DataError where the package cannot be loaded on this machine */
function loadSharp(): Promise<Sharp> {
  loaded ??= import('sharp').then(
    ({ default: sharp }) => {
      sharp.cache(false); // every file is another one: its cache would only hold memory
      return sharp;
    },
    (cause: unknown) => {
      throw new DataError(`sharp: expected the package that decodes JPEG and PNG, but it does not load here (${messageOf(cause)}); run npm install`, { cause });
    },
  );
  return loaded;
}

/**
 * Transparency is laid over white: pictures that have it are drawn for pages. Grey becomes three equal channels where colour is
 * wanted, CMYK and 16-bit files become sRGB bytes.
 * @throws DataError naming the file where it is no image, cut off or corrupt
 */
export async function decodeImage(file: string, { size, short, channels }: ImageSize): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const margin = Math.floor((short - size) / 2);
  try {
    const image = sharp(file, { failOn: 'error', autoOrient: true })
      .flatten({ background: '#ffffff' })
      .resize(short, short, { fit: 'cover', position: 'centre' })
      .extract({ left: margin, top: margin, width: size, height: size })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return planar(data, info.channels, channels, size * size);
  } catch (cause) {
    throw new DataError(`${file}: expected a whole JPEG or PNG image, got ${messageOf(cause).replaceAll('\n', ' ')}; take another copy, remove it, or have such files skipped`, { cause });
  }
}

/** Width and height as displayed, in pixels. */
export async function imageExtents(file: string): Promise<{ readonly width: number; readonly height: number }> {
  const sharp = await loadSharp();
  try {
    const { autoOrient } = await sharp(file).metadata();
    return autoOrient;
  } catch (cause) {
    throw new DataError(`${file}: expected a JPEG or PNG image, got ${messageOf(cause).replaceAll('\n', ' ')}; take another copy or remove it`, { cause });
  }
}

/** Pixels lie together in what a decoder gives (H x W x had), channels apart in what a network takes. */
function planar(pixels: Uint8Array, had: number, channels: number, plane: number): Uint8Array {
  const image = new Uint8Array(channels * plane);
  for (let c = 0; c < channels; c++) {
    const from = Math.min(c, had - 1);
    for (let i = 0; i < plane; i++) image[c * plane + i] = pixels[i * had + from] ?? 0;
  }
  return image;
}
