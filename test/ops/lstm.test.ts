import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/index.js';
import type { Tensor } from '../../src/gpu/index.js';
import type { OpContext } from '../../src/ops/contracts.js';
import { lstmBackward, lstmCarry, lstmFamily, lstmForward } from '../../src/ops/lstm/lstm.js';
import { createChooser } from '../../src/tune/index.js';
import type { Approximate } from './oracle/approximate.js';
import { dot, expectGradient, normals } from './oracle/central-differences.js';
import { expectExact, expectSum, expectWithin, gaussians, integers, type Sum, testRng, useDevice } from './fixture.js';
import { backwardStep, backwardWindow, errors, type Extents, forwardStep, forwardWindow, values } from './oracle/lstm.js';

const gpu = useDevice();
const variants = lstmFamily.variants.map(({ name }) => name);

const CASES: readonly Extents[] = [
  { T: 1, B: 1, I: 1, H: 1 },
  { T: 3, B: 5, I: 3, H: 7 },
  { T: 2, B: 20, I: 9, H: 40 },
  { T: 2, B: 33, I: 5, H: 18 },
  { T: 3, B: 3, I: 4, H: 67 },
];

type Floats = Float32Array<ArrayBuffer>;
type Names = 'x' | 'w' | 'r' | 'bias' | 'h' | 'c' | 'gates' | 'y' | 'dy' | 'dw' | 'dr' | 'dbias' | 'dx';

function shapeOf(name: Names, { T, B, I, H }: Extents): number[] {
  const shapes: Record<Names, number[]> = {
    x: [T, B, I], dx: [T, B, I], w: [4 * H, I], dw: [4 * H, I], r: [4 * H, H], dr: [4 * H, H], bias: [4 * H], dbias: [4 * H],
    h: [T + 1, B, H], c: [T + 1, B, H], gates: [T, B, 4 * H], y: [T, B, H], dy: [T, B, H],
  };
  return shapes[name];
}

const size = (name: Names, extents: Extents): number => shapeOf(name, extents).reduce((product, extent) => product * extent, 1);

function tensor(name: Names, extents: Extents, data?: Floats): Tensor {
  return gpu.tensor(shapeOf(name, extents), data, name);
}

/** Row 0 set and the rest NaN. */
function stateTensor(name: 'h' | 'c', extents: Extents, first: Floats): Tensor {
  const data = new Float32Array(size(name, extents)).fill(NaN);
  data.set(first);
  return tensor(name, extents, data);
}

interface Inputs {
  readonly x: Floats;
  readonly w: Floats;
  readonly r: Floats;
  readonly bias: Floats;
  readonly h: Floats;
  readonly c: Floats;
  readonly dy: Floats;
}

/** Weights small enough that gates are neither all open nor all shut; a few planted large inputs. */
function inputsOf(extents: Extents, fill = gaussians): Inputs {
  const rng = testRng(`lstm ${JSON.stringify(extents)}`);
  const [states, scale] = [extents.B * extents.H, 1 / Math.sqrt(extents.H + extents.I)];
  const small = (name: Names): Floats => normals(rng, size(name, extents)).map((v) => v * scale);
  return {
    x: fill(rng, size('x', extents)), w: small('w'), r: small('r'), bias: small('bias'),
    h: normals(rng, states).map(Math.tanh), c: normals(rng, states), dy: fill(rng, size('dy', extents)),
  };
}

function forwardTensors(extents: Extents, { x, w, r, bias, h, c }: Inputs): Record<'x' | 'w' | 'r' | 'bias' | 'h' | 'c' | 'gates' | 'y', Tensor> {
  return {
    x: tensor('x', extents, x), w: tensor('w', extents, w), r: tensor('r', extents, r), bias: tensor('bias', extents, bias),
    h: stateTensor('h', extents, h), c: stateTensor('c', extents, c), gates: tensor('gates', extents), y: tensor('y', extents),
  };
}

function gradientTensors(extents: Extents): Record<'dw' | 'dr' | 'dbias' | 'dx', Tensor> {
  return { dw: tensor('dw', extents), dr: tensor('dr', extents), dbias: tensor('dbias', extents), dx: tensor('dx', extents) };
}

function expectCells(what: string, shape: readonly number[], got: Float32Array, want: readonly Approximate[]): void {
  const allowed = errors(want);
  expectWithin(what, shape, got, values(want), (i) => allowed[i] ?? 0);
}

const rowOf = (all: Floats, t: number, step: number): Floats => all.slice(t * step, (t + 1) * step);

/** M x N sums over `inner` of a(m,k) b(k,n) with the fixture's magnitudes. */
function product(M: number, N: number, inner: number, a: (m: number, k: number) => number, b: (k: number, n: number) => number): Sum {
  const [sums, magnitudes] = [new Float64Array(M * N), new Float64Array(M * N)];
  for (let i = 0; i < M * N; i++) {
    for (let k = 0; k < inner; k++) {
      const term = a(Math.floor(i / N), k) * b(k, i % N);
      sums[i] = (sums[i] ?? 0) + term;
      magnitudes[i] = (magnitudes[i] ?? 0) + Math.abs(term);
    }
  }
  return { values: sums, magnitudes, terms: inner };
}

/** The variant with its nth settings (or the last) for the recurrence, the default for the matmuls around it. */
function contextOf({ variant, nth }: (typeof CHOICES)[number]): OpContext {
  return {
    device: gpu.device,
    chooser: createChooser({
      forced: ({ family, candidates }) => {
        if (family !== 'lstm') return null;
        const settings = candidates.filter((candidate) => candidate.variant === variant);
        const choice = settings[Math.min(nth, settings.length - 1)];
        if (!choice) throw new Error(`lstm: no settings ${nth} of ${variant}`);
        return choice;
      },
    }),
  };
}

const CHOICES = [
  { variant: 'plain', nth: 0 },
  { variant: 'tiled', nth: 0 },
  { variant: 'tiled', nth: 1 },
  { variant: 'tiled', nth: 2 },
  { variant: 'subgroup', nth: 0 },
];

async function readAll<Name extends string>(tensors: Readonly<Record<Name, Tensor>>): Promise<Record<Name, Floats>> {
  const names = Object.keys(tensors) as Name[];
  const read = await gpu.device.readAll(names.map((name) => tensors[name]));
  return Object.fromEntries(names.map((name, i) => [name, read[i]])) as Record<Name, Floats>;
}

describe.each(CHOICES)('lstm $variant, settings $nth', (choice) => {
  it.each(CASES)('takes each step of T $T B $B I $I H $H from its state within the bound', async (extents) => {
    const { T, B, I, H } = extents;
    const inputs = inputsOf(extents);
    const tensors = forwardTensors(extents, inputs);
    await gpu.run(await lstmForward(contextOf(choice), tensors));
    const got = await readAll(tensors);
    expect(got.y).toEqual(got.h.slice(B * H));
    for (let t = 0; t < T; t++) {
      const want = forwardStep(extents, inputs, rowOf(inputs.x, t, B * I), rowOf(got.h, t, B * H), rowOf(got.c, t, B * H));
      expectCells(`gates ${t}`, [B, H, 4], rowOf(got.gates, t, 4 * B * H), want.gates);
      expectCells(`c ${t}`, [B, H], rowOf(got.c, t + 1, B * H), want.c);
      expectCells(`h ${t}`, [B, H], rowOf(got.h, t + 1, B * H), want.h);
    }
  });

  it.each(CASES)('indexes a step of B $B I $I H $H exactly where gates are open or shut', async (whole) => {
    const extents = { ...whole, T: 1 };
    const { B, H } = extents;
    const inputs = saturating(extents);
    const tensors = forwardTensors(extents, inputs);
    await gpu.run(await lstmForward(contextOf(choice), tensors));
    const got = await readAll(tensors);
    const want = forwardStep(extents, inputs, inputs.x, inputs.h, inputs.c);
    expectExact('gates', [B, H, 4], got.gates.map(Math.round), values(want.gates).map(Math.round));
    expectExact('c', [B, H], got.c.slice(B * H).map(Math.round), values(want.c).map(Math.round));
    expectWithin('gates', [B, H, 4], got.gates, values(want.gates).map(Math.round), () => 1e-12);
  });

  it.each(CASES)('goes back through each step of T $T B $B I $I H $H within the bound', async (extents) => {
    const { T, B, H } = extents;
    const inputs = inputsOf(extents);
    const tensors = forwardTensors(extents, inputs);
    await gpu.run(await lstmForward(contextOf(choice), tensors));
    const forward = await readAll(tensors);
    const gradients = gradientTensors(extents);
    await gpu.run(await lstmBackward(contextOf(choice), { ...tensors, ...gradients, dy: tensor('dy', extents, inputs.dy) }));
    const { gates: da } = await readAll(tensors);
    let dc: readonly Approximate[] = [];
    for (let t = T - 1; t >= 0; t--) {
      const [before, after] = [rowOf(forward.c, t, B * H), rowOf(forward.c, t + 1, B * H)];
      const next = t + 1 < T ? rowOf(da, t + 1, 4 * B * H) : null;
      const state = { dy: rowOf(inputs.dy, t, B * H), gates: rowOf(forward.gates, t, 4 * B * H), before, after, next, dc };
      const want = backwardStep(extents, inputs.r, state);
      expectCells(`da ${t}`, [B, H, 4], rowOf(da, t, 4 * B * H), want.da);
      dc = want.dc;
    }
    expectSums(extents, inputs, forward.h, da, await readAll(gradients));
  });

  it.each(CASES.filter(({ T }) => T > 1))('indexes two steps back at B $B H $H exactly', async (whole) => {
    const extents = { ...whole, T: 2 };
    const { B, H } = extents;
    const rng = testRng(`lstm exact ${B} ${H}`);
    const [r, dy, gates] = [integers(rng, 4 * H * H, 1), integers(rng, 2 * B * H), integers(rng, 8 * B * H, 2)];
    // tanh is exactly -1, 0 or 1 there.
    const c = integers(rng, 3 * B * H, 1).map((v) => 32 * v);
    const inputs = { ...inputsOf(extents), r };
    const tensors = { ...forwardTensors(extents, inputs), c: tensor('c', extents, c), gates: tensor('gates', extents, gates) };
    await gpu.run(await lstmBackward(contextOf(choice), { ...tensors, ...gradientTensors(extents), dy: tensor('dy', extents, dy) }));
    const halves = <V extends ArrayLike<number>>(all: V): number[][] => [0, 1].map((t) => Array.from(all).slice((t * all.length) / 2, ((t + 1) * all.length) / 2));
    const window = { gates: halves(gates), h: [], c: [0, 1, 2].map((t) => [...rowOf(c, t, B * H)]) };
    expectExact('da', [2, B, H, 4], await gpu.read(tensors.gates), backwardWindow(extents, r, window, dy).flat());
  });

  it('gives the same bits run after run', async () => {
    const extents = { T: 3, B: 5, I: 3, H: 7 };
    const run = async (): Promise<Record<string, Floats>> => {
      const inputs = inputsOf(extents);
      const [tensors, gradients] = [forwardTensors(extents, inputs), gradientTensors(extents)];
      const dy = tensor('dy', extents, inputs.dy);
      await gpu.run([...(await lstmForward(contextOf(choice), tensors)), ...(await lstmBackward(contextOf(choice), { ...tensors, ...gradients, dy }))]);
      return readAll({ ...tensors, ...gradients });
    };
    expect(await run()).toEqual(await run());
  });
});

/** Before the activations every sum is an odd multiple of 32: gates are 0, 1 or -1 to 1e-13, by the sign of an exact sum. */
function saturating(extents: Extents): Inputs {
  const { B, H } = extents;
  const rng = testRng(`lstm saturating ${JSON.stringify(extents)}`);
  const whole = (name: Names, factor: number, offset = 0): Floats => integers(rng, size(name, extents)).map((v) => factor * v + offset);
  return {
    x: whole('x', 1), w: whole('w', 64), r: whole('r', 64), bias: whole('bias', 64, 32), dy: whole('dy', 1),
    h: integers(rng, B * H), c: integers(rng, B * H, 9),
  };
}

/** The gradients summed over all steps, from the device's own da and states. */
function expectSums(extents: Extents, { x, w }: Inputs, h: Floats, da: Floats, got: Record<'dw' | 'dr' | 'dbias' | 'dx', Floats>): void {
  const { T, B, I, H } = extents;
  const [rows, M] = [T * B, 4 * H];
  const gradient = (m: number, k: number): number => da[k * M + m] ?? NaN;
  expectSum('dw', [M, I], got.dw, product(M, I, rows, gradient, (k, n) => x[k * I + n] ?? NaN));
  expectSum('dr', [M, H], got.dr, product(M, H, rows, gradient, (k, n) => h[k * H + n] ?? NaN));
  expectSum('dbias', [M], got.dbias, product(M, 1, rows, gradient, () => 1));
  expectSum('dx', [rows, I], got.dx, product(rows, I, M, (n, m) => da[n * M + m] ?? NaN, (m, i) => w[m * I + i] ?? NaN));
}

describe('lstm', () => {
  it('carries the state on, or begins with zeros', async () => {
    const [h, c] = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]].map((data) => gpu.tensor([3, 1, 2], data)) as [Tensor, Tensor];
    const dispatches = await lstmCarry(gpu.context(), { h, c });
    await gpu.run(dispatches);
    expect([...(await gpu.read(h))]).toEqual([5, 6, 3, 4, 5, 6]);
    expect([...(await gpu.read(c))]).toEqual([11, 12, 9, 10, 11, 12]);
    dispatches.forEach(({ params }) => params.set({ keep: 0 }));
    await gpu.run(dispatches);
    expect([...(await gpu.read(h))]).toEqual([0, 0, 3, 4, 5, 6]);
    expect([...(await gpu.read(c))]).toEqual([0, 0, 9, 10, 11, 12]);
  });

  it.each([NaN, Infinity, -Infinity].flatMap((value) => variants.map((variant) => ({ value, variant }))))(
    '$variant: a weight of $value shows in the output and the gradient',
    async ({ value, variant }) => {
      const extents = { T: 1, B: 2, I: 1, H: 3 };
      const inputs = inputsOf(extents, normals);
      inputs.bias[7] = value;
      const tensors = forwardTensors(extents, inputs);
      await gpu.run(await lstmForward(contextOf({ variant, nth: 0 }), tensors));
      const y = [...(await gpu.read(tensors.y))];
      expect(y.map(Number.isFinite)).toEqual([true, false, true, true, false, true]);
      const gradients = gradientTensors(extents);
      await gpu.run(await lstmBackward(contextOf({ variant, nth: 0 }), { ...tensors, ...gradients, dy: tensor('dy', extents, inputs.dy) }));
      expect([...(await gpu.read(gradients.dbias))].every(Number.isFinite)).toBe(false);
    },
  );

  it('compiles nothing new for new extents', async () => {
    const run = async (extents: Extents): Promise<void> => {
      const inputs = inputsOf(extents);
      await gpu.run(await lstmForward(gpu.context(), forwardTensors(extents, inputs)));
    };
    for (const H of [8, 64, 100]) await run({ T: 1, B: 4, I: 8, H });
    const before = gpu.device.pipelineCount;
    for (const H of [9, 65, 101]) await run({ T: 2, B: 4, I: 7, H });
    expect(gpu.device.pipelineCount).toBe(before);
  });

  it('refuses gates, states and weights of other extents', async () => {
    const extents = { T: 2, B: 2, I: 3, H: 4 };
    const tensors = forwardTensors(extents, inputsOf(extents));
    await expect(lstmForward(gpu.context(), { ...tensors, gates: gpu.tensor([2, 2, 15]) })).rejects.toThrow(ShapeError);
    await expect(lstmForward(gpu.context(), { ...tensors, h: gpu.tensor([2, 2, 4]) })).rejects.toThrow(/lstm h: expected shape 3x2x4/);
    await expect(lstmForward(gpu.context(), { ...tensors, w: gpu.tensor([16, 4]) })).rejects.toThrow(/lstm w: expected shape 16x3/);
  });
});

describe('lstm oracle', () => {
  const extents = { T: 3, B: 2, I: 2, H: 3 };
  const { x, w, r, bias, h, c, dy } = inputsOf(extents, normals);
  const loss = (change: Partial<Record<'x' | 'w' | 'r' | 'bias', ArrayLike<number>>>): number => {
    const weights = { w, r, bias, ...change };
    return dot(dy, forwardWindow(extents, weights, change.x ?? x, h, c).h.slice(1).flat());
  };
  const window = forwardWindow(extents, { w, r, bias }, x, h, c);
  const da = backwardWindow(extents, r, window, dy).flat();
  const [rows, M] = [extents.T * extents.B, 4 * extents.H];
  const states = window.h.flat();
  const gradient = (m: number, k: number): number => da[k * M + m] ?? NaN;

  it('has the gradients of its weights, inputs and biases', () => {
    const { I, H } = extents;
    expectGradient(product(M, I, rows, gradient, (k, n) => x[k * I + n] ?? NaN).values, (at) => loss({ w: at }), w);
    expectGradient(product(M, H, rows, gradient, (k, n) => states[k * H + n] ?? NaN).values, (at) => loss({ r: at }), r);
    expectGradient(product(M, 1, rows, gradient, () => 1).values, (at) => loss({ bias: at }), bias);
    expectGradient(product(rows, I, M, (n, m) => da[n * M + m] ?? NaN, (m, i) => w[m * I + i] ?? NaN).values, (at) => loss({ x: at }), x);
  });
});
