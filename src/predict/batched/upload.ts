// A model's numbers on a device, and the dispatches that take a tile of rows through it. Knows nothing of rows or scaling.
import type { Dispatch, Tensor } from '../../gpu/index.js';
import { forestForward, linearForward, type OpContext, packForest, packLayer, type PackedLayer, packRbf, rbfForward } from '../../ops/index.js';
import type { BulkModel, PerceptronModel } from './models.js';

export interface UploadedModel {
  /** Columns that a tile must have: the model's, or more, zeros past them. */
  readonly columns: number;
  /** x is columns x rows, y 1 x rows. */
  dispatches(x: Tensor, y: Tensor): Promise<Dispatch[]>;
  release(): void;
}

export function upload(context: OpContext, model: BulkModel): UploadedModel {
  const { device } = context;
  switch (model.form) {
    case 'linear': {
      const layer = packLayer(device, model.weights, [model.bias]);
      return { columns: model.columns, dispatches: (x, y) => linearForward(context, layer, { x, y }), release: releasing(layer.w, layer.bias) };
    }
    case 'rbf': {
      const packed = packRbf(device, model);
      return { columns: packed.columns, dispatches: (x, y) => rbfForward(context, packed, { x, y }), release: releasing(packed.support, packed.coefficients) };
    }
    case 'trees': {
      const packed = packForest(device, model);
      return { columns: model.columns, dispatches: (x, y) => forestForward(context, packed, { x, y }), release: releasing(packed.nodes, packed.roots) };
    }
    case 'perceptron':
      return uploadLayers(context, model);
  }
}

function uploadLayers(context: OpContext, { columns, layers }: PerceptronModel): UploadedModel {
  const packed = layers.map(({ weights, bias, activation }) => packLayer(context.device, weights, bias, activation));
  return {
    columns,
    async dispatches(x, y) {
      const all: Dispatch[] = [];
      let from = x;
      for (const [i, layer] of packed.entries()) {
        const to = i === packed.length - 1 ? y : hidden(context, layer, x);
        all.push(...withOwned(await linearForward(context, layer, { x: from, y: to }), to === y ? [] : [to]));
        from = to;
      }
      return all;
    },
    release: releasing(...packed.flatMap(({ w, bias }) => [w, bias])),
  };
}

function hidden({ device }: OpContext, { outputs }: PackedLayer, x: Tensor): Tensor {
  return device.tensor([outputs, x.shape[1] ?? 0], { label: 'hidden layer of a tile' });
}

/** The program that runs the dispatches releases `owned` with them. */
function withOwned(dispatches: readonly Dispatch[], owned: readonly Tensor[]): Dispatch[] {
  return dispatches.map((dispatch, i) => (i === 0 ? { ...dispatch, owns: [...dispatch.owns, ...owned] } : dispatch));
}

function releasing(...tensors: readonly Tensor[]): () => void {
  return () => tensors.forEach((tensor) => tensor.release());
}
