// `node dist/bench/fleet/overhead.js [--rounds 5] [--trials 3] [--epochs 4] [--images 2000] [--data fashion-mnist] [--freezes 24] [--epoch-ms 4000] [--real-freezes 20]`: what a fleet of
// one worker costs beside the local loop, on a real search that both train in turns (the median ratio of wall time, without and with the start of processes), and how long a worker trains
// on after a freeze's verdict, with a simulated runner that is deaf until its epoch is over and with real nets. Zero rounds or freezes leave a part out. Each round and wait goes to standard error; one JSON line.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveTasks, storeAt } from '../../fleet/index.js';
import { realFreezes, simulatedFreezes } from './freezes.js';
import { buildSimulated } from './simulated.js';
import { measureOverhead } from './wall.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' }, trials: { type: 'string', default: '3' }, epochs: { type: 'string', default: '4' }, images: { type: 'string', default: '2000' }, data: { type: 'string', default: 'fashion-mnist' },
    freezes: { type: 'string', default: '24' }, 'epoch-ms': { type: 'string', default: '4000' }, 'real-freezes': { type: 'string', default: '20' }, store: { type: 'string', default: '' },
  },
});
const [rounds, freezes, real, images] = [values.rounds, values.freezes, values['real-freezes'], values.images].map(Number) as [number, number, number, number];

if (positionals[0] === 'trainer') await serveTasks({ adapter: { name: 'simulated' }, kernels: '' }, buildSimulated, await storeAt(values.store));
else await measure();

async function measure(): Promise<void> {
  const overhead = rounds > 0 ? await measureOverhead({ trials: Number(values.trials), epochs: Number(values.epochs), images, data: values.data }, rounds) : null;
  const simulated = freezes > 0 ? await simulatedFreezes(freezes, Number(values['epoch-ms']), [fileURLToPath(import.meta.url), 'trainer']) : null;
  const trained = real > 0 ? await realFreezes(real, images, values.data) : null;
  console.log(JSON.stringify({ ...(overhead ?? {}), ...(simulated === null ? {} : { verdict_to_stop_s: { simulated, epoch_s: Number(values['epoch-ms']) / 1000 } }), ...(trained === null ? {} : { real_verdict_to_stop_s: trained }) }));
}
