// How large a share may be, from a sample of it: the one exact interval that a report of rare events needs.

/**
 * Upper end of Clopper and Pearson's one-sided interval (1934): the largest p at which `successes` or fewer of `trials` still have a probability of
 * at least 1 - level. 1 where nothing was tried, and where every trial was a success.
 */
export function clopperPearsonUpper(successes: number, trials: number, level = 0.95): number {
  if (trials === 0 || successes >= trials) return 1;
  let [low, high] = [successes / trials, 1];
  // 60 halvings: 1e-18 of the interval.
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atMost(successes, trials, middle) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X <= k), X ~ Binomial(n, p), by logarithms: n of a thousand does not underflow. */
function atMost(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return sum;
}
