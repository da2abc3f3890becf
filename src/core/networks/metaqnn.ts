// A MetaQNN string as an architecture, as Caffe trained it: convolutions keep the image's size, pools round up, each convolution
// and dense layer has a ReLU, GAP(n) is a 1x1 convolution to n channels, ReLU and global average before the softmax's dense layer.
import type { Architecture, ImageShape, Layer } from '../architecture/layers.js';
import { ShapeError } from '../errors.js';
import { remembered } from '../remembered.js';
import type { MetaqnnLayer } from './metaqnn-grammar.js';

/** Throws a ShapeError where the string does not end in SM with a unit a class, or in the middle of it. */
export function metaqnnNetwork(layers: readonly MetaqnnLayer[], { input, classes }: { readonly input: ImageShape; readonly classes: number }): Architecture {
  const last = layers.at(-1);
  if (last?.type !== 'SM' || layers.findIndex(({ type }) => type === 'SM') < layers.length - 1) {
    throw new ShapeError(`metaqnn: expected one SM(${classes}), at the end, got ${layers.map(({ type }) => type).join(' ')}`);
  }
  if (last.classes < classes) throw new ShapeError(`metaqnn: expected SM of at least ${classes} classes, got SM(${last.classes})`);
  const all: Layer[] = [];
  for (const layer of layers) all.push(...layersOf(layer));
  return { input, layers: all };
}

const layersOf = remembered((layer: MetaqnnLayer): readonly Layer[] => {
  switch (layer.type) {
    case 'C':
      return [conv(layer.filters, layer.size, layer.stride)];
    case 'P':
      return [{ type: 'pool', kind: 'max', size: [layer.size, layer.size], stride: [layer.stride, layer.stride], padding: [0, 0], ceil: true }];
    case 'FC':
      return [{ type: 'dense', units: layer.units, activation: 'relu' }];
    case 'D':
      return [{ type: 'dropout', rate: layer.index / (2 * layer.of) }];
    case 'GAP':
      return [conv(layer.classes, 1, 1), { type: 'global-pool' }];
    case 'SM':
      return [{ type: 'dense', units: layer.classes, activation: 'none' }];
  }
});

function conv(filters: number, size: number, stride: number): Layer {
  const same = Math.floor((size - 1) / 2);
  return { type: 'conv', filters, kernel: [size, size], stride: [stride, stride], padding: [same, same], activation: 'relu' };
}
