// Door of the room core: plain data, contracts and the few functions that every room needs.
export { costOf, type Spent } from './cost.js';
export {
  architectureHash,
  type Counts,
  countsOf,
  depthOf,
  forwardFlops,
  weightCount,
  weightCountWithoutBiases,
} from './architecture/counts.js';
export { describeArchitecture } from './architecture/describe.js';
export {
  type Activation,
  type ActivationLayer,
  type Architecture,
  BATCH_NORM_EPSILON,
  BATCH_NORM_MOMENTUM,
  type BatchNormLayer,
  type CellEdge,
  type CellLayer,
  type ConvLayer,
  type DenseLayer,
  type DropoutLayer,
  type GlobalPoolLayer,
  type ImageShape,
  type Layer,
  type LrnLayer,
  type Pair,
  type PoolLayer,
  type ResidualLayer,
} from './architecture/layers.js';
export { chainGraph, isChain, networkGraph, type OperationGraph, pathsOf } from './architecture/operation-graph.js';
export { architectureSchema, parseArchitecture } from './architecture/schema.js';
export { cellShapes, chainShapes, elementsOf, type PlacedLayer, placedLayers, shapesOf } from './architecture/shapes.js';
export { clopperPearsonUpper } from './binomial.js';
export { parseCandidate } from './candidate.js';
export { ManualClock, systemClock, type Clock } from './clock.js';
export { conforming, inWords, strict, whole } from './conforming.js';
export type {
  CheckpointStore,
  Done,
  EpochReport,
  Grid,
  Journal,
  Proposal,
  Runner,
  RunnerEpoch,
  Space,
  Stakes,
  StoppingRule,
  Strategy,
  Study,
  Task,
  Wait,
} from './contracts.js';
export { differences, nthBest, tauOf, type Curve } from './curve.js';
export {
  CheckpointError,
  DataError,
  DeviceLostError,
  ForetellError,
  JournalError,
  KernelError,
  messageOf,
  NativeError,
  ShapeError,
  StaleAttemptError,
  StudyError,
  TrialError,
  UsageError,
  type FailureKind,
} from './errors.js';
export type { Settings, StoredEvent, StudyEvent, StudyHeader } from './events.js';
export { canonicalJson, hashBytes, hashOf, isSameData, type Json, numbersIn } from './hash.js';
export {
  describeLanguageModel, describeNetwork, isLanguageModel, LANGUAGE_MODEL_SETTINGS, type LanguageModel, languageModelByName, languageModelSchema, languageModelWeights,
  type Network, networkDepth, networkHash, networkWeights, parseLanguageModel,
} from './language-model.js';
export { silentLog, type Log } from './log.js';
export { alexnet, alexnetSmall, type AlexnetOptions } from './networks/alexnet.js';
export { NETWORK_FORMS, networkByName, type NetworkTask } from './networks/by-name.js';
export { cudaConvnet, type CudaConvnetOptions } from './networks/cuda-convnet.js';
export { type Cell, CELL_OPERATIONS, cellGraph, parseCell, printCell } from './networks/cell.js';
export { cellNetwork, type CellNetworkOptions, cellOfNetwork, usefulCell } from './networks/nasbench201.js';
export { metaqnnNetwork } from './networks/metaqnn.js';
export { type MetaqnnLayer, metaqnnWord, parseMetaqnn, printMetaqnn } from './networks/metaqnn-grammar.js';
export {
  type Bucket, bucketOf, METAQNN_FILTERS, METAQNN_UNITS, metaqnnActions, metaqnnFault, type MetaqnnSpace, metaqnnTable, representationSize, withDropout,
} from './networks/metaqnn-rules.js';
export { resnet, resnet39, RESNET39_BLOCKS, type Resnet39Block, type ResnetOptions } from './networks/resnet.js';
export { remembered } from './remembered.js';
export { createRng, type Rng } from './rng.js';
export { studentQuantile } from './student.js';
export { type Candidate, type CheckpointRef, type Command, type FitRecord, graphOf, type Predicted, type TrialId, type Verdict, type Worker } from './trial.js';
