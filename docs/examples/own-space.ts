// A search space of your own: which functions of x a linear model sees, and its learning rate. What is trained is your own loop's matter.
import { createStudy, UsageError, type Candidate, type Space } from 'foretell';

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  one: () => 1, x: (x) => x, square: (x) => x * x, cube: (x) => x ** 3, sine: Math.sin, wave: (x) => Math.sin(3 * x), bump: (x) => Math.exp(-4 * x * x), step: Math.sign,
};
const NAMES = Object.keys(FUNCTIONS);

/** AP: which functions there are. HP: how it is trained. Predictors read both. */
function candidateOf(names: readonly string[], rate: number): Candidate {
  const ap = Object.fromEntries(NAMES.map((name) => [name, names.includes(name) ? 1 : 0]));
  return { architecture: null, ap: { ...ap, weights: names.length }, hp: { rate } };
}

const namesOf = ({ ap }: Candidate): string[] => NAMES.filter((name) => ap[name] === 1);
const rateOf = ({ hp }: Candidate): number => hp['rate'] ?? NaN;

export const functionSpace: Space = {
  name: 'functions of x',
  settings: { names: NAMES },
  sample: (rng) => candidateOf(NAMES.filter(() => rng.next() < 0.5), rng.logUniform(1e-3, 0.3)),
  neighbours(candidate, rng, most) {
    const names = namesOf(this.validate(candidate));
    const toggled = NAMES.map((name) => (names.includes(name) ? names.filter((other) => other !== name) : [...names, name]));
    const near = [...toggled.map((other) => candidateOf(other, rateOf(candidate))), ...[0.5, 2].map((factor) => candidateOf(names, factor * rateOf(candidate)))];
    return rng.shuffle(near).slice(0, most);
  },
  validate(candidate) {
    if (!(rateOf(candidate) > 0)) throw new UsageError(`functions of x: expected hp.rate above 0, got ${rateOf(candidate)}`);
    return candidateOf(namesOf(candidate), rateOf(candidate));
  },
};

/** Stochastic gradient descent towards a target; after each pass the negative squared error: scores point up. */
function* train(candidate: Candidate): Generator<number> {
  const points = Array.from({ length: 64 }, (_, i) => -1.5 + (3 * i) / 63).map((x) => ({ seen: namesOf(candidate).map((name) => FUNCTIONS[name]?.(x) ?? 0), y: Math.sin(3 * x) + 0.5 * x }));
  const weights = namesOf(candidate).map(() => 0);
  const miss = ({ seen, y }: { seen: number[]; y: number }): number => seen.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) - y;
  for (;;) {
    for (const point of points) {
      const error = miss(point);
      point.seen.forEach((value, i) => (weights[i] = (weights[i] ?? 0) - rateOf(candidate) * error * value));
    }
    yield -points.reduce((sum, point) => sum + miss(point) ** 2, 0) / points.length;
  }
}

const study = await createStudy({ space: functionSpace, epochs: 30, trials: 60, rule: 'median', enqueue: [candidateOf(['one', 'x'], 0.01)] });
for (let answer = await study.ask(); answer.action === 'train'; answer = await study.ask()) {
  const { trial, attempt, candidate, until } = answer.task;
  let epoch = 0;
  for (const value of train(candidate)) {
    const verdict = await study.report(trial, { attempt, epoch: ++epoch, value, seconds: 0 });
    if (verdict.action !== 'continue' || epoch === until) break;
  }
}
const { best, epochs } = study.summary();
console.log(`best trial ${best?.trial}: error ${(-(best?.y ?? NaN)).toPrecision(2)}, ${epochs.speedup.toFixed(1)}x fewer epochs`);
await study.close();
