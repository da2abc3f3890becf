// The suite of the contract Space: every space's test begins with one call of it.
import { describe, expect, it } from 'vitest';
import { createRng, ForetellError, hashOf, isLanguageModel, shapesOf, type Candidate, type Space } from '../../src/core/index.js';
import { identityOf } from '../../src/search/index.js';

/** `derivesNumbers`: false where the AP row is all that a candidate is, so that nobody can fill it in. */
export function spaceContract(name: string, makeSpace: () => Space, { derivesNumbers = true } = {}): void {
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
        if (derivesNumbers) expect(space.validate({ ...candidate, ap: {} })).toEqual(candidate);
        names.add(Object.keys(candidate.ap).join());
      }
      expect(names.size).toBe(1);
    });

    const neighbours = (i: number, most: number): [Candidate, readonly Candidate[]] => {
      const space = makeSpace();
      const candidate = space.sample(createRng('near').fork(i));
      return [candidate, space.neighbours(candidate, createRng('neighbours').fork(i), most)];
    };

    it('gives valid neighbours, none twice, never the candidate itself, and no more than were asked for', () => {
      for (let i = 0; i < 20; i++) {
        const [candidate, near] = neighbours(i, 12);
        expect(near.length).toBeGreaterThan(3);
        expect(near.length).toBeLessThanOrEqual(12);
        expect(new Set([candidate, ...near].map(identityOf)).size).toBe(near.length + 1);
        for (const other of near) expect(makeSpace().validate(other)).toEqual(other);
      }
      expect(neighbours(0, 1)[1]).toHaveLength(1);
      expect(neighbours(0, 0)[1]).toEqual([]);
    });

    it('gives neighbours that differ in one choice: the architecture or one number, those aside that come or go with it', () => {
      for (let i = 0; i < 20; i++) {
        const [{ architecture, ap, hp }, near] = neighbours(i, 12);
        for (const other of near) {
          const built = hashOf(architecture ?? ap) !== hashOf(other.architecture ?? other.ap);
          const numbers = Object.keys(hp).filter((name) => name in other.hp && other.hp[name] !== hp[name]);
          expect((built ? 1 : 0) + numbers.length).toBe(1);
        }
      }
    });

    it('gives the same neighbours for the same generator, others for others, and asks for a valid candidate', () => {
      expect(neighbours(3, 5)).toEqual(neighbours(3, 5));
      const [candidate] = neighbours(0, 1);
      const firsts = Array.from({ length: 40 }, (_, i) => makeSpace().neighbours(candidate, createRng(i), 1)[0]);
      expect(new Set(firsts.map(hashOf)).size).toBeGreaterThan(3);
      expect(() => makeSpace().neighbours({ architecture: null, ap: {}, hp: {} }, createRng(1), 1)).toThrow(/expected/);
    });

    it('has a grid of valid candidates, none twice, where it has one at all', () => {
      const space = makeSpace();
      const grid = space.grid?.(3);
      if (grid === undefined) return;
      const some = Array.from({ length: Math.min(200, grid.size) }, (_, i) => grid.at(Math.floor((i * grid.size) / Math.min(200, grid.size))));
      for (const candidate of some) expect(space.validate(candidate)).toEqual(candidate);
      expect(new Set(some.map(identityOf)).size).toBe(some.length);
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
