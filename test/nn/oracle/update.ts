// The optimizers' steps by their definitions, a parameter at a time.
import type { TrainSettings } from '../../../src/nn/index.js';
import { type Field, UNIT } from './arithmetic.js';

/** SGD: v = momentum v + g + decay w; w = w - rate v. Adam: Kingma and Ba 2015, L2 in the gradient. `state` holds v, or m and v. */
export function update(settings: TrainSettings, rate: number, step: number, weight: Field, gradient: Field, state: Field[]): void {
  const { momentum, weightDecay, beta1, beta2, epsilon, optimizer } = settings;
  weight.v.forEach((w, i) => {
    const g = (gradient.v[i] as number) + weightDecay * w;
    const eg = (gradient.e[i] as number) + 2 * UNIT * (Math.abs(gradient.v[i] as number) + Math.abs(weightDecay * w));
    const [first, second] = state;
    if (first === undefined) return;
    if (optimizer === 'sgd') {
      first.v[i] = momentum * (first.v[i] as number) + g;
      first.e[i] = eg + 3 * UNIT * (Math.abs(momentum * (first.v[i] as number)) + Math.abs(g));
      weight.v[i] = w - rate * (first.v[i] as number);
      weight.e[i] = rate * (first.e[i] as number) + 3 * UNIT * (Math.abs(w) + Math.abs(rate * (first.v[i] as number)));
      return;
    }
    if (second === undefined) return;
    first.v[i] = beta1 * (first.v[i] as number) + (1 - beta1) * g;
    second.v[i] = beta2 * (second.v[i] as number) + (1 - beta2) * g * g;
    const [m, v] = [(first.v[i] as number) / (1 - beta1 ** step), (second.v[i] as number) / (1 - beta2 ** step)];
    weight.v[i] = w - (rate * m) / (Math.sqrt(v) + epsilon);
  });
}
