// Networks by name: shapes and weights against values worked out by hand or published, and messages that say the way out.
import { describe, expect, it } from 'vitest';
import {
  alexnet, type Architecture, cudaConvnet, depthOf, describeArchitecture, elementsOf, networkByName, parseArchitecture, resnet39, ShapeError, shapesOf, UsageError, weightCount, weightCountWithoutBiases,
} from '../../../src/core/index.js';

const CIFAR = { input: { channels: 3, height: 32, width: 32 }, classes: 10 };

function sizes(architecture: Architecture): string[] {
  return shapesOf(architecture).map(({ channels, height, width }) => (height === width ? `${channels}x${height}` : `${channels}x${height}x${width}`));
}

describe('cuda-convnet', () => {
  it('has Caffe\'s extents and 89,440 weights and 138 biases', () => {
    const net = networkByName('cuda-convnet', CIFAR);
    expect(sizes(net)).toEqual(['3x32', '32x32', '32x16', '32x16', '32x16', '32x8', '32x8', '64x8', '64x4', '10x1']);
    expect(weightCountWithoutBiases(net)).toBe(32 * 75 + 32 * 800 + 64 * 800 + 10 * 1024);
    expect(weightCount(net) - weightCountWithoutBiases(net)).toBe(138);
    expect(net.layers.map(({ name }) => name).filter((name) => name !== undefined)).toEqual(['conv1', 'norm1', 'conv2', 'norm2', 'conv3', 'fc4']);
  });

  it('takes settings', () => {
    const net = networkByName('cuda-convnet:multiplier=.5, lrn_scale=0.1,lrn_power=2', CIFAR);
    expect(sizes(net)[1]).toBe('16x32');
    expect(net.layers[2]).toMatchObject({ type: 'lrn', region: 'within', size: 3, alpha: 0.1, beta: 2, k: 1 });
    expect(cudaConvnet({ ...CIFAR, multiplier: 1e-9 }).layers[0]).toMatchObject({ filters: 1 });
  });
});

describe('resnet', () => {
  it.each([[20, 0.27], [32, 0.46], [56, 0.85], [110, 1.7]])('of depth %i has the published %f M weights', (depth, millions) => {
    const net = networkByName(`resnet-${depth}`, CIFAR);
    expect(depthOf(net)).toBe(depth);
    expect(Math.abs(weightCount(net) / 1e6 - millions)).toBeLessThan(0.04);
    expect(sizes(net).at(-3)).toBe('64x8');
  });

  it('takes filters and kernels, as the Tiny ImageNet set draws them', () => {
    const net = networkByName('resnet-14:filters=5,kernel=7', { input: CIFAR.input, classes: 200 });
    expect(sizes(net).at(-3)).toBe('20x8');
    expect(net.layers[0]).toMatchObject({ filters: 5, kernel: [7, 7], padding: [3, 3], bias: false });
  });

  it('of 39 layers has 36 convolutions on the longest way, two pools and a dense layer', () => {
    const blocks = Array.from({ length: 12 }, (_, i) => ({ kernel: [1 + 2 * (i % 4), 3] as const, filters: [6, 12, 24, 36][i % 4] as number }));
    const net = resnet39({ ...CIFAR, blocks });
    expect(depthOf(net)).toBe(37);
    expect(sizes(net).at(-2)).toBe('36x8');
    expect(depthOf(networkByName('resnet-39:filters=6', CIFAR))).toBe(37);
  });
});

describe('alexnet', () => {
  it('has the weights that the grouped original has', () => {
    const net = alexnet({ input: { channels: 3, height: 224, width: 224 }, classes: 1000 });
    expect(sizes(net).slice(0, 4)).toEqual(['3x224', '96x55', '96x55', '96x27']);
    // Two halves: 60,965,224 parameters.
    expect(weightCount(net)).toBe(60_965_224);
  });

  it('fits small images in its small form', () => {
    const net = networkByName('alexnet-small:multiplier=.25,units=512', CIFAR);
    expect(elementsOf(shapesOf(net).at(-1) as (typeof CIFAR)['input'])).toBe(10);
    expect(() => networkByName('alexnet', CIFAR)).toThrow(/alexnet: layer .*shrink the window/);
  });
});

describe('networkByName', () => {
  const dense: Architecture = { input: CIFAR.input, layers: [{ type: 'dense', units: 10, activation: 'none' }] };

  it('reads JSON, from text and from a file, and MetaQNN strings', () => {
    expect(networkByName(JSON.stringify(dense), CIFAR)).toEqual(dense);
    expect(networkByName('my/net.json', { ...CIFAR, read: (path) => (path === 'my/net.json' ? JSON.stringify(dense) : '') })).toEqual(dense);
    const text = '[C(64,3,1), P(2,2), SM(10)]';
    expect(networkByName(`metaqnn:${text}`, CIFAR)).toEqual(networkByName(text, CIFAR));
    expect(describeArchitecture(networkByName(text, CIFAR))).toBe('conv 64 3x3, max 2x2/2x2 up, dense 10');
  });

  it.each([
    ['vgg', /expected cuda-convnet, resnet-N .*got vgg/],
    ['resnet-21', /6n \+ 2 .*got 21/],
    ['resnet-20:wide=2', /settings among filters, kernel, got 'wide'; write resnet-20:filters=NUMBER/],
    ['cuda-convnet:multiplier=none', /multiplier to be a number above 0, got 'none'/],
    ['metaqnn:[C(64,3,1)]', /one SM\(10\), at the end/],
    ['metaqnn:[C(64,3,1), SM(5)]', /at least 10 classes/],
    ['{"input":', /expected an architecture as JSON/],
    ['{"layers":[]}', /expected \{ input, layers \}/],
    ['net.json', /where no files can be read/],
    [JSON.stringify({ ...dense, input: { channels: 1, height: 28, width: 28 } }), /images of 3x32x32 as the data has, got 1x28x28/],
    [JSON.stringify({ ...dense, layers: [{ type: 'dense', units: 4, activation: 'none' }] }), /at least 10 outputs.*got 4/],
  ])('refuses %s', (text, message) => {
    expect(() => networkByName(text, CIFAR)).toThrow(UsageError);
    expect(() => networkByName(text, CIFAR)).toThrow(message);
  });
});

describe('architectures from outside', () => {
  it('come back through JSON, residual blocks too', () => {
    for (const name of ['cuda-convnet', 'resnet-14', 'alexnet-small', 'resnet-39']) {
      const net = networkByName(name, CIFAR);
      expect(parseArchitecture(JSON.parse(JSON.stringify(net)))).toEqual(net);
    }
  });

  it('are refused with unknown members, kinds and extents that do not fit', () => {
    const data = (layer: object): unknown => ({ input: CIFAR.input, layers: [layer] });
    expect(() => parseArchitecture(data({ type: 'dense', units: 3, activation: 'none', padding: 1 }))).toThrow(/layers\.0.*padding/);
    expect(() => parseArchitecture(data({ type: 'conv3d' }))).toThrow(ShapeError);
    expect(() => parseArchitecture(data({ type: 'residual', body: [{ type: 'dense', units: 3, activation: 'none' }], shortcut: [], activation: 'none' }))).toThrow(/3x1x1 and 3x32x32/);
  });
});
