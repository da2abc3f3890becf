// The ops room: one module a kernel family. Tensors and attributes in, dispatches out; every tensor is the caller's, scratch excepted.
export { adam, adamParams, type AdamSettings, type AdamTensors } from './optimizers/adam.js';
export { accumulate, add } from './add.js';
export {
  batchNormBackward, type BatchNormBackwardTensors, batchNormForward, type BatchNormForwardTensors, batchNormInference,
} from './batch-norm.js';
export { biasGrad } from './bias.js';
export { clipByNorm } from './optimizers/clip.js';
export { candidatesOf, type Direction, type Family, type OpContext, type Settings, type ShapeFacts, type Variant } from './contracts.js';
export { type Conv2dAttributes, conv2dFamily, conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dParams, type Conv2dShape, conv2dShape } from './conv2d/conv2d.js';
export { dropout, dropoutParams, type DropoutSettings } from './dropout.js';
export { embeddingForward, embeddingGradWeight } from './embedding.js';
export { type Augmentation, gatherBatch, gatherFamily, type GatherShape, type GatherTensors, type GatherWindow, packBytes, pixelScale } from './gather/gather.js';
export { ensembleBiasGrad, type EnsembleLoss, ensembleLoss, ensembleRows } from './ensemble.js';
export { globalPoolBackward, globalPoolForward } from './global-pool.js';
export { type ForestNumbers, forestFamily, forestForward, type ForestShape, packForest, type PackedForest } from './inference/forest.js';
export {
  graphForward, graphGradInput, graphNodes, graphPool, graphPoolGrad, type MemberWindow, type NeighbourTensors,
} from './graph/graph.js';
export { type GraphNumbers, packGraphs, type GraphTensors } from './graph/pack.js';
export { ACTIVATIONS, type Activation, linearFamily, linearForward, type LinearShape, packLayer, type PackedLayer } from './inference/linear.js';
export { linearNumbers, ownModelFamily, ownModelForward, type OwnModelRow, type OwnModelShape, ownModelTable, type OwnModelTensors, rbfNumbers } from './inference/own-model.js';
export { packRbf, type PackedRbf, rbfFamily, rbfForward, type RbfNumbers, type RbfShape } from './inference/rbf.js';
export { lrnBackward, type LrnAttributes, lrnForward } from './lrn.js';
export {
  lstmBackward, type LstmBackwardTensors, lstmCarry, lstmFamily, lstmForward, type LstmForwardTensors, type LstmShape, type LstmTensors,
} from './lstm/lstm.js';
export { matmul, type MatmulAttributes, matmulFamily, type MatmulTensors } from './matmul/matmul.js';
export { type LossStats, lossStats, statsTensor } from './metrics.js';
export { type PoolAttributes, poolFamily, poolForward, poolGradInput, type PoolShape, poolShape } from './pool/pool.js';
export { reluForward, reluGradInPlace, reluGradInput } from './relu.js';
export { rmsprop, rmspropParams, type RmspropSettings, type RmspropTensors } from './optimizers/rmsprop.js';
export { sgd, type SgdFlags, sgdParams, type SgdSettings, type SgdTensors } from './optimizers/sgd.js';
export { softmaxCrossEntropy, softmaxCrossEntropyGrad, softmaxFamily, type SoftmaxShape, type SoftmaxTensors } from './softmax/softmax.js';
export { textWindow, type TextWindowTensors } from './text-window.js';
export { kernelsOf } from './track.js';
export { FACTOR_BLOCK, type UpdateTables } from './optimizers/update.js';
