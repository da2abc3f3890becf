// The GPU room: a device handed in becomes tensors, pipelines and programs. Knows no op and no network.
export { type AdapterFacts, type MatrixConfig } from './adapter.js';
export { Device, openDevice, type OpenOptions, type TensorOptions } from './device.js';
export { type Buffers, dispatch, type Dispatch, type DispatchParts, type Grid, linearGrid } from './dispatch.js';
export { DeviceMemoryError, LimitError, ResourceError } from './errors.js';
export { type ParamValues, Params } from './params.js';
export { type Pipeline, type PipelineKey } from './pipeline.js';
export type { PoolStats } from './pool.js';
export { Program } from './program.js';
export { type Bindings, KernelSources, type ParamLayout, type Spec } from './source.js';
export { type Elements, type ElementType, requireShape, Tensor } from './tensor.js';
export { timestampResolution } from './timestamp-resolution.js';
export type { PassTimer } from './timing.js';
