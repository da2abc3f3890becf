// Sums of decision trees on many rows at once, feature-major: random forests and boosted trees alike. Branches compare f32 with f32, so rows
// and thresholds that are f32 already take the same way as on a CPU.
import { ShapeError } from '../../core/index.js';
import { type Device, dispatch, type Dispatch, linearGrid, type Tensor } from '../../gpu/index.js';
import { dispatchesOf, type Family, type OpContext, type ShapeFacts, type Variant } from '../contracts.js';
import { rowsOf } from './linear.js';

const WORKGROUP = 64;
/** Trees that the tiled variant walks at once: its tile is of trees, in registers (1.7 times plain on lavapipe). */
const ABREAST = 4;

export interface ForestShape extends ShapeFacts {
  readonly rows: number;
  /** A multiple of 4: those past the last are leaves of value 0. */
  readonly trees: number;
  /** Branches from a root to the farthest leaf. */
  readonly levels: number;
}

function variant(name: string, file: string): Variant<ForestShape> {
  const overrides = { WORKGROUP };
  return {
    name,
    file,
    fits: () => true,
    settings: () => [{ spec: {}, overrides }],
    pipelines: () => [{ file, entry: 'forward', overrides }],
    async dispatches(device, direction, shape, settings, buffers) {
      const pipeline = await device.pipeline({ file, entry: direction, ...settings });
      return [dispatch(pipeline, { params: { ...shape, bias: 0, scale: 1 }, buffers, grid: linearGrid(shape.rows, WORKGROUP) })];
    },
  };
}

export const forestFamily: Family<ForestShape> = {
  name: 'inference forest',
  directions: ['forward'],
  variants: [variant('plain', 'inference/forest.wgsl'), variant('tiled', 'inference/forest-abreast.wgsl')],
  // A comparison a level, an addition a tree.
  flops: (_direction, { rows, trees, levels }) => rows * trees * (levels + 1),
  bytes: (_direction, { rows, trees, levels }) => 4 * rows * trees * (levels + 1) * 5,
};

/** As predictors hold them: node k is a leaf of value split[k] where feature[k] < 0; else right is left[k] + 1. Children stand after their parent. */
export interface ForestNumbers {
  readonly bias: number;
  readonly weight: number;
  readonly feature: ArrayLike<number>;
  readonly left: ArrayLike<number>;
  readonly split: ArrayLike<number>;
  readonly roots: ArrayLike<number>;
}

export interface PackedForest {
  readonly bias: number;
  readonly scale: number;
  readonly trees: number;
  readonly levels: number;
  /** Least number of columns that rows must have. */
  readonly columns: number;
  /** vec4u a node: feature, bits of split, left, right. */
  readonly nodes: Tensor;
  readonly roots: Tensor;
}

/** The tensors are the caller's. */
export function packForest(device: Device, { bias, weight, feature, left, split, roots }: ForestNumbers): PackedForest {
  const count = feature.length;
  const nodes = new Uint32Array((count + 1) * 4);
  const bits = new Float32Array(nodes.buffer);
  const levels = new Uint32Array(count);
  let columns = 0;
  for (let k = count - 1; k >= 0; k--) {
    const [j = -1, next = 0] = [feature[k], left[k]];
    if (j >= 0 && !(next > k && next + 1 < count)) throw new ShapeError(`inference forest: expected children after node ${k} and before ${count}, got ${next}`);
    nodes.set(j < 0 ? [0, 0, k, k] : [j, 0, next, next + 1], k * 4);
    bits[k * 4 + 1] = split[k] ?? NaN;
    levels[k] = j < 0 ? 0 : 1 + Math.max(levels[next] ?? 0, levels[next + 1] ?? 0);
    columns = Math.max(columns, j + 1);
  }
  nodes.set([0, 0, count, count], count * 4);
  const trees = ABREAST * Math.ceil(roots.length / ABREAST);
  const padded = Uint32Array.from({ length: trees }, (_, tree) => roots[tree] ?? count);
  return {
    bias, scale: weight, trees, columns,
    levels: Array.from(roots).reduce((most, root) => Math.max(most, levels[root] ?? 0), 0),
    nodes: device.tensor([count + 1, 4], { data: nodes, type: 'u32', label: 'forest nodes' }),
    roots: device.tensor([trees], { data: padded, type: 'u32', label: 'forest roots' }),
  };
}

/** x is columns x rows (at least one, raw and f32), y 1 x rows; rows a multiple of 4. */
export async function forestForward(context: OpContext, { bias, scale, trees, levels, columns, nodes, roots }: PackedForest, { x, y }: { x: Tensor; y: Tensor }): Promise<Dispatch[]> {
  const rows = rowsOf(x, 'inference forest');
  if ((x.shape[0] ?? 0) < columns || y.size < rows) throw new ShapeError(`inference forest: expected x of ${columns} x ${rows} and y of ${rows}, got ${x.shape.join('x')} and ${y.shape.join('x')}`);
  const dispatches = await dispatchesOf(context, forestFamily, 'forward', { rows, trees, levels }, { x, nodes, roots, y });
  for (const { params } of dispatches) params.set({ bias, scale });
  return dispatches;
}
