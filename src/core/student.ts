// How far a mean of a few values may be off: Student's t, whose ends are much wider than the normal's where the values are few.

/** t with P(|T| <= t) = level for so many degrees of freedom: a whole number from 1, or infinity. Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, inverted. */
export function studentQuantile(degrees: number, level = 0.95): number {
  let [low, high] = [0, 1];
  while (within(high, degrees) < level) high *= 2;
  // 60 halvings: to the last bit.
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (within(middle, degrees) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** From there on the normal distribution differs by less than 1e-5. */
const MANY = 100_000;

/** P(|T| <= t). */
function within(t: number, degrees: number): number {
  const most = Math.min(degrees, MANY);
  const angle = Math.atan(t / Math.sqrt(most));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const odd = most % 2 === 1;
  let term = odd ? cos : 1;
  let sum = most === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= most - 2; k += 2) {
    term *= ((k - 1) / k) * cos * cos;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}
