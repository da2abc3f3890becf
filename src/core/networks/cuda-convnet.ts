// Cuda-Convnet's CIFAR-10 network as Hyperband's authors and Baker et al. searched its training: three convolutions of 5x5 with
// pools of 3/2 and two local response normalisations within channels. Names are what `weight_decay.conv1` and the like go by.
// A ReLU and a max pool commute, so the first one stands before its pool, where it is fused. Extents round up, as in Caffe.
import type { Architecture, ConvLayer, ImageShape, Layer, LrnLayer, PoolLayer } from '../architecture/layers.js';

export interface CudaConvnetOptions {
  readonly input: ImageShape;
  readonly classes: number;
  /** Filters of all convolutions are multiplied by it, and rounded; default 1 = 32, 32, 64. */
  readonly multiplier?: number;
  /** LRN's alpha, searched from 5e-6 to 5; default 5e-5. */
  readonly lrnScale?: number;
  /** LRN's beta, searched from .01 to 3; default .75. */
  readonly lrnPower?: number;
  /**
   * Deviation of conv1's first weights; default 1e-4, Caffe's, whose pixels run from 0 to 255. On images scaled to deviation 1, .0064 gives
   * the activations that Caffe's has on CIFAR-10 (its pixels' deviation is 64).
   */
  readonly firstStd?: number;
  /** `caffe`: deviations firstStd and .01. `he`: as every other net of ours; a short training on a narrow net never leaves Caffe's plateau. Default caffe. */
  readonly init?: 'caffe' | 'he';
}

/** Deviations of the later layers' first weights: Caffe's. */
const LATER_STD = 0.01;

export function cudaConvnet({ input, classes, multiplier = 1, lrnScale = 5e-5, lrnPower = 0.75, firstStd = 1e-4, init = 'caffe' }: CudaConvnetOptions): Architecture {
  const filters = (count: number): number => Math.max(1, Math.round(count * multiplier));
  const std = (deviation: number): First => (init === 'he' ? {} : { init: { std: deviation } });
  const norm = (name: string): LrnLayer => ({ type: 'lrn', region: 'within', size: 3, alpha: lrnScale, beta: lrnPower, k: 1, name });
  const layers: Layer[] = [
    conv('conv1', filters(32), std(firstStd)), pool('max'), norm('norm1'),
    conv('conv2', filters(32), std(LATER_STD)), pool('average'), norm('norm2'),
    conv('conv3', filters(64), std(LATER_STD)), pool('average'),
    { type: 'dense', units: classes, activation: 'none', ...std(LATER_STD), name: 'fc4' },
  ];
  return { input, layers };
}

/** A layer's first weights, where they are not the usual ones. */
type First = Pick<ConvLayer, 'init'>;

function conv(name: string, filters: number, first: First): ConvLayer {
  return { type: 'conv', filters, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu', ...first, name };
}

function pool(kind: PoolLayer['kind']): PoolLayer {
  return { type: 'pool', kind, size: [3, 3], stride: [2, 2], padding: [0, 0], ceil: true };
}
