// Predictors on rows, textbook loops in f64, with what an f32 computation may be off by: rounding of sums by 2 sqrt(K) 2^-24 m, exp by
// WGSL's 3 + 2|x| ulp, division by 2.5 ulp, each carried through its slope.
const ULP = 2 ** -23;
const UNIT = 2 ** -24;

export interface Bounded {
  readonly value: number;
  readonly error: number;
}

/** One output of a layer; inputs may be off already. */
export function layerOracle(weights: ArrayLike<number>, bias: number, inputs: readonly Bounded[], activation: 'none' | 'relu' | 'tanh'): Bounded {
  let [value, magnitude, carried] = [bias, Math.abs(bias), 0];
  inputs.forEach((input, i) => {
    const w = weights[i] ?? NaN;
    value += w * input.value;
    magnitude += Math.abs(w * input.value);
    carried += Math.abs(w) * input.error;
  });
  const error = 2 * Math.sqrt(inputs.length + 1) * UNIT * (magnitude + carried) + carried;
  if (activation === 'none') return { value, error };
  return activation === 'relu' ? { value: Math.max(0, value), error } : tanh(value, error);
}

/** 1 - 2 / (exp(2a) + 1); tanh's slope is at most 1, so `error` goes through as it is. */
function tanh(a: number, error: number): Bounded {
  const value = Math.tanh(a);
  const quotient = 1 - value;
  const share = (1 + value) / 2;
  const exp = (3 + 4 * Math.min(15, Math.abs(a))) * ULP;
  return { value, error: error + quotient * (share * exp + UNIT + 2.5 * ULP) * (1 + exp) + UNIT * Math.abs(value) + 2 ** -100 };
}

export interface RbfParts {
  readonly columns: number;
  readonly gamma: number;
  readonly bias: number;
  readonly coefficients: ArrayLike<number>;
  readonly support: ArrayLike<number>;
}

/** `row` is exact; `inputError` is what each coordinate of it and of the support vectors may be off by beside that. */
export function rbfOracle({ columns, gamma, bias, coefficients, support }: RbfParts, row: ArrayLike<number>, inputError: (column: number, s: number) => number = () => 0): Bounded {
  let [value, magnitude, carried] = [bias, Math.abs(bias), 0];
  for (let s = 0; s < coefficients.length; s++) {
    let [distance, moved] = [0, 0];
    for (let c = 0; c < columns; c++) {
      const difference = (row[c] ?? NaN) - (support[s * columns + c] ?? NaN);
      const off = inputError(c, s);
      distance += difference * difference;
      moved += 2 * Math.abs(difference) * off + off * off;
    }
    const exponent = gamma * distance;
    // A difference is off by one rounding and enters squared: 2; the product with gamma, and gamma itself: 2.
    const shift = gamma * moved + (exponent + gamma * moved) * (2 * Math.sqrt(columns) + 4) * UNIT;
    const term = Math.abs(coefficients[s] ?? NaN) * Math.exp(-exponent);
    value += (coefficients[s] ?? NaN) * Math.exp(-exponent);
    magnitude += term;
    carried += term * (Math.expm1(shift) + Math.exp(shift) * ((3 + 2 * (exponent + shift)) * ULP + UNIT)) + Math.abs(coefficients[s] ?? NaN) * 2 ** -126;
  }
  return { value, error: 2 * Math.sqrt(coefficients.length + 1) * UNIT * (magnitude + carried) + carried };
}

export interface ForestParts {
  readonly bias: number;
  readonly weight: number;
  readonly feature: ArrayLike<number>;
  readonly left: ArrayLike<number>;
  readonly split: ArrayLike<number>;
  readonly roots: ArrayLike<number>;
}

export function forestOracle({ bias, weight, feature, left, split, roots }: ForestParts, row: ArrayLike<number>): Bounded {
  let [sum, magnitude] = [0, 0];
  for (const root of Array.from(roots)) {
    let at = root;
    for (let j = feature[at] ?? -1; j >= 0; j = feature[at] ?? -1) at = (left[at] ?? NaN) + ((row[j] ?? NaN) <= (split[at] ?? NaN) ? 0 : 1);
    sum += split[at] ?? NaN;
    magnitude += Math.abs(split[at] ?? NaN);
  }
  const value = bias + weight * sum;
  // The sum; then weight and bias as f32, the product and the last addition.
  return { value, error: Math.abs(weight) * magnitude * (2 * Math.sqrt(roots.length) + 2) * UNIT + (Math.abs(bias) + Math.abs(value)) * UNIT };
}
