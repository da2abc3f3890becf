// MetaQNN's strings: grammar, state rules, dropout, and what they mean as networks. The released nets need FORETELL_DATA.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  bucketOf, depthOf, metaqnnActions, metaqnnFault, metaqnnNetwork, parseMetaqnn, printMetaqnn, representationSize, ShapeError, shapesOf, weightCountWithoutBiases, withDropout,
} from '../../../src/core/index.js';

const CIFAR = { input: { channels: 3, height: 32, width: 32 }, classes: 10 };
const SPACE = { classes: 10, size: 32, depth: 18 };
const TEXT = '[C(64,3,1), C(128,1,1), D(1,2), P(3,2), C(256,5,1), D(2,2), GAP(10), SM(10)]';

describe('metaqnn grammar', () => {
  it('prints what it parsed', () => {
    expect(printMetaqnn(parseMetaqnn(TEXT))).toBe(TEXT);
    expect(printMetaqnn(parseMetaqnn(' [ C( 64 , 3,1 ),FC(128) ,SM(10)] '))).toBe('[C(64,3,1), FC(128), SM(10)]');
  });

  it.each([
    ['C(64,3,1)', /between brackets/],
    ['[]', /expected C\(filters/],
    ['[C(64,3)]', /got 'C\(64,3\)'/],
    ['[C(64,3,0)]', /from 1/],
    ['[C(64,3,-1)]', /from 1/],
    ['[X(1)]', /got 'X\(1\)'/],
    ['[C(64,3,1) SM(10)]', /expected a comma or the end, got 'SM\(10\)' after 1/],
    ['[C(64,3,1), ]', /after 1 layers/],
  ])('refuses %s', (text, message) => {
    expect(() => parseMetaqnn(text)).toThrow(ShapeError);
    expect(() => parseMetaqnn(text)).toThrow(message);
  });
});

describe('metaqnn networks', () => {
  it('keep the size in convolutions and round pools up', () => {
    const { layers } = metaqnnNetwork(parseMetaqnn(TEXT), CIFAR);
    const net = { input: CIFAR.input, layers };
    expect(shapesOf(net).map(({ channels, height }) => [channels, height])).toEqual([
      [3, 32], [64, 32], [128, 32], [128, 32], [128, 16], [256, 16], [256, 16], [10, 16], [10, 1], [10, 1],
    ]);
    expect(layers[2]).toEqual({ type: 'dropout', rate: 0.25 });
    expect(layers[5]).toEqual({ type: 'dropout', rate: 0.5 });
    expect(weightCountWithoutBiases(net)).toBe(64 * 27 + 128 * 64 + 256 * 128 * 25 + 10 * 256 + 100);
    expect(depthOf(net)).toBe(5);
  });

  it.each(['[C(64,3,1)]', '[SM(10), C(64,3,1)]', '[SM(10), SM(10)]', '[SM(4)]'])('refuse %s', (text) => {
    expect(() => metaqnnNetwork(parseMetaqnn(text), CIFAR)).toThrow(ShapeError);
  });
});

describe('metaqnn state rules', () => {
  const kinds = (text: string): string[] => [...new Set(metaqnnActions(parseMetaqnn(text), SPACE).map((layer) => printMetaqnn([layer]).replace(/^\[C\(\d+/, '[C(*')))].sort();

  it('allow what the paper\'s table allows', () => {
    expect(metaqnnActions([], SPACE).map(({ type }) => type).sort()).toEqual([...Array<string>(12).fill('C'), 'SM']);
    expect(kinds('[C(64,3,1)]')).toEqual(['[C(*,1,1)]', '[C(*,3,1)]', '[C(*,5,1)]', '[GAP(10)]', '[P(2,2)]', '[P(3,2)]', '[P(5,3)]', '[SM(10)]']);
    expect(kinds('[C(64,3,1), P(5,3)]')).toEqual(['[C(*,1,1)]', '[C(*,3,1)]', '[C(*,5,1)]', '[GAP(10)]', '[SM(10)]']);
    // 32 -> 10 -> 4
    expect(kinds('[C(64,3,1), P(5,3), C(64,3,1), P(3,2), C(64,3,1)]')).toEqual(['[C(*,1,1)]', '[C(*,3,1)]', '[FC(128)]', '[FC(256)]', '[FC(512)]', '[GAP(10)]', '[P(2,2)]', '[P(3,2)]', '[SM(10)]']);
    expect(kinds('[C(64,3,1), P(5,3), C(64,3,1), P(3,2), FC(256)]')).toEqual(['[FC(128)]', '[FC(256)]', '[SM(10)]']);
    expect(kinds('[C(64,3,1), P(5,3), C(64,3,1), P(3,2), FC(256), FC(256)]')).toEqual(['[SM(10)]']);
    expect(kinds('[C(64,3,1), GAP(10)]')).toEqual(['[SM(10)]']);
    expect(kinds('[C(64,3,1), SM(10)]')).toEqual([]);
  });

  it('know sizes and buckets, and say what is wrong', () => {
    expect(representationSize(parseMetaqnn('[C(64,3,1), P(3,2), C(64,1,1), P(2,2)]'), 32)).toBe(7);
    expect([9, 8, 7, 4, 3, 1].map(bucketOf)).toEqual([8, 8, 4, 4, 1, 1]);
    expect(metaqnnFault(parseMetaqnn(TEXT), SPACE)).toBeNull();
    expect(metaqnnFault(parseMetaqnn('[C(64,3,1), P(2,2), P(2,2), SM(10)]'), SPACE)).toMatch(/layer 2: P\(2,2\) is not allowed after P/);
    expect(metaqnnFault(parseMetaqnn('[C(64,3,1)]'), SPACE)).toMatch(/expected the softmax/);
    expect(metaqnnFault(parseMetaqnn('[C(64,3,1), C(64,3,1), SM(10)]'), { ...SPACE, depth: 1 })).toMatch(/layer 1/);
  });
});

interface Released {
  readonly net: string;
  readonly numbers: readonly number[];
}

function released(file: string): Released[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.trim().split(/\r?\n/).slice(1).map((line) => {
    const end = line.lastIndexOf(']') + 1;
    return { net: line.slice(line.indexOf('['), end), numbers: line.slice(end).split(',').slice(1).map(Number) };
  });
}

const data = process.env.FORETELL_DATA ?? '';
const cifar = join(data, 'curves/accelerating_nas/metaqnn_cifar10.csv');
const svhn = join(data, 'curves/metaqnn-svhn-replay/replay_database.csv.gz');

describe.skipIf(data === '' || !existsSync(cifar))('the 1,000 released nets (skipped where FORETELL_DATA does not hold them)', () => {
  const nets = data === '' ? [] : released(cifar);

  it('print as they were', () => {
    expect(nets).toHaveLength(1000);
    expect(nets.filter(({ net }) => printMetaqnn(parseMetaqnn(net)) !== net)).toEqual([]);
  });

  it('follow the state rules, their dropout too', () => {
    expect(nets.map(({ net }) => metaqnnFault(parseMetaqnn(net), SPACE)).filter((fault) => fault !== null)).toEqual([]);
    expect(nets.filter(({ net }) => printMetaqnn(withDropout(parseMetaqnn(net))) !== net)).toEqual([]);
  });

  it('have the counted weights, where a global pool ends them, and a shape', () => {
    const weights = (net: string): number => weightCountWithoutBiases(metaqnnNetwork(parseMetaqnn(net), CIFAR));
    const pooled = nets.filter(({ net }) => net.includes('GAP'));
    expect(pooled).toHaveLength(297);
    // `num_params` leaves the softmax's 10 x 10 out.
    expect(pooled.filter(({ net, numbers }) => weights(net) - 100 !== numbers[1])).toEqual([]);
    nets.forEach(({ net }) => expect(weights(net)).toBeGreaterThan(0));
  });
});

describe.skipIf(data === '' || !existsSync(svhn))('the nets of the SVHN replay (skipped where FORETELL_DATA does not hold them)', () => {
  it('print as they were, with the dropout of the same rule', () => {
    const nets = released(svhn);
    expect(nets).toHaveLength(1983);
    expect(nets.filter(({ net }) => printMetaqnn(withDropout(parseMetaqnn(net))) !== net)).toEqual([]);
  });
});
