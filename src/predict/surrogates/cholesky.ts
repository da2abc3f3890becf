// Symmetric positive definite systems of a few hundred rows: the lower triangle L with K = L L', and the two substitutions. In place, row-major.

/** False where the matrix is not positive definite to rounding. Reads and writes the lower triangle. */
export function factorise(K: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = K[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (K[i * n + k] as number) * (K[j * n + k] as number);
      if (i > j) K[i * n + j] = sum / (K[j * n + j] as number);
      else if (sum > 0) K[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** b becomes x with L x = b. */
export function forward(L: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (L[i * n + k] as number) * (b[k] as number);
    b[i] = sum / (L[i * n + i] as number);
  }
  return b;
}

/** b becomes x with L' x = b. */
export function backward(L: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (L[k * n + i] as number) * (b[k] as number);
    b[i] = sum / (L[i * n + i] as number);
  }
  return b;
}
