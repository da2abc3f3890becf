// gather's two variants: a pixel a thread for any image, four where a channel (augmented: a row) is a multiple of four pixels.
import { dispatch } from '../../gpu/index.js';
import type { Variant } from '../contracts.js';
import type { GatherShape } from './shape.js';

const WORKGROUP = 64;
const FLAGS: readonly number[] = [0, 1];

export const gatherPlain = variant('plain', 1);
export const gatherTiled = variant('tiled', 4);

function variant(name: string, pixels: number): Variant<GatherShape> {
  const file = `batch/${name}.wgsl`;
  return {
    name,
    file,
    fits: (_direction, shape) => (augmented(shape) ? shape.W : shape.plane) % pixels === 0,
    settings: (_direction, shape) => [{ spec: {}, overrides: { AUGMENT: augmented(shape) ? 1 : 0 } }],
    pipelines: () => FLAGS.map((AUGMENT) => ({ file, entry: 'forward', overrides: { AUGMENT } })),
    async dispatches(device, direction, { N, C, plane, ...window }, { overrides }, buffers) {
      const pipeline = await device.pipeline({ file, entry: direction, overrides });
      const { start, count, first, held, W, flip, crop } = window;
      const params = { C, plane: plane / pixels, start, count, first, held, W, flip, crop, seed: 0, epoch: 0, position: 0 };
      return [dispatch(pipeline, { params, buffers, grid: [Math.ceil(plane / pixels / WORKGROUP), C, N] })];
    },
  };
}

function augmented({ flip, crop }: GatherShape): boolean {
  return flip === 1 || crop > 0;
}
