// The reason of a verdict that rests on a prediction. It holds nothing in units of the score: inside, a metric to minimise is negated, and what
// a verdict gives as numbers (`predicted`, `bar`) is turned back for people, words are not.

export function chanceWords(probability: number | null, sign: '<' | '>=' | '>', confidence: number): string {
  return `p(does not pass the bar) = ${probability?.toFixed(4) ?? '-'} ${sign} ${confidence}`;
}
