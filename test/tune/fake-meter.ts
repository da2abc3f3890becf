// A clock and candidates for the tuner's tests: each candidate takes as long as it is told, and time passes only while it "runs".
import { createRng } from '../../src/core/index.js';
import type { AdapterFacts } from '../../src/gpu/index.js';
import type { Choice, Measurable, Meter, Question, Track } from '../../src/tune/index.js';

export const adapter: AdapterFacts = {
  name: 'test', vendor: 'v', architecture: 'a', driver: 'driver 1', backend: 'null', software: false, subgroup: { min: 8, max: 8 }, features: ['subgroups'], limits: {},
};

export const choice = (variant: string, TILE = 4, overrides: Record<string, number> = {}): Choice => ({ variant, spec: { TILE }, overrides });

/** Seconds a run, or the error with which it fails: at compiling (`compile`) or in its n-th sample. */
export type Behaviour = number | { readonly compile: string } | { readonly run: string; readonly at: number; readonly seconds: number };

export interface FakeDevice {
  readonly meter: Meter;
  readonly track: Track;
  /** Names in the order of their samples. */
  readonly sampled: string[];
  /** Runnables not yet released; the track itself counts too. */
  held: number;
  now: number;
}

class Runner implements Measurable {
  count = 0;
  constructor(
    readonly name: string,
    readonly behaviour: Exclude<Behaviour, { compile: string }>,
    private readonly free: () => void,
  ) {}
  run(): void {
    throw new Error('the fake meter runs nothing');
  }
  time(): Promise<number> {
    return Promise.reject(new Error('the fake meter runs nothing'));
  }
  release(): void {
    this.free();
  }
}

/** `jitter`: relative spread of the samples. */
export function fakeDevice(behaviours: Readonly<Record<string, Behaviour>>, { jitter = 0, compileSeconds = 0 } = {}): FakeDevice {
  const rng = createRng('jitter');
  const device: FakeDevice = {
    sampled: [],
    held: 1,
    now: 0,
    track: {
      prepare(candidate) {
        const name = nameOf(candidate);
        const behaviour = behaviours[name];
        device.now += 1000 * compileSeconds;
        if (behaviour === undefined) return Promise.reject(new Error(`no behaviour for ${name}`));
        if (typeof behaviour !== 'number' && 'compile' in behaviour) return Promise.reject(new Error(behaviour.compile));
        device.held++;
        return Promise.resolve(new Runner(name, behaviour, () => device.held--));
      },
      release: () => void device.held--,
    },
    meter: {
      clock: 'wall',
      minSeconds: 0.001,
      sample(candidate, runs) {
        const { name, behaviour } = candidate as Runner;
        device.sampled.push(name);
        const seconds = typeof behaviour === 'number' ? behaviour : behaviour.seconds;
        if (typeof behaviour !== 'number' && ++(candidate as Runner).count === behaviour.at) return Promise.reject(new Error(behaviour.run));
        const taken = seconds * (1 + jitter * rng.uniform(-1, 1));
        device.now += 1000 * taken * runs;
        return Promise.resolve(taken);
      },
      now: () => device.now,
      release: () => undefined,
    },
  };
  return device;
}

export function nameOf({ variant, spec }: Choice): string {
  return `${variant} ${spec.TILE ?? ''}`.trim();
}

export function question(device: FakeDevice | null, candidates: readonly Choice[], shape: Record<string, number> = { M: 100, N: 64 }): Question {
  return {
    family: 'matmul', direction: 'forward', shape, adapter, candidates, kernels: () => 'kernels 1',
    ...(device === null ? {} : { openTrack: () => device.track }),
  };
}
