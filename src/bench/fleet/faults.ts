// `node dist/bench/fleet/faults.js [--runner simulated|real] [--faults 100] [--minutes M] [--workers 3] [--trials 40] [--epochs 10] [--epoch-ms 60] [--images 600]
// [--away-s 20] [--seed 1]`: random faults against a fleet of real processes, in as many searches as it takes, and none after so many minutes. `real` trains tiny nets under --pin. One
// JSON line: what was done, what was lost, counted twice, counted late, and scores that differ in a bit from an undisturbed local training (all must be 0), and late reports by both
// sides' accounts. Exit code 1 where a journal is not what it must be.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRng } from '../../core/index.js';
import type { TrainerFacts } from '../../fleet/index.js';
import { coordinate, SIMULATED_DEVICE, train, work } from './fault-roles.js';
import { drawing, pause, Round } from './fault-round.js';
import { lateReports } from './late.js';
import { simulatedScore } from './simulated.js';
import { trainedAlone, type Undisturbed } from './tiny.js';
import { judgeJournal } from './verdict-on-journal.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runner: { type: 'string', default: 'simulated' }, faults: { type: 'string', default: '100' }, minutes: { type: 'string', default: 'Infinity' }, workers: { type: 'string', default: '3' },
    trials: { type: 'string', default: '40' }, epochs: { type: 'string', default: '10' }, 'epoch-ms': { type: 'string', default: '60' }, images: { type: 'string', default: '600' },
    'away-s': { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, redis: { type: 'string', default: '' }, folder: { type: 'string', default: '' }, device: { type: 'string', default: JSON.stringify(SIMULATED_DEVICE) },
  },
});
const search = { trials: Number(values.trials), epochs: Number(values.epochs), epochMs: Number(values['epoch-ms']), images: Number(values.images) };
const real = values.runner === 'real';

switch (positionals[0]) {
  case 'coordinator':
    await coordinate(values.redis, values.folder, search, real);
    break;
  case 'worker':
    await work(values.redis, values.folder, JSON.parse(values.device) as TrainerFacts, own('trainer', values.redis, values.folder));
    break;
  case 'trainer':
    await train(values.folder, real);
    break;
  default:
    await referee();
}

/** This program again, in that role. */
function own(role: string, redis: string, folder: string): string[] {
  return [fileURLToPath(import.meta.url), ...Object.entries({ ...values, redis, folder }).flatMap(([name, value]) => [`--${name}`, value]), role];
}

async function referee(): Promise<void> {
  const { facts, scoreOf }: Undisturbed = real ? await trainedAlone(search) : { facts: SIMULATED_DEVICE, scoreOf: (_, candidate, epoch) => simulatedScore(candidate, epoch) };
  values.device = JSON.stringify(facts);
  const began = performance.now();
  const rng = createRng(Number(values.seed));
  const draw = drawing(rng);
  const done: Record<string, number> = {};
  const sum = { searches: 0, finished: 0, lost: 0, counted_twice: 0, late_counted: 0, wrong_scores: 0, attempts: 0, repeated_epochs: 0, late_sent: 0, late_overtaken: 0, late_unheard: 0, late_refused: 0, late_unexplained: 0 };
  let faults = 0;
  const goesOn = (): boolean => faults < Number(values.faults) && performance.now() - began < 60_000 * Number(values.minutes);
  while (goesOn()) {
    const round = await Round.open({ program: own, workers: Number(values.workers), awayMs: 1000 * Number(values['away-s']) });
    try {
      while (goesOn() && !round.ended) {
        const fault = draw();
        await round.inflict(fault, rng);
        done[fault] = (done[fault] ?? 0) + 1;
        faults++;
        await pause(rng.uniform(100, 2500)); // some come while the last one is still being mended
        if (rng.uniform(0, 1) < 0.5) await round.progress();
      }
      await round.finish();
      const events = round.events();
      const { refused, ...found } = judgeJournal(events, search.trials, scoreOf);
      sum.searches++;
      for (const [name, count] of Object.entries({ ...found, ...lateReports(round.said, events, refused) })) sum[name as keyof typeof sum] += count;
    } finally {
      await round.close();
    }
  }
  console.log(JSON.stringify({ runner: values.runner, faults, by_kind: done, workers: Number(values.workers), ...sum, wall_s: Math.round((performance.now() - began) / 1000) }));
  if (sum.lost + sum.counted_twice + sum.late_counted + sum.wrong_scores + sum.late_unexplained > 0) process.exitCode = 1;
}
