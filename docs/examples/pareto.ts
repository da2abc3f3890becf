// A Pareto study: accuracy against weights. Evolution searches at three exchange rates in turn (how much accuracy a tenfold of the weights must bring), and the study tells
// which trials no other beats in both. What is trained is a stand-in whose accuracy rises with the logarithm of its weights, and falls with a bad learning rate.
import { createStudy } from 'foretell';

const study = await createStudy({
  space: { width: { low: 4, high: 4096, log: true, integer: true }, rate: { low: 1e-4, high: 1, log: true } },
  epochs: 12,
  trials: 90,
  strategy: 'evolution',
  rule: 'chain',
  objective: { by: 'weights', rates: [0, 0.05, 0.2] },
});
for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
  const { trial, attempt, candidate, until } = answer.task;
  const { width = 4, rate = 1 } = candidate.hp;
  const ceiling = 0.95 - 0.6 / Math.log2(width) - 0.1 * Math.abs(Math.log10(rate) + 2);
  for (let epoch = 1; epoch <= until; epoch++) {
    const value = ceiling * (1 - Math.exp(-epoch / 3));
    const verdict = await study.report(trial, { attempt, epoch, value, seconds: width / 1000, metrics: { weights: 10 * width + 10 } });
    if (verdict.action !== 'continue') break;
  }
}
for (const { trial, y, cost, predicted } of study.pareto('weights')) console.log(`trial ${trial}: accuracy ${predicted ? '~' : ''}${y.toFixed(3)} with ${cost} weights`);
await study.close();
