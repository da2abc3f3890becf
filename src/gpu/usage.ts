// WebGPU's flag values, fixed by its specification. Spelled here because the GPU object is handed in and Node has no such globals.

export const Usage = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyTarget: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  queryResolve: 0x0200,
} as const;

export const MAP_READ_MODE = 0x0001;

/** Usage of every tensor's buffer. Uniform too: a kernel may look at a stretch of it through a uniform binding. */
export const TENSOR_USAGE = Usage.storage | Usage.uniform | Usage.copySource | Usage.copyTarget;

/** Usage of a staging buffer that the CPU maps. */
export const STAGING_USAGE = Usage.mapRead | Usage.copyTarget;
