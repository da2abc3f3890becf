// A process that opens a device and ends in one of several ways; its last line of output is JSON. Never calls process.exit:
// the tests are about processes that end by themselves.
import { performance } from 'node:perf_hooks';
import { openDevice, type Device } from '../../../src/gpu/index.js';
import { openGpu } from '../../../src/host/dawn.js';
import { readKernels } from '../../../src/host/kernels.js';
import { matmul } from '../../../src/ops/matmul/matmul.js';
import { createFixedChooser } from '../../../src/tune/index.js';

const [ending = '', adapter = '', folder = ''] = process.argv.slice(2);

async function multiply(device: Device, runs: number): Promise<void> {
  const [a, b, c] = [0, 1, 2].map(() => device.tensor([256, 256]));
  if (!a || !b || !c) throw new Error('three tensors');
  device.clear(a, b);
  const program = await device.program('gemm', await matmul({ device, chooser: createFixedChooser('plain') }, { a, b, c }));
  for (let i = 0; i < runs; i++) program.run();
}

async function held(seconds: number, before?: () => Promise<void>): Promise<void> {
  const [cpu, wall, loop] = [process.cpuUsage(), performance.now(), performance.eventLoopUtilization()];
  if (before) await before();
  else await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { user, system } = process.cpuUsage(cpu);
  const elapsed = performance.now() - wall;
  console.log(JSON.stringify({ cpu: (user + system) / 1e3 / elapsed, busy: performance.eventLoopUtilization(loop).utilization, elapsed }));
}

async function main(): Promise<void> {
  const device = await openDevice({ gpu: await openGpu({ adapter }), kernels: await readKernels(folder) });
  await multiply(device, 1);
  switch (ending) {
    case 'destroyed':
      await device.settle();
      return device.destroy();
    case 'open':
      return device.settle();
    case 'unsettled':
      return multiply(device, 3);
    case 'destroyed in flight':
      await multiply(device, 3);
      return device.destroy();
    case 'thrown':
      throw new Error('a bug');
    case 'thrown in flight':
      void device.settle();
      throw new Error('a bug');
    case 'kernel error':
      await device.pipeline({ file: 'matmul/plain.wgsl', entry: 'nothing' }).catch((error: Error) => console.log(error.name));
      return;
    case 'lost':
      device.gpu.destroy();
      await device.settle().catch((error: Error) => console.log(error.name));
      return;
    case 'idle':
      await device.settle();
      return held(1);
    case 'waiting':
      await device.settle();
      return held(0, async () => {
        await multiply(device, 12);
        await device.settle();
      });
    default:
      throw new Error(`unknown ending ${ending}`);
  }
}

await main();
