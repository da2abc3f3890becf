// From options to a space of image classifiers: the one place where its name becomes an object.
import { UsageError, type ImageShape, type Space } from '../../core/index.js';
import { ChainSpace, chainSpaceDefaults, CudaConvnetSpace, MetaqnnNetSpace, NasBench201Space, ResnetSpace, resnetSpaceDefaults } from '../../search/index.js';
import type { SearchOptions } from './options.js';
import type { RestSettings } from './rest.js';

/** Spaces whose filters `--filter-multiplier` multiplies. */
const MULTIPLIED: readonly SearchOptions['space'][] = ['cuda-convnet', 'metaqnn'];

export function imageSpace({ space, epochs, filterMultiplier: multiplier }: SearchOptions, rest: RestSettings, input: ImageShape, classes: number): Space {
  if (multiplier !== 1 && !MULTIPLIED.includes(space)) throw new UsageError(`filter-multiplier ${multiplier}: expected with --space ${MULTIPLIED.join(' or ')}, got --space ${space}, which has its filters by itself`);
  const trained = { input, classes, epochs, batch: rest['batch-size'] };
  switch (space) {
    case 'cuda-convnet':
      return new CudaConvnetSpace({ ...trained, multiplier });
    case 'metaqnn':
      return new MetaqnnNetSpace({ ...trained, multiplier, depth: rest.depth });
    case 'nasbench201':
      return new NasBench201Space({ ...trained, channels: rest.channels, cells: rest.cells });
    case 'resnet':
      return new ResnetSpace({ ...resnetSpaceDefaults, ...trained });
    case 'chain':
      return new ChainSpace({ ...chainSpaceDefaults, input, classes, maxBlocks: rest['max-blocks'], maxDense: rest['max-dense'], maxFlops: rest['max-flops'] });
    case 'lstm':
      throw new UsageError('space lstm: expected a space of image classifiers, got one of language models');
  }
}
