// libsvm (its WebAssembly-free build) as the oracle of nu-SVR, run to a tolerance of 1e-9.

import { createRequire } from 'node:module';

interface Machine {
  train(samples: number[][], labels: number[]): void;
  predict(samples: number[][]): number[];
  getSVIndices(): number[];
  serializeModel(): string;
  free(): void;
}
interface Svm {
  new (options: object): Machine;
  SVM_TYPES: { NU_SVR: string };
  KERNEL_TYPES: { LINEAR: string; RBF: string };
}
const SVM = createRequire(import.meta.url)('libsvm-js/asm') as Svm;

export interface Problem {
  name: string;
  x: number[][];
  y: number[];
  kernel: 'rbf' | 'linear';
  c: number;
  nu: number;
  gamma: number;
}

export function kernelMatrix({ x, kernel, gamma }: Problem): number[][] {
  const inner = (a: number[], b: number[]): number => a.reduce((s, v, k) => s + v * (b[k] ?? 0), 0);
  const squared = (a: number[], b: number[]): number => a.reduce((s, v, k) => s + (v - (b[k] ?? 0)) ** 2, 0);
  return x.map((a) => x.map((b) => (kernel === 'linear' ? inner(a, b) : Math.exp(-gamma * squared(a, b)))));
}

/** 1/2 b'Kb - y'b. */
export function objectiveOf(problem: Problem, beta: number[]): number {
  const k = kernelMatrix(problem);
  return beta.reduce((total, b, i) => total + b * (0.5 * beta.reduce((s, c, j) => s + c * (k[i]?.[j] ?? 0), 0) - (problem.y[i] ?? 0)), 0);
}

/** libsvm's beta a training row and its predictions of `probes`. */
export function libsvm(problem: Problem, probes: number[][]): { beta: number[]; predictions: number[] } {
  const machine = new SVM({
    type: SVM.SVM_TYPES.NU_SVR,
    kernel: problem.kernel === 'linear' ? SVM.KERNEL_TYPES.LINEAR : SVM.KERNEL_TYPES.RBF,
    cost: problem.c,
    nu: problem.nu,
    gamma: problem.gamma,
    tolerance: 1e-9,
    shrinking: false,
    quiet: true,
  });
  machine.train(problem.x, problem.y);
  const beta = new Array<number>(problem.y.length).fill(0);
  const lines = machine.serializeModel().split('SV\n').at(-1)?.trim().split('\n') ?? [];
  machine.getSVIndices().forEach((row, k) => {
    beta[row] = Number(lines[k]?.trim().split(' ')[0]);
  });
  const predictions = machine.predict(probes);
  machine.free();
  return { beta, predictions };
}
