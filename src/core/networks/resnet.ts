// Residual networks over small images. Basic blocks of two convolutions in three stages (He et al. 2016, section 4.2: depth 6n + 2);
// the 39-layer form whose blocks of three convolutions Baker et al. drew kernels and filters for. Where extents change, the
// shortcut is a 1x1 convolution (He's option B): a padded identity has no kernel.
import type { Architecture, BatchNormLayer, ConvLayer, ImageShape, Layer, Pair, ResidualLayer } from '../architecture/layers.js';

export interface ResnetOptions {
  readonly input: ImageShape;
  readonly classes: number;
  /** Blocks a stage, n of the depth 6n + 2. */
  readonly blocks: number;
  /** Of the first stage, doubled in the second and third; default 16. Searched from 2 to 32 on Tiny ImageNet. */
  readonly filters?: number;
  /** Odd; default 3. Searched over 3, 5 and 7. */
  readonly kernel?: number;
}

export function resnet({ input, classes, blocks, filters = 16, kernel = 3 }: ResnetOptions): Architecture {
  const layers: Layer[] = [...normed(filters, [kernel, kernel], 1, 'relu')];
  let channels = filters;
  for (let stage = 0; stage < 3; stage++) {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      layers.push(basicBlock(channels, filters * 2 ** stage, kernel, stride));
      channels = filters * 2 ** stage;
    }
  }
  layers.push({ type: 'global-pool' }, { type: 'dense', units: classes, activation: 'none' });
  return { input, layers };
}

/** What a block of three convolutions shares. */
export interface Resnet39Block {
  /** Odd extents. */
  readonly kernel: Pair;
  readonly filters: number;
}

/** Blocks before, between and behind the two pools: 12, 9 and 15 convolutions. */
const RESNET39_STAGES = [4, 3, 5] as const;
export const RESNET39_BLOCKS = 12;

/** The 39-layer network; `blocks` are twelve, the default is 3x3 with 24 filters throughout. */
export function resnet39({ input, classes, blocks }: { readonly input: ImageShape; readonly classes: number; readonly blocks?: readonly Resnet39Block[] }): Architecture {
  const layers: Layer[] = [];
  let [next, channels] = [0, input.channels];
  RESNET39_STAGES.forEach((count, stage) => {
    if (stage > 0) layers.push({ type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] });
    for (let i = 0; i < count; i++) {
      const block = blocks?.[next++] ?? { kernel: [3, 3], filters: 24 };
      layers.push(tripleBlock(channels, block));
      channels = block.filters;
    }
  });
  layers.push({ type: 'dense', units: classes, activation: 'none' });
  return { input, layers };
}

function basicBlock(channels: number, filters: number, kernel: number, stride: number): ResidualLayer {
  const body = [...normed(filters, [kernel, kernel], stride, 'relu'), ...normed(filters, [kernel, kernel], 1, 'none')];
  const shortcut = channels === filters && stride === 1 ? [] : normed(filters, [1, 1], stride, 'none');
  return { type: 'residual', body, shortcut, activation: 'relu' };
}

function tripleBlock(channels: number, { kernel, filters }: Resnet39Block): ResidualLayer {
  const body = [...normed(filters, kernel, 1, 'relu'), ...normed(filters, kernel, 1, 'relu'), ...normed(filters, kernel, 1, 'none')];
  const shortcut = channels === filters ? [] : normed(filters, [1, 1], 1, 'none');
  return { type: 'residual', body, shortcut, activation: 'relu' };
}

/** A convolution that keeps the image's size but for its stride, without a bias, and batch norm. */
function normed(filters: number, kernel: Pair, stride: number, activation: 'relu' | 'none'): [ConvLayer, BatchNormLayer] {
  const padding: Pair = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2];
  const conv: ConvLayer = { type: 'conv', filters, kernel, stride: [stride, stride], padding, bias: false, activation: 'none' };
  return [conv, { type: 'batch-norm', activation }];
}
