// A study of any size as a journal would hold it, for measuring what shows it: trials in turns, every epoch judged, three in four frozen on their way.
// Nothing is trained or fitted: the numbers are drawn.
import { createRng, type Rng, type StudyEvent } from '../core/index.js';

export interface DrawnStudy {
  readonly trials: number;
  readonly epochs: number;
  /** At once. */
  readonly parallel: number;
}

interface Runner {
  readonly trial: number;
  readonly top: number;
  readonly until: number;
  epoch: number;
}

/** `from`: number of the first trial; 0 = with the header before it. */
export function* drawnStudy({ trials, epochs, parallel }: DrawnStudy, from = 0): Generator<StudyEvent> {
  if (from === 0) yield headerOf(epochs);
  const rng = createRng('window');
  let next = from;
  let running: Runner[] = [];
  while (next < from + trials || running.length > 0) {
    while (running.length < parallel && next < from + trials) {
      const own = rng.fork('trial', next);
      yield { type: 'start', trial: next, candidate: { architecture: null, ap: { weights: Math.round(own.logUniform(1e4, 1e7)) }, hp: { learning_rate: own.logUniform(1e-4, 0.3), momentum: own.uniform(0, 0.99), weight_decay: own.logUniform(1e-6, 1e-2) } }, until: epochs };
      yield { type: 'open', trial: next, attempt: 1, by: { worker: `worker-${next % parallel}` } };
      const top = own.uniform(0.4, 0.95);
      running.push({ trial: next++, top, until: own.next() < 0.75 ? 2 + own.int(Math.max(1, epochs / 2)) : epochs, epoch: 0 });
    }
    for (const runner of running) yield* oneEpoch(runner, epochs, rng.fork('epoch', runner.trial, runner.epoch));
    running = running.filter(({ epoch, until }) => epoch < until);
  }
}

function* oneEpoch(runner: Runner, epochs: number, rng: Rng): Generator<StudyEvent> {
  const { trial, top, until } = runner;
  const epoch = ++runner.epoch;
  const value = top * (1 - Math.exp((-3 * epoch) / epochs)) + 0.01 * rng.normal();
  const checkpoint = { key: `${trial}-1-${epoch}`, hash: '0'.repeat(64), bytes: 1e6 };
  yield { type: 'epoch', trial, attempt: 1, epoch, value, seconds: 1, checkpoint };
  const predicted = { mean: top + 0.03 * rng.normal(), sigma: 0.03, probability: epoch === until ? 0.97 : 0.4, horizon: epochs };
  if (epoch === epochs) {
    yield { type: 'finish', trial };
    yield { type: 'value', trial, y: value, at: epoch, predicted: false };
  } else if (epoch === until) {
    yield { type: 'verdict', trial, epoch, verdict: { action: 'freeze', reason: 'p(y^ <= 0.9) = .97 >= .95', value: { y: predicted.mean, at: epochs }, bar: 0.9, predicted } };
    yield { type: 'value', trial, y: predicted.mean, at: epochs, predicted: true };
  } else yield { type: 'verdict', trial, epoch, verdict: { action: 'continue', bar: 0.9, predicted } };
}

function headerOf(epochs: number): StudyEvent {
  const header = { name: 'window', version: '0', seed: 1, metric: { name: 'accuracy', negated: false }, epochs, space: { name: 'drawn' }, strategy: { name: 'random' }, rule: { name: 'srm', confidence: 0.95 }, data: { name: 'drawn' }, environment: {} };
  return { type: 'study', header };
}
