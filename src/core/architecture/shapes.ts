// The shape rules: what each layer makes of an image, checked layer by layer, and the walk over all layers that counting,
// building and naming share.
import { ShapeError } from '../errors.js';
import { describeLayer } from './describe.js';
import type { Architecture, CellLayer, ConvLayer, ImageShape, Layer, LrnLayer, Pair, PoolLayer, ResidualLayer } from './layers.js';

/** A layer at its place; `path` is `layers.3`, `layers.3.body.0` inside a residual block, `layers.3.nodes.1.0.2` on the first edge into a cell's node 2. */
export interface PlacedLayer {
  readonly path: string;
  readonly layer: Layer;
  readonly input: ImageShape;
  readonly output: ImageShape;
}

/** Shapes of the activations: the input's first, then one a top layer. A dense layer's output is units x 1 x 1. */
export function shapesOf({ input, layers }: Architecture): readonly ImageShape[] {
  return chainShapes('layers', layers, input);
}

/** Every layer, those inside residual blocks and cells before the block itself. Throws a ShapeError where one does not fit. */
export function placedLayers({ input, layers }: Architecture): readonly PlacedLayer[] {
  return placeChain('layers', layers, input);
}

export function elementsOf(shape: ImageShape): number {
  return shape.channels * shape.height * shape.width;
}

/** The input's shape, then one a layer of a chain at `path`. */
export function chainShapes(path: string, layers: readonly Layer[], input: ImageShape): readonly ImageShape[] {
  const shapes = [input];
  layers.forEach((layer, i) => shapes.push(outputShape(`${path}.${i}`, layer, shapes[i] as ImageShape)));
  return shapes;
}

function placeChain(path: string, layers: readonly Layer[], from: ImageShape): PlacedLayer[] {
  const shapes = chainShapes(path, layers, from);
  return layers.flatMap((layer, i) => {
    const at = `${path}.${i}`;
    const [input, output] = [shapes[i] as ImageShape, shapes[i + 1] as ImageShape];
    return [...placeInside(at, layer, input), { path: at, layer, input, output }];
  });
}

/** Those inside a residual block or a cell; none of other layers. */
export function placeInside(at: string, layer: Layer, input: ImageShape): PlacedLayer[] {
  if (layer.type === 'residual') return [...placeChain(`${at}.body`, layer.body, input), ...placeChain(`${at}.shortcut`, layer.shortcut, input)];
  if (layer.type !== 'cell') return [];
  const shapes = cellShapes(at, layer, input);
  return layer.nodes.flatMap((edges, n) => edges.flatMap(({ from, layers }, e) => placeChain(`${at}.nodes.${n}.${e}`, layers, shapes[from] as ImageShape)));
}

/** Of what comes into a cell at `path`, then of each node. Throws ShapeError where edges do not meet. */
export function cellShapes(path: string, { nodes }: CellLayer, input: ImageShape): readonly ImageShape[] {
  const where: Where = () => `layer ${path.replace('layers.', '')} (cell)`;
  const shapes = [input];
  const used = new Set([nodes.length]);
  for (const [n, edges] of nodes.entries()) {
    const ends = edges.map(({ from, layers }, e) => {
      const start = shapes[from];
      if (start === undefined) throw new ShapeError(`${where()}: expected an edge into node ${n + 1} from a node before it (0 to ${n}), got ${from}`);
      used.add(from);
      return chainShapes(`${path}.nodes.${n}.${e}`, layers, start).at(-1) as ImageShape;
    });
    const [shape] = ends;
    if (shape === undefined) throw new ShapeError(`${where()}: expected at least one edge into node ${n + 1}, got none; leave the node out`);
    const other = ends.find((end) => !same(end, shape));
    if (other !== undefined) throw new ShapeError(`${where()}: expected edges of one shape into node ${n + 1}, got ${text(shape)} and ${text(other)}`);
    shapes.push(shape);
  }
  const idle = nodes.findIndex((_, n) => !used.has(n + 1));
  if (nodes.length > 0 && idle < 0) return shapes;
  throw new ShapeError(nodes.length === 0 ? `${where()}: expected at least one node, got none` : `${where()}: expected an edge from each node but the last, got none from node ${idle + 1}; leave the node out`);
}

/** A layer's place in words, for errors alone: a search counts the weights of a million networks. */
type Where = () => string;

/** What a layer at `path` makes of an image. Throws ShapeError where it does not fit. */
export function outputShape(path: string, layer: Layer, input: ImageShape): ImageShape {
  const where: Where = () => `layer ${path.replace('layers.', '')} (${describeLayer(layer)})`;
  switch (layer.type) {
    case 'conv':
      return convShape(where, layer, input);
    case 'pool':
      return poolShape(where, layer, input);
    case 'dense':
      requirePositive(where, 'units', layer.units);
      return { channels: layer.units, height: 1, width: 1 };
    case 'global-pool':
      return { channels: input.channels, height: 1, width: 1 };
    case 'residual':
      return residualShape(path, where, layer, input);
    case 'cell':
      return cellShapes(path, layer, input).at(-1) as ImageShape;
    case 'lrn':
      requireLrn(where, layer);
      return input;
    case 'dropout':
      if (!(layer.rate >= 0 && layer.rate < 1)) throw new ShapeError(`${where()}: expected a rate from 0 and below 1, got ${layer.rate}`);
      return input;
    case 'batch-norm':
    case 'activation':
      return input;
  }
}

function convShape(where: Where, layer: ConvLayer, input: ImageShape): ImageShape {
  const { filters, kernel, stride, padding, dilation = [1, 1], groups = 1 } = layer;
  requirePositive(where, 'window and stride', kernel[0], kernel[1], stride[0], stride[1]);
  requirePositive(where, 'filters', filters);
  requirePositive(where, 'dilation and groups', dilation[0], dilation[1], groups);
  if (input.channels % groups !== 0 || filters % groups !== 0) {
    throw new ShapeError(`${where()}: expected groups that divide ${input.channels} channels and ${filters} filters, got ${groups}; choose a common divisor`);
  }
  const spread: Pair = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1];
  return windowed(where, filters, input, { size: spread, stride, padding }, false);
}

function poolShape(where: Where, layer: PoolLayer, input: ImageShape): ImageShape {
  requirePositive(where, 'window and stride', layer.size[0], layer.size[1], layer.stride[0], layer.stride[1]);
  return windowed(where, input.channels, input, layer, layer.ceil ?? false);
}

function windowed(where: Where, channels: number, input: ImageShape, { size, stride, padding }: Pick<PoolLayer, 'size' | 'stride' | 'padding'>, up: boolean): ImageShape {
  const height = extent(where, input.height, size[0], stride[0], padding[0], up);
  const width = extent(where, input.width, size[1], stride[1], padding[1], up);
  return { channels, height, width };
}

function residualShape(path: string, where: Where, { body, shortcut }: ResidualLayer, input: ImageShape): ImageShape {
  if (body.length === 0) throw new ShapeError(`${where()}: expected at least one layer in the body, got none`);
  const [out, beside] = [chainShapes(`${path}.body`, body, input).at(-1) as ImageShape, chainShapes(`${path}.shortcut`, shortcut, input).at(-1) as ImageShape];
  if (same(out, beside)) return out;
  throw new ShapeError(`${where()}: expected body and shortcut to end in one shape, got ${text(out)} and ${text(beside)}; put a 1x1 conv with the body's stride on the shortcut`);
}

function extent(where: Where, size: number, window: number, stride: number, padding: number, up: boolean): number {
  const steps = (size + 2 * padding - window) / stride;
  const rounded = 1 + (up ? Math.ceil(steps) : Math.floor(steps));
  // No window may begin behind the image (Caffe's and PyTorch's rule).
  const out = up && (rounded - 1) * stride >= size + padding ? rounded - 1 : rounded;
  if (steps >= 0 && out >= 1) return out;
  throw new ShapeError(
    `${where()}: expected a window of at most ${size + 2 * padding} (input ${size}, padding ${padding}), got ${window}; ` +
      'shrink the window, pad more, or pool less before this layer',
  );
}

function requireLrn(where: Where, { size, alpha, beta, k }: LrnLayer): void {
  if (!Number.isInteger(size) || size < 1 || size % 2 !== 1) throw new ShapeError(`${where()}: expected an odd size from 1, got ${size}`);
  if ([alpha, beta].every((v) => v >= 0) && k > 0) return;
  throw new ShapeError(`${where()}: expected alpha and beta of at least 0 and k above 0, got ${alpha}, ${beta} and ${k}`);
}

function requirePositive(where: Where, what: string, ...values: readonly number[]): void {
  const bad = values.find((v) => !Number.isInteger(v) || v < 1);
  if (bad !== undefined) throw new ShapeError(`${where()}: expected ${what} to be whole numbers from 1, got ${bad}`);
}

function same(a: ImageShape, b: ImageShape): boolean {
  return a.channels === b.channels && a.height === b.height && a.width === b.width;
}

function text({ channels, height, width }: ImageShape): string {
  return `${channels}x${height}x${width}`;
}
