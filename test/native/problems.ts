// nu-SVR problems, random and degenerate, that both solvers get.

import { createRng } from '../../src/core/index.js';
import type { Problem } from './libsvm.js';

const rng = createRng('nu-svr problems');
const gaussian = (): number => rng.normal();

export function rows(n: number, d: number): number[][] {
  return Array.from({ length: n }, () => Array.from({ length: d }, gaussian));
}

function targetOf(x: number[][]): number[] {
  return x.map((row) => (row[0] ?? 0) - 0.5 * (row[1] ?? 0) ** 2 + 0.2 * gaussian());
}

function problem(name: string, x: number[][], settings: Partial<Problem> = {}): Problem {
  return { name, x, y: targetOf(x), kernel: 'rbf', c: 1, nu: 0.5, gamma: 0.2, ...settings };
}

function randomProblem(index: number): Problem {
  const n = 5 + rng.int(60);
  const d = 1 + rng.int(12);
  const kernel = index % 2 === 0 ? 'rbf' : 'linear';
  // A strong linear machine takes libsvm 10 s at this tolerance, so linear ones stop at c = 1.
  const settings = { kernel, c: rng.logUniform(1e-4, kernel === 'rbf' ? 10 : 1), nu: rng.uniform(0.02, 0.98), gamma: rng.logUniform(1e-4, 10) } as const;
  return problem(`random ${String(index)}: ${kernel}, n ${String(n)}, d ${String(d)}`, rows(n, d), settings);
}

function constantColumn(kernel: 'rbf' | 'linear'): Problem {
  return problem(`constant feature, ${kernel}`, rows(30, 4).map((row) => [...row.slice(0, 3), 7]), { kernel });
}

function duplicates(kernel: 'rbf' | 'linear', sameTarget: boolean): Problem {
  const half = rows(15, 3);
  const y = targetOf(half);
  const again = sameTarget ? y : y.map((v) => v + 0.3);
  return problem(`duplicate rows, ${sameTarget ? 'same' : 'different'} targets, ${kernel}`, [...half, ...half], { kernel, y: [...y, ...again], c: 5 });
}

export const problems: Problem[] = [
  ...Array.from({ length: 24 }, (_, k) => randomProblem(k)),
  ...(['rbf', 'linear'] as const).flatMap((kernel) => [
    constantColumn(kernel),
    duplicates(kernel, true),
    duplicates(kernel, false),
    problem(`all rows equal, ${kernel}`, Array.from({ length: 12 }, () => [1, 2]), { kernel, y: Array.from({ length: 12 }, gaussian) }),
    problem(`constant target, ${kernel}`, rows(12, 3), { kernel, y: new Array<number>(12).fill(0.7) }),
    ...[1, 2, 3, 4].map((n) => problem(`n = ${String(n)}, ${kernel}`, rows(n, 3), { kernel })),
    ...[1e-6, 1e-3, 0.999, 1].map((nu) => problem(`nu = ${String(nu)}, ${kernel}`, rows(25, 3), { kernel, nu })),
    problem(`more columns than rows, ${kernel}`, rows(10, 40), { kernel, c: 10 }),
  ]),
];
