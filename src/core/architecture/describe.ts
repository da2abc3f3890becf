// Layers and architectures in words, on one line, for people: `conv 16 5x5, max 2x2/2x2, dense 10`.
import type { Architecture, CellLayer, ConvLayer, Layer, LrnLayer, Pair } from './layers.js';

export function describeArchitecture(architecture: Architecture): string {
  return describeLayers(architecture.layers);
}

export function describeLayer(layer: Layer): string {
  switch (layer.type) {
    case 'conv':
      return describeConv(layer);
    case 'pool':
      return `${layer.kind} ${layer.size.join('x')}/${layer.stride.join('x')}${layer.ceil ? ' up' : ''}`;
    case 'global-pool':
      return 'global average';
    case 'dense':
      return `dense ${layer.units}`;
    case 'batch-norm':
      return 'batch norm';
    case 'lrn':
      return describeLrn(layer);
    case 'dropout':
      return `dropout ${layer.rate}`;
    case 'activation':
      return layer.activation;
    case 'residual':
      return `(${describeLayers(layer.body)}) + ${layer.shortcut.length === 0 ? 'identity' : `(${describeLayers(layer.shortcut)})`}`;
    case 'cell':
      return describeCell(layer);
  }
}

function describeLayers(layers: readonly Layer[]): string {
  return layers.map(describeLayer).join(', ');
}

/** `cell [(conv 8 3x3) of 0 + 0; 1 + 0]`: node by node, the edges that it sums. */
function describeCell({ nodes }: CellLayer): string {
  const edge = ({ from, layers }: CellLayer['nodes'][number][number]): string => (layers.length === 0 ? String(from) : `(${describeLayers(layers)}) of ${from}`);
  return `cell [${nodes.map((edges) => edges.map(edge).join(' + ')).join('; ')}]`;
}

function describeConv({ filters, kernel, stride, dilation, groups = 1 }: ConvLayer): string {
  const parts = [`conv ${filters} ${kernel.join('x')}`];
  if (!isOne(stride)) parts.push(`/${stride.join('x')}`);
  if (dilation && !isOne(dilation)) parts.push(`dilated ${dilation.join('x')}`);
  if (groups > 1) parts.push(`in ${groups} groups`);
  return parts.join(' ');
}

function describeLrn({ region, size }: LrnLayer): string {
  return `lrn ${size} ${region === 'within' ? 'within a channel' : 'across channels'}`;
}

function isOne([height, width]: Pair): boolean {
  return height === 1 && width === 1;
}
