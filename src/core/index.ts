// Door of the room core: plain data, contracts and the few functions that every room needs.
export type { Activation, Architecture, ConvLayer, DenseLayer, ImageShape, Layer, Pair, PoolLayer } from './architecture.js';
export {
  architectureHash,
  describeArchitecture,
  elementsOf,
  forwardFlops,
  shapesOf,
  weightCount,
} from './architecture.js';
export { ManualClock, systemClock, type Clock } from './clock.js';
export type {
  CheckpointStore,
  Done,
  EpochReport,
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
export { canonicalJson, hashBytes, hashOf, type Json } from './hash.js';
export { silentLog, type Log } from './log.js';
export { createRng, type Rng } from './rng.js';
export type { Candidate, CheckpointRef, Command, FitRecord, Predicted, TrialId, Verdict, Worker } from './trial.js';
