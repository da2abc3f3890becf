// Feature rows: which columns TS, AP and HP give, and how columns that span decades enter.
import { describe, expect, it } from 'vitest';
import { cellGraph, parseCell, UsageError } from '../../src/core/index.js';
import { featureMatrix, featureNames, featureRow, fitEncoding, parseFeatureParts } from '../../src/predict/index.js';

const rows = [
  { curve: [0.1, 0.4, 0.6, 0.7], ap: { weights: 1000, layers: 3 }, hp: { rate: 0.001 } },
  { curve: [0.2, 0.3, 0.35, 0.3], ap: { weights: 100000, layers: 5 }, hp: { rate: 0.1 } },
];
const all = parseFeatureParts('TS+AP+HP');

describe('features', () => {
  it('gives the curve, its differences, and the columns by name', () => {
    const encoding = fitEncoding(rows, all, 'auto');
    const names = featureNames(encoding, 3);
    expect(names).toEqual(['y1', 'y2', 'y3', 'dy2', 'dy3', 'ddy3', 'AP layers', 'AP weights log10', 'HP rate log10']);
    const row = featureRow(encoding, { curve: [0.1, 0.4, 0.6, 9], ap: { weights: 1000, layers: 3 }, hp: { rate: 0.001 } }, 3);
    const want = [0.1, 0.4, 0.6, 0.3, 0.2, -0.1, 3, 3, -3];
    row.forEach((value, i) => expect(value).toBeCloseTo(want[i] ?? NaN, 12));
  });

  it('never reads past tau', () => {
    const encoding = fitEncoding(rows, all, 'auto');
    const [short, long] = [[0.1, 0.4], [0.1, 0.4, NaN, Infinity]].map((curve) => featureRow(encoding, { ...rows[0] as (typeof rows)[0], curve }, 2));
    expect(short).toEqual(long);
    expect(() => featureRow(encoding, { curve: [0.1], ap: {}, hp: {} }, 2)).toThrow(/at least 2 epochs, got 1/);
  });

  it('leaves out what is not asked for, and has no curve columns at tau 0', () => {
    expect(featureNames(fitEncoding(rows, parseFeatureParts('ts'), 'auto'), 2)).toEqual(['y1', 'y2', 'dy2']);
    expect(featureNames(fitEncoding(rows, parseFeatureParts('AP + HP'), 'raw'), 2)).toEqual(['AP layers', 'AP weights', 'HP rate']);
    expect(featureNames(fitEncoding(rows, all, 'auto'), 0)).toEqual(['AP layers', 'AP weights log10', 'HP rate log10']);
    expect(() => featureMatrix(fitEncoding(rows, parseFeatureParts('TS'), 'auto'), rows, 0)).toThrow(UsageError);
    expect(() => parseFeatureParts('TS+XP')).toThrow(UsageError);
  });

  it('puts the training mean where a number is missing and the smallest where it has no logarithm', () => {
    const encoding = fitEncoding(rows, parseFeatureParts('AP+HP'), 'auto');
    expect(featureRow(encoding, { curve: [], ap: { layers: NaN }, hp: { rate: 0 } }, 0)).toEqual([4, 4, -3]);
  });

  it('reads values beyond the training range as its nearer end, and a column that held no number as nothing', () => {
    const encoding = fitEncoding(rows, parseFeatureParts('AP+HP'), 'auto');
    expect(featureRow(encoding, { curve: [], ap: { layers: 90, weights: 5 }, hp: { rate: 7 } }, 0)).toEqual([5, 3, -1]);
    const empty = fitEncoding([{ curve: [], ap: { layers: NaN }, hp: {} }], parseFeatureParts('AP'), 'auto');
    expect(featureRow(empty, { curve: [], ap: { layers: 3 }, hp: {} }, 0)).toEqual([0]);
  });

  it('has an indicator a path that some rows share and not all, a count an operation, and nothing to say of a row without a graph', () => {
    const graphs = ['|a~0|+|none~0|b~1|', '|a~0|+|a~0|b~1|', '|a~0|+|a~0|none~1|', '|c~0|+|a~0|c~1|'].map((cell) => cellGraph(parseCell(cell)));
    const encoding = fitEncoding(graphs.map((graph) => ({ curve: [], ap: {}, hp: {}, graph })), parseFeatureParts('paths'), 'auto');
    expect(featureNames(encoding, 0)).toEqual(['PATHS a', 'PATHS a>b', 'PATHS count>a', 'PATHS count>b', 'PATHS count>c']);
    expect(graphs.map((graph) => featureRow(encoding, { curve: [], ap: {}, hp: {}, graph }, 0))).toEqual([[0, 1, 1, 1, 0], [1, 1, 2, 1, 0], [1, 0, 1, 0, 0], [1, 0, 1, 0, 2]]);
    expect(featureRow(encoding, { curve: [], ap: {}, hp: {} }, 0)).toEqual([0.75, 0.5, 1.25, 0.5, 0.5]);
  });

  it('takes names that only some rows have', () => {
    const encoding = fitEncoding([...rows, { curve: [0.1], ap: {}, hp: { decay: 5 } }], parseFeatureParts('HP'), 'raw');
    expect(featureNames(encoding, 0)).toEqual(['HP decay', 'HP rate']);
    expect(featureMatrix(encoding, rows, 0)).toEqual({ columns: 2, values: Float64Array.from([5, 0.001, 5, 0.1]) });
  });
});
