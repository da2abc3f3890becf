// Which feed a set gets: one in memory goes to the device as a whole, a stream goes there a batch at a time.
import { type ImageSet, type ImageStream, isStream, type Moments } from '../data/index.js';
import type { Device } from '../gpu/index.js';
import { uploadImages } from './device-images.js';
import type { ImageFeed } from './image-feed.js';
import { streamImages } from './streamed-images.js';

/** Moments come from the training images, whichever set this is. Throws LimitError where a set in memory does not fit the device. */
export function feedOf(device: Device, images: ImageSet | ImageStream, moments: Moments): ImageFeed {
  return isStream(images) ? streamImages(device, images, moments) : uploadImages(device, images, moments);
}
