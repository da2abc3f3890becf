// The suite of the contract Space: every space's test begins with one call of it.
import { describe, expect, it } from 'vitest';
import { createRng, ForetellError, hashOf, isLanguageModel, shapesOf, type Space } from '../../src/core/index.js';

export function spaceContract(name: string, makeSpace: () => Space): void {
  describe(`${name} keeps the contract Space`, () => {
    const sample = (i: number) => makeSpace().sample(createRng('space').fork(i));

    it('gives the same sample for the same generator, and others for others', () => {
      expect(sample(3)).toEqual(sample(3));
      expect(new Set(Array.from({ length: 50 }, (_, i) => hashOf(sample(i)))).size).toBeGreaterThan(40);
    });

    it('gives only valid samples, and validating one changes nothing', () => {
      const space = makeSpace();
      for (let i = 0; i < 200; i++) {
        const candidate = space.sample(createRng('valid').fork(i));
        expect(space.validate(candidate)).toEqual(candidate);
        const { architecture } = candidate;
        if (architecture !== null && !isLanguageModel(architecture)) expect(shapesOf(architecture).length).toBe(architecture.layers.length + 1);
        for (const value of [...Object.values(candidate.ap), ...Object.values(candidate.hp)]) expect(Number.isFinite(value)).toBe(true);
      }
    });

    it('fills in the AP row of a candidate that lacks it, with the same names for all', () => {
      const space = makeSpace();
      const names = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const candidate = space.sample(createRng('ap').fork(i));
        expect(space.validate({ ...candidate, ap: {} })).toEqual(candidate);
        names.add(Object.keys(candidate.ap).join());
      }
      expect(names.size).toBe(1);
    });

    it('refuses what is not in it with an error that says what was expected', () => {
      const nothing = { architecture: null, ap: {}, hp: {} };
      expect(() => makeSpace().validate(nothing)).toThrow(ForetellError);
      expect(() => makeSpace().validate(nothing)).toThrow(/expected/);
    });

    it('is identified by a name and plain settings', () => {
      const { name: id, settings } = makeSpace();
      expect(id.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
    });
  });
}
