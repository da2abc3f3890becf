// The documented examples of a loop, a strategy, a rule and a Pareto study of one's own: each runs as a user would run it, and does what its words say. That they type-check
// against the package's own types is the compiler's matter: tsconfig.json holds them, under the name 'foretell'.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { strategyContract } from '../contracts/strategy.js';
import { stoppingRuleContract } from '../contracts/stopping-rule.js';

const FOLDER = 'docs/examples';
const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
const { narrowing } = await import('../../docs/examples/own-strategy.js');
const strategySaid = String(said.mock.lastCall?.[0]);
const { patience } = await import('../../docs/examples/own-rule.js');
const ruleSaid = String(said.mock.lastCall?.[0]);
beforeEach(() => said.mockClear());
afterAll(() => said.mockRestore());

strategyContract('the example\'s strategy', 8, () => narrowing(40, 8, 1));
stoppingRuleContract('the example\'s rule', () => patience(2, 0.01));

describe('the examples', () => {
  it('own-loop finds a low loss for fewer epochs, in 20 lines', async () => {
    await import('../../docs/examples/own-loop.js');
    const [, loss, speedup] = /loss ([\d.]+), ([\d.]+)x/.exec(String(said.mock.lastCall?.[0])) ?? [];
    expect(Number(loss)).toBeLessThan(0.4);
    expect(Number(speedup)).toBeGreaterThan(1.2);
    const lines = readFileSync(`${FOLDER}/own-loop.ts`, 'utf8').trimEnd().split('\n');
    expect(lines.length - lines.findIndex((line) => line.startsWith('// --- 20'))).toBeLessThanOrEqual(20);
  });

  it('own-strategy narrows its bowl down', () => {
    const [, x, frozen] = /best x ([\d.]+), (\d+) of/.exec(strategySaid) ?? [];
    expect(Math.abs(Number(x) - 3)).toBeLessThan(0.2);
    expect(Number(frozen)).toBeGreaterThan(3);
  });

  it('own-rule freezes what no longer rises', () => {
    const [, distance, frozen] = /distance ([\d.]+), (\d+) of/.exec(ruleSaid) ?? [];
    expect(Number(distance)).toBeLessThan(0.05);
    expect(Number(frozen)).toBeGreaterThan(5);
  });

  it('pareto tells a front that rises with the weights', async () => {
    await import('../../docs/examples/pareto.js');
    const points = said.mock.calls.map(([text]) => /accuracy ~?([\d.]+) with (\d+) weights/.exec(String(text))?.slice(1).map(Number) as [number, number]);
    expect(points.length).toBeGreaterThan(5);
    const cheapest = points[0]?.[1] ?? 0;
    expect((points.at(-1)?.[1] ?? 0) / cheapest).toBeGreaterThan(10);
  });

  it('are linked from the page about the library, all of them', () => {
    const page = readFileSync('docs/library.md', 'utf8');
    expect(readdirSync(FOLDER).filter((file) => !page.includes(`(examples/${file})`))).toEqual([]);
    expect(JSON.parse(readFileSync('tsconfig.json', 'utf8'))).toMatchObject({ include: expect.arrayContaining([FOLDER]) as string[], compilerOptions: { paths: { foretell: ['./src/index.ts'] } } });
  });
});
