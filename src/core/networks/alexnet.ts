// AlexNet (Krizhevsky et al. 2012), its two halves as groups: for images of about 224 pixels, and with a first convolution of 5x5
// without a stride for images of about 32.
import type { Architecture, ConvLayer, ImageShape, Layer } from '../architecture/layers.js';

export interface AlexnetOptions {
  readonly input: ImageShape;
  readonly classes: number;
  /** Filters and hidden units are multiplied by it and rounded to even numbers; default 1. */
  readonly multiplier?: number;
  /** Hidden units of the two dense layers before that; default 4096. */
  readonly units?: number;
}

export function alexnet(options: AlexnetOptions): Architecture {
  return alexnetFrom(options, { kernel: [11, 11], stride: [4, 4], padding: [2, 2] });
}

/** The same with a first convolution that keeps the image's size. */
export function alexnetSmall(options: AlexnetOptions): Architecture {
  return alexnetFrom(options, { kernel: [5, 5], stride: [1, 1], padding: [2, 2] });
}

function alexnetFrom({ input, classes, multiplier = 1, units = 4096 }: AlexnetOptions, first: Pick<ConvLayer, 'kernel' | 'stride' | 'padding'>): Architecture {
  const scaled = (count: number): number => Math.max(2, 2 * Math.round((count * multiplier) / 2));
  const norm: Layer = { type: 'lrn', region: 'across', size: 5, alpha: 1e-4, beta: 0.75, k: 2 };
  const pool: Layer = { type: 'pool', kind: 'max', size: [3, 3], stride: [2, 2], padding: [0, 0] };
  const hidden = (name: string): Layer[] => [
    { type: 'dense', units: scaled(units), activation: 'relu', name },
    { type: 'dropout', rate: 0.5 },
  ];
  const layers: Layer[] = [
    { type: 'conv', filters: scaled(96), ...first, activation: 'relu', name: 'conv1' }, norm, pool,
    conv('conv2', scaled(256), 5, 2), norm, pool,
    conv('conv3', scaled(384), 3, 1),
    conv('conv4', scaled(384), 3, 2),
    conv('conv5', scaled(256), 3, 2), pool,
    ...hidden('fc6'), ...hidden('fc7'),
    { type: 'dense', units: classes, activation: 'none', name: 'fc8' },
  ];
  return { input, layers };
}

function conv(name: string, filters: number, size: number, groups: number): ConvLayer {
  const same = (size - 1) / 2;
  return { type: 'conv', filters, kernel: [size, size], stride: [1, 1], padding: [same, same], ...(groups > 1 ? { groups } : {}), activation: 'relu', name };
}
