// gather's two variants: a pixel a thread for any image, four where a channel is a multiple of four pixels.
import { dispatch } from '../gpu/index.js';
import type { Variant } from './contracts.js';
import type { GatherShape } from './gather-shape.js';

const WORKGROUP = 64;

export const gatherPlain = variant('plain', 1);
export const gatherTiled = variant('tiled', 4);

function variant(name: string, pixels: number): Variant<GatherShape> {
  const file = `batch/${name}.wgsl`;
  return {
    name,
    file,
    fits: (_direction, { plane }) => plane % pixels === 0,
    settings: () => [{ spec: {}, overrides: {} }],
    pipelines: () => [{ file, entry: 'forward' }],
    async dispatches(device, direction, { N, C, plane, ...window }, { overrides }, buffers) {
      const pipeline = await device.pipeline({ file, entry: direction, overrides });
      const { start, count, first, held } = window;
      const params = { C, plane: plane / pixels, start, count, first, held };
      return [dispatch(pipeline, { params, buffers, grid: [Math.ceil(plane / pixels / WORKGROUP), C, N] })];
    },
  };
}
