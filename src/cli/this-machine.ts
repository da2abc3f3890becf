// The machine that runs the command: Dawn's device, the addon, the folders. What each part costs to load is paid when it is
// first asked for.
import { openGpu, doctor, environmentRecord, loadImageData, loadText, openImageData, PLATFORM_BACKEND, readKernels } from '../host/index.js';
import type { Json } from '../core/index.js';
import type { AdapterFacts, Device } from '../gpu/index.js';
import type { Machine, TrainingSettings } from './machine.js';

export const thisMachine: Machine = {
  async adapter(settings) {
    const device = await openOneDevice(settings);
    const { name, driver, backend, software } = device.facts;
    device.destroy();
    return { name, driver, backend, software };
  },
  loadData: (data, log) => loadImageData(data, { log }),
  openImages: (data, options, log) => openImageData(data, { ...options, log }),
  async openTrainer(train, validation, settings) {
    const [{ openTrainer }, device] = await Promise.all([import('./trainer.js'), openOneDevice(settings)]);
    return openTrainer(device, train, validation, settings);
  },
  openText: async (data) => loadText(data),
  async openLanguageTrainer(train, validation, settings) {
    const [{ openLanguageTrainer }, device] = await Promise.all([import('./language-trainer.js'), openOneDevice(settings)]);
    return openLanguageTrainer(device, train, validation, settings);
  },
  async openSolver() {
    // A rule whose fits fail goes on without freezing: for want of the addon that would be a long search for nothing.
    await tinyFit();
    return (await import('../predict/index.js')).nativeSolver;
  },
  async openCompute({ warn, ...settings }) {
    const [{ rememberedChoices }, device] = await Promise.all([import('./tune/tuning.js'), openOneDevice(settings)]);
    return { context: { device, chooser: rememberedChoices(warn) }, close: () => device.destroy() };
  },
  async classify(weights, images, settings) {
    const [{ classify }, { rememberedChoices }, device] = await Promise.all([import('./saved-net.js'), import('./tune/tuning.js'), openOneDevice(settings)]);
    try {
      return await classify(device, rememberedChoices(settings.warn), weights, images);
    } finally {
      device.destroy();
    }
  },
  async tune(settings) {
    const [{ measureStandard }, device] = await Promise.all([import('./tune/measure.js'), openOneDevice(settings)]);
    try {
      return await measureStandard(device, settings);
    } finally {
      device.destroy();
    }
  },
  openBenchDevice: ({ robustness, kernels, adapter }) => openOneDevice(adapter === undefined ? {} : { adapter }, { disable: robustness ? [] : ['robustness'], kernels }),
  environment: () => ({ ...environmentRecord() }),
  async doctor(settings) {
    let facts: { readonly [key: string]: Json } = {};
    const report = await doctor([
      {
        name: 'adapter',
        mend: 'npm start installs a software adapter on Debian and Ubuntu; elsewhere install a Vulkan driver (Mesa: mesa-vulkan-drivers)',
        run: async () => {
          const device = await openOneDevice(settings);
          const { timestampResolution } = await import('../gpu/index.js');
          const resolution = await timestampResolution(device);
          facts = { adapter: plain({ ...device.facts, timestampResolution: resolution }) };
          device.destroy();
          return adapterWords(device.facts, resolution);
        },
      },
      { name: 'addon', mend: 'npm ci builds it; that takes a C++20 compiler, make and python3', run: addonWords },
    ]);
    return { ...report, facts };
  },
};

interface DeviceExtras {
  /** Dawn toggles to switch off beside the usual one. */
  readonly disable?: readonly string[];
  readonly kernels?: Readonly<Record<string, string>>;
}

async function openOneDevice({ adapter }: Pick<TrainingSettings, 'adapter'>, { disable = [], kernels: others = {} }: DeviceExtras = {}): Promise<Device> {
  const { openDevice } = await import('../gpu/index.js');
  // Rounded stamps protect web pages from each other; here they only keep the tuner from seeing short kernels.
  const options = { disable: ['timestamp_quantization', ...disable], ...(adapter === undefined ? {} : { adapter }) };
  const [gpu, kernels] = await Promise.all([openGpu(options), readKernels()]);
  return openDevice({ gpu, kernels: { ...kernels, ...others }, backend: PLATFORM_BACKEND });
}

/** `resolution` in nanoseconds, null without timestamps. */
function adapterWords({ name, driver, software, subgroup, limits }: AdapterFacts, resolution: number | null): string {
  return [
    `${name}${software ? ' (software)' : ''}`,
    driver,
    subgroup === null ? 'no subgroups' : `subgroups of ${subgroup.min} to ${subgroup.max}`,
    resolution === null ? 'no timestamps' : `timestamps in steps of ${resolution} ns`,
    `buffers to ${Math.round((limits['maxStorageBufferBindingSize'] ?? 0) / 2 ** 20)} MiB`,
  ].join(', ');
}

function plain(facts: object): Json {
  return JSON.parse(JSON.stringify(facts)) as Json;
}

async function addonWords(): Promise<string> {
  const start = performance.now();
  await tinyFit();
  const { nativeInfo } = await import('../predict/index.js');
  const { path, simd } = nativeInfo();
  return `${path} loads and fits (${(performance.now() - start).toFixed(0)} ms), ${simd} loops`;
}

/** Throws NativeError where the addon does not load; a line through six points says that it computes. */
async function tinyFit(): Promise<void> {
  const { nativeSolver } = await import('../predict/index.js');
  const line = Float64Array.from([1, 2, 3, 4, 5, 6]);
  await nativeSolver.refit({ kind: 'ols', target: line, taus: [{ values: line, columns: 1 }], chosen: [] });
}
