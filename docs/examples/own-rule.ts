// A stopping rule of your own: a trial that has hardly risen for some epochs, and stands below the bar, is frozen at what it has. It never looks at frozen trials again.
import { createStudy, type StoppingRule, type TrialId } from 'foretell';

export function patience(epochs: number, least: number): StoppingRule {
  const curves = new Map<TrialId, number[]>();
  return {
    settings: { name: 'patience', epochs, least },
    tell(event) {
      if (event.type === 'start') curves.set(event.trial, []);
      if (event.type === 'epoch') curves.get(event.trial)?.splice(event.epoch - 1, 1, event.value);
    },
    judge(trial, { bar }) {
      const curve = curves.get(trial) ?? [];
      const before = Math.max(...curve.slice(0, -epochs));
      const y = Math.max(...curve);
      const tired = curve.length > epochs && y - before < least && bar !== null && y < bar;
      // Where nothing is predicted, a frozen trial's value is what it has shown.
      return Promise.resolve({ verdict: tired ? { action: 'freeze', reason: `rose by less than ${least} in ${epochs} epochs`, value: { y, at: curve.length }, bar } : { action: 'continue' } });
    },
    review: () => Promise.resolve({ thaw: [] }),
  };
}

const study = await createStudy({ space: { rate: { low: 0.01, high: 4, log: true } }, epochs: 30, trials: 40, rule: patience(4, 0.05) });
for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
  const { trial, attempt, candidate, until } = answer.task;
  let [x, rate] = [8, candidate.hp['rate'] ?? 1];
  for (let epoch = 1; epoch <= until; epoch++, rate *= 0.9) {
    x -= rate * Math.sign(x) * Math.sqrt(Math.abs(x));
    if ((await study.report(trial, { attempt, epoch, value: -Math.abs(x), seconds: 0 })).action !== 'continue') break;
  }
}
const { best, counts, epochs } = study.summary();
console.log(`best distance ${(-(best?.y ?? NaN)).toFixed(3)}, ${counts.frozen} of 40 frozen, ${epochs.speedup.toFixed(1)}x fewer epochs`);
await study.close();
