// A made-up study as its journal would hold it: curves that saturate, a rule that freezes the poor, a thaw, a failure.
// Nothing here trains or predicts: the numbers are drawn, so that the report has every kind of thing to show.
import { createRng, type Architecture, type StoredEvent, type StudyEvent, type StudyHeader } from '../../src/core/index.js';

export interface Made {
  readonly trials: number;
  readonly epochs: number;
  readonly seed?: number;
  readonly name?: string;
  readonly negated?: boolean;
  readonly verify?: boolean;
}

export function madeHeader({ name = 'made', epochs, seed = 1, negated = false }: Omit<Made, 'trials'>): StudyHeader {
  return {
    name,
    version: '0.1.0',
    seed,
    metric: { name: negated ? 'perplexity' : 'accuracy', negated },
    epochs,
    space: { name: 'chain' },
    strategy: { name: 'random', trials: 40 },
    rule: { name: 'srm', delta: 0.95, burnIn: 14 },
    data: { name: 'fashion-mnist', train: 2000, validation: 1000 },
    environment: { options: { trials: 40 }, adapter: 'made adapter', driver: '1.2', node: 'v20', limits: { maxBufferSize: 268435456 } },
  };
}

export function madeArchitecture(filters: number, units: number): Architecture {
  return {
    input: { channels: 1, height: 28, width: 28 },
    layers: [
      { type: 'conv', filters, kernel: [5, 5], stride: [1, 1], padding: [2, 2], activation: 'relu' },
      { type: 'pool', kind: 'max', size: [2, 2], stride: [2, 2], padding: [0, 0] },
      { type: 'dense', units, activation: 'relu' },
      { type: 'dense', units: 10, activation: 'none' },
    ],
  };
}

export function madeStudy(made: Made): StoredEvent[] {
  const rng = createRng(made.seed ?? 1);
  const events: StoredEvent[] = [];
  let time = Date.UTC(2026, 0, 2, 3, 4, 5);
  const tell = (event: StudyEvent): void => void events.push({ ...event, seq: events.length + 1, time });
  const sign = made.negated === true ? -100 : 1;
  tell({ type: 'study', header: madeHeader(made) });
  let best = -Infinity;
  for (let trial = 0; trial < made.trials; trial++) {
    const own = rng.fork('trial', trial);
    const top = own.uniform(0.6, 0.9);
    const pace = own.uniform(0.2, 1.2);
    const value = (epoch: number): number => sign * (made.negated === true ? 2 - top - 0.5 * Math.exp(-epoch * pace) * -1 : top - 0.5 * Math.exp(-epoch * pace));
    const architecture = madeArchitecture(4 + own.int(28), 16 + own.int(240));
    const hp = { learning_rate: own.logUniform(1e-3, 1e-1), momentum: own.uniform(0.5, 0.95) };
    tell({ type: 'start', trial, candidate: { architecture, ap: { weights: 1 }, hp }, until: made.epochs });
    tell({ type: 'open', trial, attempt: 1, by: { worker: 'local' } });
    const seconds = own.uniform(0.2, 1);
    if (trial % 17 === 9) {
      tell({ type: 'fail', trial, attempt: 1, kind: 'diverged', message: 'the loss was NaN in epoch 1' });
      continue;
    }
    for (let epoch = 1; epoch <= made.epochs; epoch++) {
      time += seconds * 1000;
      tell({ type: 'epoch', trial, attempt: 1, epoch, value: value(epoch) + own.normal() * 0.005, seconds });
      const poor = trial >= 8 && epoch === 4 && value(made.epochs) < best - 0.02;
      const sigma = 0.03 * Math.abs(sign);
      const mean = value(made.epochs) + own.normal() * sigma * 0.7;
      if (poor) {
        tell({ type: 'fit', record: { by: 'srm', trained: 8 } });
        const predicted = { mean, sigma, probability: 0.97, horizon: made.epochs };
        tell({ type: 'verdict', trial, epoch, verdict: { action: 'freeze', reason: `p(y <= ${best.toFixed(3)}) = .97 >= .95`, value: { y: mean, at: made.epochs }, bar: best, predicted } });
        tell({ type: 'value', trial, y: mean, at: made.epochs, predicted: true });
        if (trial % 11 !== 5) break;
        tell({ type: 'thaw', trial, reason: 'after the refit p = .91 < .95' });
        tell({ type: 'open', trial, attempt: 2 });
      } else if (epoch < made.epochs) {
        const predicted = { mean, sigma, probability: trial >= 8 ? 0.4 : null, horizon: made.epochs };
        tell({ type: 'verdict', trial, epoch, verdict: trial >= 8 ? { action: 'continue', bar: best, predicted } : { action: 'continue' } });
      } else {
        tell({ type: 'verdict', trial, epoch, verdict: { action: 'stop', reason: 'finished' } });
        tell({ type: 'finish', trial });
        tell({ type: 'value', trial, y: value(epoch), at: epoch, predicted: false });
        best = Math.max(best, value(epoch));
      }
    }
    if (trial === 20) time += 3600_000;
    if (made.verify === true && events.at(-1)?.type === 'value' && events.at(-2)?.type === 'verdict') {
      const curve = Array.from({ length: made.epochs - 4 }, (_, i) => value(5 + i) + own.normal() * 0.005);
      const y = curve.at(-1) ?? null;
      tell({ type: 'note', about: 'verify', data: { trial, from: 4, curve, y, epochs: made.epochs - 4, seconds: 1 } });
    }
  }
  tell({ type: 'end', reason: 'all trials are done' });
  return events;
}

/** The same as the library's `createStudy` would have begun it. */
export function programsOwn(events: readonly StoredEvent[]): StoredEvent[] {
  return events.map((event) => (event.type === 'study' ? { ...event, header: { ...event.header, environment: {} } } : event));
}

/** Two trials of 9 epochs with rungs at 1 and 3: the first paused at both, the second has not come to one. */
export function rungStudy(ended: boolean): StoredEvent[] {
  const candidate = { architecture: madeArchitecture(4, 16), ap: {}, hp: {} };
  const epoch = (trial: number, epoch: number): StudyEvent => ({ type: 'epoch', trial, attempt: 1, epoch, value: 0.4 + 0.1 * epoch, seconds: 1 });
  const events: StudyEvent[] = [
    { type: 'study', header: madeHeader({ epochs: 9 }) },
    ...[0, 1].map((trial): StudyEvent => ({ type: 'start', trial, candidate, until: 1 })),
    { type: 'open', trial: 0, attempt: 1 },
    epoch(0, 1),
    { type: 'pause', trial: 0 },
    { type: 'resume', trial: 0, until: 3 },
    { type: 'open', trial: 0, attempt: 2 },
    { ...epoch(0, 2), attempt: 2 } as StudyEvent,
    { ...epoch(0, 3), attempt: 2 } as StudyEvent,
    { type: 'pause', trial: 0 },
    ...(ended ? [{ type: 'end', reason: 'search complete' } as const] : []),
  ];
  return events.map((event, i) => ({ ...event, seq: i + 1, time: 0 }));
}
