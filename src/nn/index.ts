// Door of the room nn: an architecture and images become a network that trains, is judged and predicts.
export { parameterLayout } from './architecture-parameters.js';
export { beginTraining } from './begin-training.js';
export { type DeviceImages, uploadImages } from './device-images.js';
export { feedOf } from './feeds.js';
export { HYPERPARAMETERS, trainSettings, type TrainSettings } from './hyper.js';
export { evaluate, predictClasses, type TrainedNetwork } from './inference.js';
export type { BatchFeed, ImageFeed } from './image-feed.js';
export { initialWeights } from './init.js';
export { type FirstValues, layoutOf, type ParameterLayout, type ParameterSlice, type ParameterSpec } from './parameters.js';
export { type MemoryPlan, planMemory } from './plan.js';
export { TrainRunner, type TrainRunnerOptions } from './runner.js';
export { learningRateAt } from './schedule.js';
export { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot.js';
export { streamImages } from './streamed-images.js';
export { type EpochResult, Training, type TrainingOptions } from './training.js';
export { type Value, value } from './value.js';
export { flatWeights, namedWeights } from './weights.js';
