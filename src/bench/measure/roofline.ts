// What the adapter can do at most, measured in the same process as the cases: arithmetic, memory, launches, round trips. A kernel's
// ceiling is then min(peak, intensity x bandwidth) (Williams, Waterman and Patterson 2009).
import type { Rng } from '../../core/index.js';
import { type Device, dispatch, linearGrid, type Program, type Tensor } from '../../gpu/index.js';
import { quantile } from '../../tune/index.js';
import { type Clock, sampleAll, type Samples } from './sampler.js';

export interface Roofline {
  /** f32 multiply-adds x 2, in GFLOP/s: the best of all settings. */
  readonly fmaGflops: number;
  /** Which setting that was, and what the others reached. */
  readonly fma: readonly FmaRate[];
  /** The same in f16: what variants of reduced precision are measured by. Absent where the adapter has no f16. */
  readonly f16Gflops?: number;
  readonly f16?: readonly FmaRate[];
  /** Bytes read and written, in GB/s (1e9). */
  readonly copyGBs: number;
  /** Microseconds of a launch that does nothing, among others in one pass. */
  readonly launchUs: number;
  /** Microseconds from a submit to its result in this process. */
  readonly roundTripUs: number;
}

export interface FmaRate {
  readonly vector: number;
  readonly chains: number;
  readonly unroll: number;
  readonly gflops: number;
}

/** A type's kernel, its entries and how many chains it is tried with. */
interface FmaKernel {
  readonly file: string;
  readonly entries: readonly { readonly entry: string; readonly vector: number }[];
  readonly chains: readonly number[];
}

const WORKGROUP = 64;
const [VECTOR2, VECTOR4] = [{ entry: 'vector2', vector: 2 }, { entry: 'vector4', vector: 4 }];
const F32: FmaKernel = { file: 'roofline/fma.wgsl', entries: [{ entry: 'scalar', vector: 1 }, VECTOR2, VECTOR4], chains: [4, 8, 12, 16] };
const F16: FmaKernel = { file: 'roofline/fma-f16.wgsl', entries: [VECTOR2, VECTOR4], chains: [4, 8, 16] };
const UNROLLS = [1, 8];

/** Threads that fill a wide card; a software adapter has a few. */
const THREADS = { software: 2 ** 12, hardware: 2 ** 18 };
const ROUNDS = { software: 64, hardware: 256 };
const COPY_BYTES = 2 ** 26;
const LAUNCHES = 64;
const ROUND_TRIPS = 40;

/** Each of dozens of settings gets a glance (three samples or so), the best three a long look. */
const GLANCE = { minTime: 0, maxTime: 0.03 };
const LOOK = { minTime: 0, maxTime: 0.12 };
const LONG = { minTime: 0.3, maxTime: 1 };

export async function measureRoofline(device: Device, clock: Clock, rng: Rng): Promise<Roofline> {
  const fma = await fmaPeaks(device, clock, rng, F32);
  const f16 = device.facts.features.includes('shader-f16') ? await fmaPeaks(device, clock, rng, F16) : null;
  return {
    fmaGflops: peakOf(fma),
    fma,
    ...(f16 ? { f16Gflops: peakOf(f16), f16 } : {}),
    copyGBs: await copyBandwidth(device, clock, rng),
    launchUs: await launchLatency(device, clock, rng),
    roundTripUs: await roundTrip(device, clock),
  };
}

/** The arithmetic peak that a variant is measured by: f32's, or the better of both where it rounds to f16. */
export function peakFor({ fmaGflops, f16Gflops = 0 }: Roofline, reduced: boolean): number {
  return reduced ? Math.max(fmaGflops, f16Gflops) : fmaGflops;
}

function peakOf(rates: readonly FmaRate[]): number {
  return Math.max(...rates.map(({ gflops }) => gflops));
}

/** The ceiling in GFLOP/s for work of this intensity; the arithmetic peak where bytes are not stated. */
export function ceilingOf(peak: number, { copyGBs }: Roofline, { flops, bytes }: { readonly flops: number; readonly bytes: number }): number {
  return bytes > 0 ? Math.min(peak, (flops / bytes) * copyGBs) : peak;
}

async function fmaPeaks(device: Device, clock: Clock, rng: Rng, kernel: FmaKernel): Promise<readonly FmaRate[]> {
  const kind = device.facts.software ? 'software' : 'hardware';
  const [threads, rounds] = [THREADS[kind], ROUNDS[kind]];
  const y = device.tensor([threads], { label: 'roofline' });
  const settings = kernel.entries.flatMap((entry) => kernel.chains.flatMap((chains) => UNROLLS.map((unroll) => ({ ...entry, chains, unroll }))));
  const rate = ({ vector, chains, unroll }: (typeof settings)[number], samples: Samples): number =>
    (2 * threads * rounds * unroll * chains * vector) / bestOf(samples) / 1e9;
  const programs: Program[] = [];
  for (const { entry, chains, unroll } of settings) {
    const pipeline = await device.pipeline({ file: kernel.file, entry, spec: { CHAINS: chains, UNROLL: unroll }, overrides: { WORKGROUP } });
    const launch = dispatch(pipeline, { params: { rounds, m: 0.999, a: 0.001 }, buffers: { y }, grid: [threads / WORKGROUP, 1, 1] });
    programs.push(await device.program('roofline fma', [launch]));
  }
  const looked = await sampleAll(device, clock, programs, { ...GLANCE, rng });
  const first = settings.map((setting, i) => ({ setting, i, gflops: rate(setting, looked[i] ?? { wall: [NaN], device: [] }) }));
  const best = [...first].sort((a, b) => b.gflops - a.gflops).slice(0, 3);
  const longer = await sampleAll(device, clock, best.flatMap(({ i }) => programs[i] ?? []), { ...LONG, rng });
  best.forEach((each, k) => (each.gflops = Math.max(each.gflops, rate(each.setting, longer[k] ?? { wall: [NaN], device: [] }))));
  programs.forEach((program) => program.release());
  y.release();
  return first.map(({ setting: { vector, chains, unroll }, gflops }) => ({ vector, chains, unroll, gflops }));
}

async function copyBandwidth(device: Device, clock: Clock, rng: Rng): Promise<number> {
  const { program, tensors } = await copyProgram(device, COPY_BYTES);
  const [samples] = await sampleAll(device, clock, [program], { ...LONG, rng });
  program.release();
  tensors.forEach((tensor) => tensor.release());
  return (2 * COPY_BYTES) / bestOf(samples ?? { wall: [NaN], device: [] }) / 1e9;
}

/** Copies `bytes` from one tensor to another; also drives everything else out of caches smaller than twice that. */
export async function copyProgram(device: Device, bytes: number): Promise<{ readonly program: Program; readonly tensors: readonly Tensor[] }> {
  const [x, y] = [device.tensor([bytes / 4], { label: 'roofline x' }), device.tensor([bytes / 4], { label: 'roofline y' })];
  const pipeline = await device.pipeline({ file: 'roofline/memory.wgsl', entry: 'copy' });
  const launch = dispatch(pipeline, { params: { size: bytes / 16 }, buffers: { x, y }, grid: linearGrid(bytes / 16, 256) });
  return { program: await device.program('roofline copy', [launch]), tensors: [x, y] };
}

/** Of many launches in one pass less one, so that the submit drops out. */
async function launchLatency(device: Device, clock: Clock, rng: Rng): Promise<number> {
  const y = device.tensor([4], { label: 'roofline' });
  const pipeline = await device.pipeline({ file: 'roofline/memory.wgsl', entry: 'empty' });
  const of = (count: number): Promise<Program> =>
    device.program('roofline launches', Array.from({ length: count }, () => dispatch(pipeline, { params: { size: 0 }, buffers: { y }, grid: [1, 1, 1] })));
  const programs = [await of(1), await of(1 + LAUNCHES)];
  const [one, many] = await sampleAll(device, clock, programs, { ...LOOK, rng });
  programs.forEach((program) => program.release());
  y.release();
  const seconds = (samples: Samples | undefined): number => quantile(samples?.wall ?? [], 0.5);
  return Math.max(0, ((seconds(many) - seconds(one)) / LAUNCHES) * 1e6);
}

async function roundTrip(device: Device, clock: Clock): Promise<number> {
  const y = device.tensor([1], { data: new Float32Array(1), label: 'roofline' });
  const micros: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const begun = clock.now();
    await device.read(y);
    micros.push((clock.now() - begun) * 1000);
  }
  y.release();
  return quantile(micros, 0.5);
}

/** The tenth percentile: a peak is what is reached when nothing else is in the way. */
function bestOf({ wall, device }: Samples): number {
  return quantile(device.length > 0 ? device : wall, 0.1);
}
