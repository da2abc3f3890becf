// The passes before matmul's windows variant: rows of A and columns of B in panels. Scratch tensors made here
// belong to the dispatch that fills them.
import { type Device, dispatch, type Dispatch, type PipelineKey, type Tensor } from '../../gpu/index.js';

const FILE = 'matmul/pack.wgsl';
/** Blocks of four k a workgroup packs, as in the kernel. */
const BLOCKS = 16;

export interface Panels {
  /** Rows of A or columns of B. */
  readonly of: 'rows' | 'columns';
  /** How many there are, and how many a panel holds. */
  readonly vectors: number;
  readonly span: number;
  readonly K: number;
  /** Elements from one of them to the next, and from one k to the next. */
  readonly vectorStep: number;
  readonly kStep: number;
  /** Elements of room behind the last panel. */
  readonly tail?: number;
}

/** Elements of a packed operand, without a tail. */
export function packedSize({ vectors, span, K }: Pick<Panels, 'vectors' | 'span' | 'K'>): number {
  return Math.ceil(vectors / span) * span * Math.ceil(K / 4) * 4;
}

/** The operand in panels, and the dispatch that fills them. */
export async function packPanels(device: Device, source: Tensor, { of, vectors, span, K, vectorStep, kStep, tail = 0 }: Panels): Promise<[Tensor, Dispatch]> {
  const pipeline = await device.pipeline({ file: FILE, entry: of, spec: { SPAN: span } });
  const panels = device.tensor([packedSize({ vectors, span, K }) + tail], { label: `${source.label} packed` });
  const blocks = Math.ceil(K / 4);
  const params = { vectors, K, vector_step: vectorStep, k_step: kStep, blocks };
  const grid = [Math.ceil(blocks / BLOCKS), Math.ceil(vectors / span), 1] as const;
  return [panels, dispatch(pipeline, { params, buffers: { source, panels }, grid, owns: [panels] })];
}

/** What either pass may compile for these spans. */
export function packPipelines(spans: Readonly<Record<Panels['of'], readonly number[]>>): readonly PipelineKey[] {
  return (['rows', 'columns'] as const).flatMap((of) => spans[of].map((SPAN) => ({ file: FILE, entry: of, spec: { SPAN } })));
}
