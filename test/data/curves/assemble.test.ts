import { describe, expect, it } from 'vitest';
import { createRng, DataError } from '../../../src/core/index.js';
import { assembleCurveSet, fromUnit, inScoresOf, parseManifest, parseThinning, recordedOf, scoreOf, stretched, thinned, toUnit, type Table } from '../../../src/data/index.js';

const manifest = (change: object = {}) =>
  parseManifest(JSON.stringify({ name: 'made', files: 'made.csv', metric: { columns: 'e{n}', direction: 'max' }, ...change }), 'made.json');

function table(name: string, lines: string): Table {
  const [columns = [], ...records] = lines.trim().split('\n').map((line) => line.trim().split(';'));
  return { name, columns, records };
}

const assemble = (change: object, ...tables: Table[]) => assembleCurveSet(manifest(change), tables);

describe('a manifest', () => {
  it('is refused with the member at fault and the way to the form', () => {
    expect(() => manifest({ metric: { columns: 'acc', direction: 'max' } })).toThrow(/made.json: metric.columns: .*\{n\}.*docs\/curve-sets.md/);
    expect(() => manifest({ metric: { columns: 'e{n}', direction: 'sideways' } })).toThrow(DataError);
    expect(() => manifest({ metrics: 1 })).toThrow(/metrics/);
    expect(() => parseManifest('{', 'made.json')).toThrow(/expected a manifest as JSON/);
  });
});

describe('assembling a curve set', () => {
  it('orders epochs by number, begins at first, and negates what is minimised', async () => {
    const set = await assemble({ metric: { columns: 'e{n}', first: 'e1', direction: 'min', transform: 'log' } }, table('t', 'e10;e0;e2;e1\n10;99;2;1'));
    expect(set.epochs).toBe(3);
    expect(set.rows[0]?.curve).toEqual([-Math.log(1), -Math.log(2), -Math.log(10)]);
  });

  it('joins files by id, whatever their order, and says which column is missing', async () => {
    const [config, curves] = ['id;width\nb;2\na;1', 'id;e1;e2\na;.1;.2\nb;.3;.4\nc;.5;.6'];
    const set = await assemble({ id: 'id', architecture: ['width'] }, table('config', config), table('curves', curves));
    expect(set.rows.map(({ id, ap }) => [id, ap])).toEqual([['a', { width: 1 }], ['b', { width: 2 }], ['c', {}]]);
    await expect(assemble({ id: 'id', architecture: ['depth'] }, table('config', config), table('curves', curves))).rejects.toThrow(/expected a column 'depth', got id, width, e1, e2/);
    await expect(assemble({ id: 'id' }, table('one', curves), table('two', curves))).rejects.toThrow(/in one file, got it in one and two/);
    await expect(assemble({}, table('config', config), table('curves', curves))).rejects.toThrow(/expected 'id'/);
  });

  it('ends a curve where it breaks for good, fills a gap, and counts both', async () => {
    const set = await assemble({}, table('t', 'e1;e2;e3;e4\n.1;;.3;.4\n.1;.2;NaN;inf\n;.2;.3;.4\n;nan;;'));
    expect(set.rows.map(({ curve }) => curve)).toEqual([[0.1, 0.1, 0.3, 0.4], [0.1, 0.2], [0.2, 0.2, 0.3, 0.4], []]);
    expect(set.notes).toEqual([
      '1 of 4 rows without any number: runs that failed in their first epoch',
      '1 of 4 rows end before the last epoch (not finite, or not recorded)',
      '2 of 4 rows with gaps, filled with the value before',
    ]);
  });

  it('takes infinite losses and a perplexity of 1e30', async () => {
    const set = await assemble({ metric: { columns: 'e{n}', direction: 'min', transform: 'log' } }, table('t', 'e1;e2\n1e30;100\ninfinity;100\n100;1e30\n0;5'));
    expect(set.rows.map(({ curve }) => curve.every(Number.isFinite))).toEqual([true, true, true, true]);
    expect(set.rows[2]?.curve[1]).toBeCloseTo(-30 * Math.log(10), 10);
  });

  it('keeps repeated ids under new ones, in one group', async () => {
    const set = await assemble({ id: 'id' }, table('t', 'id;e1\na;1\na;2\na;3'));
    expect(set.rows.map(({ id }) => id)).toEqual(['a', 'a#2', 'a#3']);
    const grouped = await assemble({ architecture: ['width'] }, table('t', 'width;e1\n4;1\n4;2\n5;3'));
    expect(new Set(grouped.rows.map(({ group }) => group)).size).toBe(2);
  });

  it('drops what the manifest says, and refuses a set with nothing left', async () => {
    const set = await assemble({ drop: [{ column: 'e1', above: 1 }, { column: 'state', equals: 'dead' }] }, table('t', 'state;e1\nok;.5\nok;86\ndead;.2'));
    expect(set.rows).toHaveLength(1);
    await expect(assemble({}, table('t', 'e1;e2'))).rejects.toThrow(/at least one row/);
  });

  it('makes words one-hot, mends single words among numbers, and reads MetaQNN strings and cells', async () => {
    const words = await assemble({ architecture: ['op', 'width'] }, table('t', 'op;width;e1\nconv;3;1\npool;wide;1\nconv;4;1\nconv;5;1'));
    expect(words.rows.map(({ ap }) => ap)).toEqual([
      { 'op=conv': 1, 'op=pool': 0, width: 3 }, { 'op=conv': 0, 'op=pool': 1 }, { 'op=conv': 1, 'op=pool': 0, width: 4 }, { 'op=conv': 1, 'op=pool': 0, width: 5 },
    ]);
    expect(words.notes).toContain('column width: 1 of 4 cells are no numbers and count as missing');
    const nets = await assemble({ architecture: ['net'], network: 'net' }, table('t', 'net;e1\n[C(64,3,1), P(2,2), D(1,1), FC(128), SM(10)];1'));
    expect(nets.rows[0]?.ap).toMatchObject({ 'net layers': 4, 'net conv': 1, 'net filters': 64, 'net weights': 64 * 27 + 128 * 64 * 256 });
    expect(nets.rows[0]?.architecture).toMatch(/^\[C\(64/);
    const cells = await assemble({ architecture: ['cell'] }, table('t', 'cell;e1\n|a~0|+|none~0|b~1|+|c~0|none~1|a~2|;1\n|none~0|+|none~0|none~1|+|c~0|none~1|none~2|;1'));
    expect(cells.rows.map(({ ap }) => ap)).toEqual([{ 'cell a>b>a': 1, 'cell c': 1 }, { 'cell a>b>a': 0, 'cell c': 1 }]);
  });

  it('refuses a column of text that is no category', async () => {
    const rows = Array.from({ length: 70 }, (_, i) => `word${i};1`).join('\n');
    await expect(assemble({ architecture: ['note'] }, table('t', `note;e1\n${rows}`))).rejects.toThrow(/at most 64 different words, got 70/);
  });

  it('goes from scores back to recorded numbers, and into the unit interval', async () => {
    const { metric } = await assemble({ metric: { columns: 'e{n}', direction: 'min', transform: 'log', unit: { scale: -0.001, offset: 1 } } }, table('t', 'e1\n100'));
    expect(recordedOf(metric, scoreOf(metric, 140))).toBeCloseTo(140, 10);
    expect(toUnit(metric, scoreOf(metric, 140))).toBeCloseTo(0.86, 12);
    expect(fromUnit(metric, toUnit(metric, -4))).toBeCloseTo(-4, 12);
    const percent = await assemble({}, table('t', 'e1\n80'));
    expect(toUnit(percent.metric, 80)).toBeCloseTo(0.8, 12);
    const errors = await assemble({ metric: { columns: 'e{n}', direction: 'min' } }, table('t', 'e1\n.25'));
    expect(inScoresOf(errors, percent.metric).rows[0]?.curve[0]).toBeCloseTo(75, 10);
    expect(inScoresOf(percent, percent.metric)).toBe(percent);
  });
});

describe('thinning', () => {
  it('keeps the last epoch and so many rows, the same for a seed', async () => {
    const set = await assemble({}, table('t', `e1;e2;e3;e4;e5\n${Array.from({ length: 9 }, (_, i) => [1, 2, 3, 4, 5].map((e) => e * 10 + i).join(';')).join('\n')}`));
    const thin = thinned(set, parseThinning('4,2'), createRng('thin'));
    expect([thin.epochs, thin.rows.length]).toEqual([2, 4]);
    expect(thin.rows.every(({ curve }) => curve.length === 2 && Math.floor((curve[1] ?? 0) / 10) === 5 && Math.floor((curve[0] ?? 0) / 10) === 3)).toBe(true);
    expect(thinned(set, { rows: 4, step: 2 }, createRng('thin'))).toEqual(thin);
    const [row] = stretched(set, 2).rows;
    expect(row?.curve).toEqual([set.rows[0]?.curve[2], set.rows[0]?.curve[4]]);
    expect(stretched(set, 10).rows[0]?.curve).toHaveLength(10);
    expect(() => parseThinning('many')).toThrow(/ROWS,EPOCHSTEP/);
  });
});
