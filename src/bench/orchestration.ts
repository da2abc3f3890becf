// `node dist/bench/orchestration.js [--trials 200]`: what the search costs beside training. Runs many tiny trials on the real
// device with journal, checkpoints and rule, and prints one JSON line: share of wall time outside the runner, resident memory
// along the way, buffers, and the CPU use of an idle process that holds a device. Ratios hold under load; seconds do not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRng, type Candidate, type Space } from '../core/index.js';
import { syntheticImages } from '../data/index.js';
import { openDevice, type Device } from '../gpu/index.js';
import { openGpu, readKernels } from '../host/index.js';
import { TrainRunner } from '../nn/index.js';
import { nativeSolver, SrmPredictor, SrmRule, srmRuleDefaults } from '../predict/index.js';
import { ChainSpace, chainSpaceDefaults, FullStrategy, sampledSource } from '../search/index.js';
import { createStudy, folderCheckpoints, runStudy } from '../study/index.js';
import { createChooser } from '../tune/index.js';

const EPOCHS = 4;
const MIB = 2 ** 20;

const { values } = parseArgs({ options: { trials: { type: 'string', default: '200' } } });
const trials = Number(values.trials);

const device = await openDevice({ gpu: await openGpu(), kernels: await readKernels() });
const idle = await idleCpu(3);
const folder = mkdtempSync(join(tmpdir(), 'foretell-orchestration-'));
try {
  const search = await searchTiny(device);
  const { name, driver } = device.facts;
  console.log(JSON.stringify({ adapter: name, driver, trials, ...search, idle_cpu_share: idle }));
} finally {
  device.destroy();
  rmSync(folder, { recursive: true });
}

async function searchTiny(device: Device) {
  const images = syntheticImages({ train: 128, test: 64, height: 12, width: 12, seed: 1 });
  const runner = new TrainRunner({ context: { device, chooser: createChooser() }, train: images.train, validation: images.test, seed: 1 });
  const study = await createStudy({ header: { name: 'tiny', epochs: EPOCHS, seed: 1 }, ...parts(images.train), journal: join(folder, 'tiny.study') });
  const rss: { trial: number; mib: number }[] = [];
  study.watch((event) => {
    if (event.type === 'start' && event.trial % Math.max(1, Math.floor(trials / 8)) === 0) rss.push({ trial: event.trial, mib: Math.round(process.memoryUsage.rss() / MIB) });
  });
  const { seconds, epochs } = await runStudy(study, runner, folderCheckpoints(join(folder, 'tiny.ckpt')), { parallel: 2 });
  rss.push({ trial: trials, mib: Math.round(process.memoryUsage.rss() / MIB) });
  runner.release();
  await study.close();
  const pool = device.pool.stats();
  return {
    epochs,
    wall_s: seconds.wall,
    orchestration_share: seconds.orchestration / seconds.wall,
    study_ms_per_epoch: (1000 * seconds.study) / epochs,
    store_ms_per_epoch: (1000 * seconds.store) / epochs,
    rss_mib: rss,
    peak_rss_mib: Math.round(process.resourceUsage().maxRSS / 1024),
    buffers_left: pool.inUse,
    buffers_created: pool.created,
    pipelines: device.pipelineCount,
  };
}

function parts(images: { readonly channels: number; readonly height: number; readonly width: number; readonly classes: number }) {
  const { channels, height, width, classes } = images;
  const space: Space = new ChainSpace({ ...chainSpaceDefaults, input: { channels, height, width }, classes, filters: [4, 8], units: [16], maxBlocks: 2 });
  const rng = createRng(1);
  const predictor = new SrmPredictor({ kind: 'svr-rbf', features: ['TS', 'AP', 'HP'], scale: 'auto', sigma: 'loo', draws: 100, solver: nativeSolver });
  return {
    strategy: new FullStrategy(sampledSource(tinyBatch(space), rng.fork('strategy')), { trials, epochs: EPOCHS, nth: 1 }),
    rule: new SrmRule(predictor, srmRuleDefaults, rng.fork('rule')),
  };
}

function tinyBatch(space: Space): Space {
  const small = (candidate: Candidate): Candidate => ({ ...candidate, hp: { ...candidate.hp, batch_size: 32 } });
  const { name, settings } = space;
  return {
    name, settings,
    sample: (rng) => small(space.sample(rng)),
    neighbours: (candidate, rng, most) => space.neighbours(candidate, rng, most).map(small),
    validate: (candidate) => space.validate(candidate),
  };
}

/** CPU seconds a second while nothing is asked of the device. */
async function idleCpu(seconds: number): Promise<number> {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / seconds;
}
