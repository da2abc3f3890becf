// Which variant is chosen without measurements, from a journal, or by force.
import { describe, expect, it } from 'vitest';
import { KernelError } from '../../src/core/index.js';
import type { AdapterFacts } from '../../src/gpu/index.js';
import { type Choice, createChooser, createFixedChooser, type Question } from '../../src/tune/index.js';

const adapter: AdapterFacts = {
  name: 'test', vendor: '', architecture: '', driver: '', backend: 'null', software: true, subgroup: { min: 8, max: 8 }, features: ['subgroups'], limits: {},
};
const choice = (variant: string, TILE = 4): Choice => ({ variant, spec: { TILE }, overrides: {} });
const question = (software: boolean, ...candidates: Choice[]): Question => ({
  family: 'matmul', direction: 'forward', shape: { M: 1 }, adapter: { ...adapter, software }, candidates,
});

describe('chooser', () => {
  it('takes subgroups on a software adapter and tiles on an untuned GPU', async () => {
    const all = [choice('plain'), choice('tiled', 4), choice('tiled', 8), choice('subgroup')];
    expect(await createChooser().choose(question(true, ...all))).toEqual(choice('subgroup'));
    expect(await createChooser().choose(question(false, ...all))).toEqual(choice('tiled', 4));
  });

  it('falls back in order of preference to what fits', async () => {
    expect(await createChooser().choose(question(true, choice('plain'), choice('tiled')))).toEqual(choice('tiled'));
    expect(await createChooser().choose(question(false, choice('plain'), choice('wide')))).toEqual(choice('plain'));
    expect(await createChooser().choose(question(false, choice('wide')))).toEqual(choice('wide'));
  });

  it('obeys a choice from a journal, and tells what it chose', async () => {
    const told: string[] = [];
    const chooser = createChooser({ forced: ({ family }) => (family === 'matmul' ? choice('plain', 2) : null), heard: ({ family }, { variant }) => told.push(`${family} ${variant}`) });
    expect(await chooser.choose(question(true, choice('plain'), choice('subgroup')))).toEqual(choice('plain', 2));
    await chooser.choose({ ...question(true, choice('plain'), choice('subgroup')), family: 'conv2d' });
    expect(told).toEqual(['matmul plain', 'conv2d subgroup']);
  });

  it('refuses a fixed variant that does not fit', async () => {
    await expect(createFixedChooser('subgroup').choose(question(true, choice('plain')))).rejects.toThrow(KernelError);
  });
});
