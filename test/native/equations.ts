// Linear equations by a textbook loop, for oracles.

/** Solves A x = b by Gauss-Jordan with pivoting; a textbook loop. */
export function solve(a: number[][], b: number[]): number[] {
  const m = a.map((row, i) => [...row, b[i] ?? NaN]);
  for (let k = 0; k < m.length; k++) {
    const pivot = m.slice(k).reduce((best, row, i) => (Math.abs(row[k] ?? 0) > Math.abs(m[best]?.[k] ?? 0) ? k + i : best), k);
    [m[k], m[pivot]] = [m[pivot] ?? [], m[k] ?? []];
    const row = m[k] ?? [];
    m.forEach((other, i) => {
      if (i === k) return;
      const factor = (other[k] ?? 0) / (row[k] ?? NaN);
      row.forEach((v, j) => (other[j] = (other[j] ?? 0) - factor * v));
    });
  }
  return m.map((row, i) => (row.at(-1) ?? NaN) / (row[i] ?? NaN));
}
