// Facts about an adapter, as plain data: what `fits` and the tuner decide on, what doctor and journals print.
// Finding an adapter on this machine is host's work.

/** An M x N result from an M x K and a K x N operand: component types as WebGPU names them (`f16`, `f32`...). */
export interface MatrixConfig {
  readonly component: string;
  readonly result: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

export interface AdapterFacts {
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** Driver and version in the driver's own words; part of the tuner's cache key. */
  readonly driver: string;
  /** 'vulkan', 'null', 'browser'...: WebGPU does not say, so whoever opened the GPU object does. */
  readonly backend: string;
  /** Runs on the CPU (lavapipe, SwiftShader, WARP). */
  readonly software: boolean;
  /** Lanes of a subgroup; null where the device has no subgroups. min < max: a kernel cannot know its own size beforehand. */
  readonly subgroup: { readonly min: number; readonly max: number } | null;
  /** Products of subgroup matrices that the device offers; absent where it has none. */
  readonly matrices?: readonly MatrixConfig[];
  /** Features of the opened device, sorted. */
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|warp|basic render|software/i;

export function factsOf(info: GPUAdapterInfo, device: GPUDevice, backend: string): AdapterFacts {
  const features = [...device.features].map(String).sort();
  const name = info.description || info.device || info.vendor || 'unnamed adapter';
  const min = info.subgroupMinSize ?? 0;
  const max = info.subgroupMaxSize ?? 0;
  return {
    name,
    vendor: info.vendor,
    architecture: info.architecture,
    driver: [info.device, info.description].filter(Boolean).join(' / '),
    backend,
    software: (info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true || SOFTWARE.test(`${info.architecture} ${name}`),
    subgroup: features.includes('subgroups') && min > 0 ? { min, max } : null,
    ...matricesOf(info, features),
    features,
    limits: numbersOf(device.limits),
  };
}

/** Dawn's own part of the adapter's info, which the standard's types do not know yet. */
interface DawnMatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

function matricesOf(info: GPUAdapterInfo, features: readonly string[]): Pick<AdapterFacts, 'matrices'> {
  if (!features.includes('chromium-experimental-subgroup-matrix')) return {};
  const { subgroupMatrixConfigs: configs = [] } = info as { subgroupMatrixConfigs?: Iterable<DawnMatrixConfig> };
  return { matrices: [...configs].map(({ componentType, resultComponentType, M, N, K }) => ({ component: componentType, result: resultComponentType, M, N, K })) };
}

/** Limits are accessors on the prototype, so a spread would lose them. */
function numbersOf(limits: GPUSupportedLimits): Record<string, number> {
  const found: Record<string, number> = {};
  for (const key in limits) {
    const value: unknown = limits[key as keyof GPUSupportedLimits];
    if (typeof value === 'number') found[key] = value;
  }
  return found;
}
