// lstm's subgroup variant: packs the recurrent weights once a sequence, then a subgroup a block of units by a few sequences.
// Wants a subgroup size known beforehand.
import { type Device, dispatch, type Dispatch, linearGrid, type PipelineKey, ResourceError, type Tensor } from '../../gpu/index.js';
import type { Direction, Variant } from '../contracts.js';
import type { LstmShape } from './shape.js';
import { stepDispatches } from './steps.js';
import { lanesOf, SUBGROUP_SIZES } from '../subgroups.js';

const FILE = 'lstm/subgroup.wgsl';
const PACK = 'lstm/pack.wgsl';
const WORKGROUP = 64;
/** Sequences a workgroup. */
const ROWS: readonly number[] = [20, 16, 12, 8, 4];

export const lstmSubgroup: Variant<LstmShape> = {
  name: 'subgroup',
  file: FILE,
  fits(direction, { H }, adapter) {
    const lanes = lanesOf(adapter);
    return lanes !== null && packing(direction, H, lanes).bytes <= (adapter.limits.maxStorageBufferBindingSize ?? 0);
  },
  settings: (_direction, { B }, adapter) => [{ spec: { LANES: lanesOf(adapter) ?? 0, ROWS: rowsFor(B) }, overrides: {} }],
  pipelines,
  async dispatches(device, direction, shape, { spec }, { r, ...buffers }) {
    if (!r) throw new ResourceError('lstm: expected a tensor r, got none');
    const [lanes, rows] = [spec.LANES ?? NaN, spec.ROWS ?? NaN];
    const pipeline = await device.pipeline({ file: FILE, entry: direction, spec });
    const { packed, dispatch: pack } = await packWeights(device, direction, r, lanes);
    const grid = [packing(direction, shape.H, lanes).blocks, Math.ceil(shape.B / rows), 1] as const;
    return [pack, ...stepDispatches(device, pipeline, direction, shape, { ...buffers, packed }, grid)];
  },
};

/** The largest tile of sequences that leaves the fewest idle: 20 sequences are one workgroup of 20, 32 two of 16. */
function rowsFor(B: number): number {
  const padded = (rows: number): number => Math.ceil(B / rows) * rows;
  return ROWS.reduce((best, rows) => (padded(rows) < padded(best) ? rows : best));
}

interface Packing {
  readonly entry: string;
  /** Workgroups of a step along units. */
  readonly blocks: number;
  /** Inner extent as packed. */
  readonly K: number;
  readonly bytes: number;
}

function packing(direction: Direction, H: number, lanes: number): Packing {
  const forward = direction === 'forward';
  const blocks = Math.ceil(H / (forward ? lanes : 4 * lanes));
  const K = forward ? 4 * Math.ceil(H / 4) : 4 * H;
  return { entry: forward ? 'pack' : 'pack_transposed', blocks, K, bytes: 16 * blocks * K * lanes };
}

async function packWeights(device: Device, direction: Direction, r: Tensor, lanes: number): Promise<{ packed: Tensor; dispatch: Dispatch }> {
  const H = r.shape[1] ?? NaN;
  const { entry, blocks, K } = packing(direction, H, lanes);
  const pipeline = await device.pipeline({ file: PACK, entry, overrides: { LANES: lanes } });
  const packed = device.tensor([blocks, K, lanes, 4], { label: 'lstm r packed' });
  const count = blocks * K * lanes;
  return { packed, dispatch: dispatch(pipeline, { params: { H, K, count }, buffers: { r, packed }, grid: linearGrid(count, WORKGROUP), owns: [packed] }) };
}

function pipelines(): PipelineKey[] {
  return SUBGROUP_SIZES.flatMap((LANES) => [
    ...['pack', 'pack_transposed'].map((entry) => ({ file: PACK, entry, overrides: { LANES } })),
    ...['forward', 'grad_input'].flatMap((entry) => ROWS.map((rows) => ({ file: FILE, entry, spec: { LANES, ROWS: rows } }))),
  ]);
}

