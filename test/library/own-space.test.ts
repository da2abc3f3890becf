// The documented example of a space of one's own: it keeps the contract, its search finds the two functions, and the space is as short as promised.
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { spaceContract } from '../contracts/space.js';

const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
const { functionSpace } = await import('../../docs/examples/own-space.js');

spaceContract('the example\'s space', () => functionSpace, { derivesNumbers: false });

it('runs, and finds the target, which is two of its functions', () => {
  const [[line]] = said.mock.calls as [[string]];
  expect(line).toMatch(/^best trial \d+: error (0\.00|\d.*e-)/);
  expect(Number(/([\d.]+)x fewer epochs/.exec(line)?.[1])).toBeGreaterThan(1.3);
});

it('is a space in under 40 lines', () => {
  const lines = readFileSync('docs/examples/own-space.ts', 'utf8').split('\n');
  expect(lines.findLastIndex((line) => line === '};')).toBeLessThan(40);
});
