// Where each layer's weights and bias lie in the one flat buffer that holds them all. Gradients and optimizer state use the
// same places in buffers of their own: the optimizer is one dispatch over everything, and a snapshot one readback.
import { type Architecture, elementsOf, shapesOf } from '../core/index.js';

/** Elements between starts: storage bindings begin at multiples of 256 bytes (WebGPU's default limit). The gaps stay zero. */
const ALIGNMENT = 64;

export interface ParameterSlice {
  /** `layers.3.weight`, `layers.3.bias`: its name in a safetensors file. */
  readonly name: string;
  readonly layer: number;
  readonly role: 'weight' | 'bias';
  /** conv: K x C x R x S; dense: units x inputs; bias: K or units. */
  readonly shape: readonly number[];
  /** First element in the flat buffer. */
  readonly start: number;
  readonly size: number;
  readonly fanIn: number;
  readonly fanOut: number;
}

export interface ParameterLayout {
  readonly slices: readonly ParameterSlice[];
  /** Elements of the flat buffer, gaps included. */
  readonly length: number;
}

interface Extents {
  readonly shape: readonly number[];
  readonly outputs: number;
  readonly fanIn: number;
  readonly fanOut: number;
}

/** @throws ShapeError where a layer does not fit */
export function parameterLayout(architecture: Architecture): ParameterLayout {
  const slices: ParameterSlice[] = [];
  let start = 0;
  const add = (layer: number, role: 'weight' | 'bias', shape: readonly number[], { fanIn, fanOut }: Extents): void => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    slices.push({ name: `layers.${layer}.${role}`, layer, role, shape, start, size, fanIn, fanOut });
    start += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  };
  extentsOf(architecture).forEach((extents, layer) => {
    if (extents === null) return;
    add(layer, 'weight', extents.shape, extents);
    add(layer, 'bias', [extents.outputs], extents);
  });
  return { slices, length: start };
}

/** Null for a layer without weights. */
function extentsOf(architecture: Architecture): (Extents | null)[] {
  const shapes = shapesOf(architecture);
  return architecture.layers.map((layer, i) => {
    const input = shapes[i] ?? architecture.input;
    if (layer.type === 'pool') return null;
    if (layer.type === 'dense') {
      const inputs = elementsOf(input);
      return { shape: [layer.units, inputs], outputs: layer.units, fanIn: inputs, fanOut: layer.units };
    }
    const [r, s] = layer.kernel;
    return { shape: [layer.filters, input.channels, r, s], outputs: layer.filters, fanIn: input.channels * r * s, fanOut: layer.filters * r * s };
  });
}
