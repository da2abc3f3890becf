// A training loop of your own with early stopping: here logistic regression by gradient descent, in place of whatever you train.
import { createStudy } from 'foretell';

const points = Array.from({ length: 80 }, (_, i) => ({ x: (i - 40) / 10, label: i > 40 + 8 * Math.sin(i) ? 1 : 0 }));

// --- 20 lines from here
const study = await createStudy({ space: { rate: { low: 1e-4, high: 10, log: true }, decay: { low: 0, high: 0.3 } }, epochs: 20, trials: 60, direction: 'minimize', rule: { draws: 20 } });
for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
  const { trial, attempt, candidate, until } = answer.task;
  const { rate = 1, decay = 0 } = candidate.hp;
  let [slope, bias] = [0, 0];
  for (let epoch = 1; epoch <= until; epoch++) {
    const missed = points.map(({ x, label }) => ({ x, miss: 1 / (1 + Math.exp(-(slope * x + bias))) - label }));
    slope -= rate * (missed.reduce((sum, { x, miss }) => sum + x * miss, 0) / points.length + decay * slope);
    bias -= rate * (missed.reduce((sum, { miss }) => sum + miss, 0) / points.length);
    const value = points.reduce((sum, { x, label }) => sum + Math.log(1 + Math.exp((label === 1 ? -1 : 1) * (slope * x + bias))), 0) / points.length;
    const verdict = await study.report(trial, { attempt, epoch, value, seconds: 0 });
    if (verdict.action !== 'continue') break;
  }
}
const { best, epochs } = study.summary();
console.log(`best trial ${best?.trial}: loss ${best?.y.toFixed(3)}, ${epochs.speedup.toFixed(1)}x fewer epochs`);
await study.close();
