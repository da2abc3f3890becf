// The parameters of an architecture: shapes, names and first values, layer by layer. First weights are He et al. 2015 (normal,
// variance 2 / fan in) before a ReLU and Glorot and Bengio 2010 (uniform, variance 2 / (fan in + fan out)) elsewhere, unless the
// layer says its own deviation.
import { type Architecture, type ConvLayer, type DenseLayer, elementsOf, type PlacedLayer, placedLayers } from '../core/index.js';
import { type FirstValues, layoutOf, type ParameterLayout, type ParameterSpec } from './parameters.js';

/** @throws ShapeError where a layer does not fit */
export function parameterLayout(architecture: Architecture): ParameterLayout {
  return layoutOf(placedLayers(architecture).flatMap(specsOf));
}

function specsOf(placed: PlacedLayer): ParameterSpec[] {
  const { layer, path } = placed;
  const named = { stream: path.replace('layers.', ''), ...(layer.name === undefined ? {} : { layer: layer.name }) };
  if (layer.type === 'conv' || layer.type === 'dense') return weightedSpecs(layer, placed, named);
  if (layer.type !== 'batch-norm') return [];
  const shape = [placed.input.channels];
  const zeros = { constant: 0 };
  const ones = { constant: 1 };
  return [
    { name: `${path}.weight`, role: 'scale', shape, first: ones, ...named },
    { name: `${path}.bias`, role: 'shift', shape, first: zeros, ...named },
    { name: `${path}.running_mean`, role: 'mean', shape, first: zeros, ...named },
    { name: `${path}.running_var`, role: 'variance', shape, first: ones, ...named },
  ];
}

function weightedSpecs(layer: ConvLayer | DenseLayer, { path, input }: PlacedLayer, named: Pick<ParameterSpec, 'stream' | 'layer'>): ParameterSpec[] {
  const shape = layer.type === 'dense' ? [layer.units, elementsOf(input)] : [layer.filters, input.channels / (layer.groups ?? 1), ...layer.kernel];
  const [outputs = 1, ...rest] = shape;
  const fanIn = rest.reduce((product, extent) => product * extent, 1);
  const fanOut = layer.type === 'dense' ? outputs : (outputs / (layer.groups ?? 1)) * layer.kernel[0] * layer.kernel[1];
  const weight: ParameterSpec = { name: `${path}.weight`, role: 'weight', shape, first: firstWeights(layer, fanIn, fanOut), ...named };
  const bias: ParameterSpec = { name: `${path}.bias`, role: 'bias', shape: [outputs], first: { constant: 0 }, ...named };
  return layer.bias === false ? [weight] : [weight, bias];
}

function firstWeights({ init, activation }: ConvLayer | DenseLayer, fanIn: number, fanOut: number): FirstValues {
  if (init) return { deviation: init.std };
  return activation === 'relu' ? { deviation: Math.sqrt(2 / fanIn) } : { bound: Math.sqrt(6 / (fanIn + fanOut)) };
}
