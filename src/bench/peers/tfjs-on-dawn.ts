// TensorFlow.js with its WebGPU backend on Dawn, in the process that asks: what both peers of that name begin with. Its packages lie in
// .cache/peers, outside our dependencies, so callers say what they use of them.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openGpu, PACKAGE_ROOT } from '../../host/index.js';

interface Backends {
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  ready(): Promise<void>;
}

export interface Tfjs<Core, Layers> {
  /** The adapter's own name. */
  readonly adapter: string;
  readonly core: Core;
  readonly layers: Layers;
}

/** Throws where the packages are not there or the backend is another one: a CPU's figures would pass for a GPU's. */
export async function openTfjs<Core, Layers = unknown>(adapter: string | undefined): Promise<Tfjs<Core, Layers>> {
  const name = await placeGlobals(adapter);
  const folder = join(PACKAGE_ROOT, '.cache', 'peers');
  if (!existsSync(join(folder, 'node_modules', '@tensorflow'))) {
    throw new Error(`expected TensorFlow.js in ${folder}, found none; npm run bench:peers installs it (node src/setup/main.mjs --peers)`);
  }
  const require = createRequire(join(folder, 'package.json'));
  const core = require('@tensorflow/tfjs-core') as Core & Backends;
  // The layers package registers the gradients, the backend's itself.
  const layers = require('@tensorflow/tfjs-layers') as Layers;
  require('@tensorflow/tfjs-backend-webgpu');
  await core.setBackend('webgpu');
  await core.ready();
  if (core.getBackend() !== 'webgpu') throw new Error(`expected TensorFlow.js on webgpu, got ${core.getBackend()}`);
  return { adapter: name, core, layers };
}

/** TensorFlow.js looks for the browser's WebGPU: navigator.gpu and the flag constants. Dawn's polling is relieved as ours is. */
async function placeGlobals(adapter: string | undefined): Promise<string> {
  const gpu = await openGpu(adapter === undefined ? {} : { adapter });
  const { globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  const { info } = (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? {};
  return info?.description || info?.device || 'unnamed adapter';
}
