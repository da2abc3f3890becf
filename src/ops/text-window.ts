// A window of a text as tokens and what they should predict; `start` and `count` move it from one run to the next.
import { ShapeError } from '../core/index.js';
import { dispatch, type Dispatch, linearGrid, requireShape, type Tensor } from '../gpu/index.js';
import type { OpContext } from './contracts.js';

const FILE = 'embedding/window.wgsl';
const WORKGROUP = 64;

export interface TextWindowTensors {
  /** u32, steps + 1 rows of B streams. */
  readonly text: Tensor;
  /** u32, T B places. */
  readonly tokens: Tensor;
  readonly labels: Tensor;
}

/**
 * Params `start`, the first place's element in the text, and `count`, the places that lie in it: set both before each run. Those
 * past `count` get token 0. start + count + B may not exceed the text.
 */
export async function textWindow({ device }: OpContext, { text, tokens, labels }: TextWindowTensors): Promise<Dispatch[]> {
  const [, B, ...rest] = text.shape;
  if (B === undefined || rest.length > 0 || text.type !== 'u32') throw new ShapeError(`text window: expected a text of u32, steps B, got ${text.type} ${text.shape.join('x')} (${text.label})`);
  requireShape(labels, tokens.shape, 'text window labels');
  const pipeline = await device.pipeline({ file: FILE, entry: 'window' });
  const size = tokens.size;
  const count = Math.min(size, text.size - B);
  return [dispatch(pipeline, { params: { start: 0, count, size, B }, buffers: { text, tokens, labels }, grid: linearGrid(size, WORKGROUP) })];
}
