// Kernels side by side: GFLOP/s of every variant that fits, for a few fixed shapes. A developer's yardstick while a kernel
// changes; the laboratory with distributions and rooflines is another command.
//   node dist/bench/kernels.js [filter]
import { openDevice, type Device, type Dispatch, type Program, type Tensor } from '../gpu/index.js';
import { openGpu, readKernels } from '../host/index.js';
import {
  candidatesOf, conv2dFamily, conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dShape, type Direction, type Family, matmul, matmulFamily,
  type OpContext, type ShapeFacts,
} from '../ops/index.js';
import { createFixedChooser } from '../tune/index.js';

interface Case {
  readonly name: string;
  readonly shape: ShapeFacts;
  readonly family: Family<never>;
  readonly direction: Direction;
  dispatches(context: OpContext, tensor: (shape: readonly number[]) => Tensor): Promise<Dispatch[]>;
}

const MIN_SECONDS = 0.6;
const SAMPLE_SECONDS = 0.01;

function matmulCase(M: number, N: number, K: number, transposeA = false, transposeB = false): Case {
  const flag = (on: boolean): number => (on ? 1 : 0);
  return {
    name: `matmul ${M}x${N}x${K}${transposeA ? ' At' : ''}${transposeB ? ' Bt' : ''}`,
    shape: { M, N, K, transposeA: flag(transposeA), transposeB: flag(transposeB), bias: 0, relu: 0 },
    family: matmulFamily as Family<never>,
    direction: 'forward',
    dispatches: (context, tensor) =>
      matmul(context, { a: tensor(transposeA ? [K, M] : [M, K]), b: tensor(transposeB ? [N, K] : [K, N]), c: tensor([M, N]) }, { transposeA, transposeB }),
  };
}

function conv2dCases(x: readonly number[], w: readonly number[], pad: number): Case[] {
  const attributes = { padding: [pad, pad] } as const;
  const shape = conv2dShape(x, w, attributes);
  const out = [shape.N, shape.K, shape.P, shape.Q];
  const common = { shape, family: conv2dFamily as Family<never> };
  const name = (direction: string): string => `conv2d ${direction} ${x.join('x')} ${w.join('x')}`;
  return [
    { ...common, name: name('forward'), direction: 'forward', dispatches: (c, t) => conv2dForward(c, { x: t(x), w: t(w), y: t(out) }, attributes) },
    { ...common, name: name('grad_input'), direction: 'grad_input', dispatches: (c, t) => conv2dGradInput(c, { dy: t(out), w: t(w), dx: t(x) }, attributes) },
    { ...common, name: name('grad_weight'), direction: 'grad_weight', dispatches: (c, t) => conv2dGradWeight(c, { x: t(x), dy: t(out), dw: t(w) }, attributes) },
  ];
}

const CASES: readonly Case[] = [
  matmulCase(512, 512, 512),
  matmulCase(64, 128, 1568, false, true),
  matmulCase(64, 1568, 128),
  matmulCase(128, 1568, 64, true, false),
  matmulCase(64, 10, 128, false, true),
  ...conv2dCases([32, 64, 16, 16], [128, 64, 3, 3], 1),
  ...conv2dCases([64, 1, 28, 28], [16, 1, 5, 5], 2),
  ...conv2dCases([64, 16, 14, 14], [32, 16, 5, 5], 2),
];

interface Figures {
  /** Median GFLOP/s by the wall clock. */
  readonly wall: number;
  /** GFLOP per second of CPU time, best tenth: what a software adapter does on one core, whoever else is on the machine. */
  readonly core: number;
}

async function measure(device: Device, variant: string, { family, direction, shape, dispatches }: Case): Promise<Figures> {
  const tensors: Tensor[] = [];
  const tensor = (extents: readonly number[]): Tensor => {
    const made = device.tensor(extents);
    device.upload(made, new Float32Array(made.size).map(() => Math.random() - 0.5));
    tensors.push(made);
    return made;
  };
  const program = await device.program('bench', await dispatches({ device, chooser: createFixedChooser(variant) }, tensor));
  const samples = await sample(device, program);
  program.release();
  tensors.forEach((made) => made.release());
  const flops = family.flops(direction, shape as never) / 1e9;
  return { wall: flops / quantile(samples.map(({ wall }) => wall), 0.5), core: flops / quantile(samples.map(({ core }) => core), 0.1) };
}

/** Seconds a run, wall and CPU, over samples of at least SAMPLE_SECONDS. */
async function sample(device: Device, program: Program): Promise<{ wall: number; core: number }[]> {
  const timeOf = async (runs: number): Promise<{ wall: number; core: number }> => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < runs; i++) program.run();
    await device.settle();
    const { user, system } = process.cpuUsage(cpu);
    return { wall: (performance.now() - start) / 1e3 / runs, core: (user + system) / 1e6 / runs };
  };
  await timeOf(1);
  const runs = Math.max(1, Math.ceil(SAMPLE_SECONDS / (await timeOf(1)).core));
  const samples: { wall: number; core: number }[] = [];
  const start = performance.now();
  while (samples.length < 5 || performance.now() - start < MIN_SECONDS * 1000) samples.push(await timeOf(runs));
  return samples;
}

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(q * values.length)] ?? NaN;
}

async function main(filter = ''): Promise<void> {
  const adapter = process.env.FORETELL_ADAPTER;
  const device = await openDevice({ gpu: await openGpu(adapter === undefined ? {} : { adapter }), kernels: await readKernels() });
  console.log(`${device.facts.name}; GFLOP/s by the wall (a core)`);
  for (const test of CASES.filter(({ name }) => name.includes(filter))) {
    const variants = [...new Set(candidatesOf(test.family, test.direction, test.shape as never, device.facts).map(({ variant }) => variant))];
    const figures: string[] = [];
    for (const variant of variants) {
      const { wall, core } = await measure(device, variant, test);
      figures.push(`${variant} ${wall.toFixed(1)} (${core.toFixed(1)})`);
    }
    console.log(`${test.name.padEnd(48)} ${figures.join('   ')}`);
  }
  device.destroy();
}

await main(process.argv[2]);
