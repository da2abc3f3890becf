// Door of the room host: what only the machine can answer (files, downloads, folders, the GPU binding, its own state).
// Loading it loads neither Dawn nor the addon.
export { bundle, requirePlatform, type Bundle, type BundleOptions } from './bundle/bundle.js';
export { cachedCurves, type CurvesWhere, findManifest, type FoundManifest, locateFiles, readyNames } from './curves/find.js';
export { getCurveSet } from './curves/get.js';
export { loadCurveSet } from './curves/load.js';
export { openTable } from './curves/table.js';
export { findDataSet, loadDataSet, obtainDataSet, type FoundSet, type Where } from './data-sets.js';
export { openGpu, PLATFORM_BACKEND, type GpuOptions } from './dawn.js';
export { doctor, nodeCheck, type Check, type DoctorReport, type Probe } from './doctor.js';
export { environmentRecord, type EnvironmentRecord } from './environment.js';
export { cacheFolder, type Environment } from './folders.js';
export { loadImageData, openImageData, type OpenedImages } from './image-data.js';
export type { ImageFolder } from './image-folder.js';
export { holdsClassFolders } from './image-folder-classes.js';
export { openClassFolders, type FolderOptions, type FolderParts } from './image-folder-parts.js';
export { KERNEL_FOLDER, readKernels } from './kernels.js';
export { DEFAULT_SET, KNOWN_SETS, type Download, type KnownSet } from './known-sets.js';
export { buildFacts, PACKAGE_ROOT, type BuildFacts } from './package-root.js';
export { readBytes, type NamedBytes } from './read-bytes.js';
export { isText, KNOWN_TEXTS, loadText, type TextWhere } from './text.js';
export { openTuneStore, TUNE_FORMAT, type TuneStore, type TuneStoreOptions } from './tune-store.js';
