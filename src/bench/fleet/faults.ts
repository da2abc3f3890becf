// `node dist/bench/fleet/faults.js [--faults 100] [--workers 3] [--trials 40] [--epochs 10] [--epoch-ms 60] [--away-s 20] [--seed 1]`: random faults against a
// fleet of real processes over a simulated search, in as many searches as it takes. One JSON line: what was done, what was lost, counted twice, counted late
// (all must be 0), and late reports by both sides' accounts. Exit code 1 where a journal is not what it must be.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRng } from '../../core/index.js';
import { coordinate, train, work } from './fault-roles.js';
import { drawing, pause, Round } from './fault-round.js';
import { judgeJournal } from './verdict-on-journal.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    faults: { type: 'string', default: '100' }, workers: { type: 'string', default: '3' }, trials: { type: 'string', default: '40' }, epochs: { type: 'string', default: '10' },
    'epoch-ms': { type: 'string', default: '60' }, 'away-s': { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, redis: { type: 'string', default: '' }, folder: { type: 'string', default: '' },
  },
});
const search = { trials: Number(values.trials), epochs: Number(values.epochs), epochMs: Number(values['epoch-ms']) };

switch (positionals[0]) {
  case 'coordinator':
    await coordinate(values.redis, values.folder, search);
    break;
  case 'worker':
    await work(values.redis, values.folder, program(values.redis, values.folder));
    break;
  case 'trainer':
    await train(values.folder);
    break;
  default:
    await referee();
}

/** This program again; a role is to follow. */
function program(redis: string, folder: string): string[] {
  return [fileURLToPath(import.meta.url), ...Object.entries({ ...values, redis, folder }).flatMap(([name, value]) => [`--${name}`, value])];
}

async function referee(): Promise<void> {
  const began = performance.now();
  const wanted = Number(values.faults);
  const rng = createRng(Number(values.seed));
  const draw = drawing(rng);
  const done: Record<string, number> = {};
  const sum = { searches: 0, finished: 0, lost: 0, counted_twice: 0, late_counted: 0, wrong_scores: 0, late_refused: 0, late_heard: 0, attempts: 0, repeated_epochs: 0 };
  let late = true;
  for (let faults = 0; faults < wanted; ) {
    const round = await Round.open({ program, workers: Number(values.workers), awayMs: 1000 * Number(values['away-s']) });
    try {
      while (faults < wanted && !round.ended) {
        const fault = draw();
        await round.inflict(fault, rng);
        done[fault] = (done[fault] ?? 0) + 1;
        faults++;
        await pause(rng.uniform(100, 2500)); // some come while the last one is still being mended
      }
      await round.finish();
      const { refused, ...found } = judgeJournal(round.events(), search.trials);
      const heard = round.heard();
      late &&= [...heard].every((name) => refused.has(name));
      sum.searches++;
      sum.late_refused += refused.size;
      sum.late_heard += heard.size;
      for (const [name, count] of Object.entries(found)) sum[name as keyof typeof found] += count;
    } finally {
      await round.close();
    }
  }
  console.log(JSON.stringify({ faults: wanted, by_kind: done, workers: Number(values.workers), ...sum, every_late_report_refused: late, wall_s: Math.round((performance.now() - began) / 1000) }));
  if (sum.lost + sum.counted_twice + sum.late_counted + sum.wrong_scores > 0 || !late) process.exitCode = 1;
}
