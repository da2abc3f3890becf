// A strategy of your own: a bowl is narrowed down. Each trial is drawn around the best one so far, closer the more have been tried. State comes from told events
// alone, and what is drawn from the trial's number: so a study file can be taken up at any event.
import { createRng, createStudy, type Candidate, type Strategy } from 'foretell';

export function narrowing(trials: number, epochs: number, seed: number): Strategy {
  const started: Candidate[] = [];
  let best: { x: number; y: number } | null = null;
  return {
    settings: { name: 'narrowing', trials, epochs },
    tell(event) {
      if (event.type === 'start') started.push(event.candidate);
      // Of frozen trials the value is predicted: it guides, but sets no bar.
      if (event.type === 'value' && !event.predicted && event.y > (best?.y ?? -Infinity)) best = { x: started[event.trial]?.hp['x'] ?? 0, y: event.y };
    },
    ask() {
      if (started.length >= trials) return Promise.resolve({ action: 'done' });
      const width = 10 / (1 + started.length);
      const x = (best?.x ?? 0) + createRng(seed).fork('trial', started.length).normal() * width;
      return Promise.resolve({ action: 'start', candidate: { architecture: null, ap: {}, hp: { x } }, until: epochs });
    },
    // What a rule holds a running trial against.
    stakes: () => ({ horizon: epochs, bar: best?.y ?? null }),
  };
}

const study = await createStudy({ epochs: 10, strategy: narrowing(40, 10, 1), rule: 'median' });
for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
  const { trial, attempt, candidate, until } = answer.task;
  for (let epoch = 1; epoch <= until; epoch++) {
    const value = -(((candidate.hp['x'] ?? 0) - 3) ** 2) - 5 / epoch;
    if ((await study.report(trial, { attempt, epoch, value, seconds: 0 })).action !== 'continue') break;
  }
}
const { best, counts } = study.summary();
console.log(`best x ${best?.candidate.hp['x']?.toFixed(2)}, ${counts.frozen} of 40 stopped early`);
await study.close();
