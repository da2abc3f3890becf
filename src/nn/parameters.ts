// Where each parameter lies in the one flat buffer that holds them all. Gradients and optimizer state use the same places in
// buffers of their own: the optimizer is one dispatch over everything, and a snapshot one readback. Statistics that no gradient
// reaches (batch norm's running means and variances) lie behind the parameters, in a buffer of their own on the device.
// A layout knows no network; what an Architecture's is says architecture-parameters.ts.

/** Elements between starts: storage bindings begin at multiples of 256 bytes (WebGPU's default limit). The gaps stay zero. */
const ALIGNMENT = 64;

/** weight, bias: of sums; scale, shift: of a normalisation; mean, variance: its running statistics. */
export type ParameterRole = 'weight' | 'bias' | 'scale' | 'shift' | 'mean' | 'variance';

/** What a parameter is before the first step: a constant, or drawn from a normal or a uniform (-bound, bound) distribution. */
export type FirstValues = { readonly constant: number } | { readonly deviation: number } | { readonly bound: number };

export interface ParameterSpec {
  /** `layers.3.weight`, `layers.3.bias`: its name in a safetensors file. */
  readonly name: string;
  readonly role: ParameterRole;
  /** conv: K x C / groups x R x S; dense: units x inputs; others: a value a channel or unit. */
  readonly shape: readonly number[];
  readonly first: FirstValues;
  /** Names the generator of its first values, so that they depend on the seed, the place and the shape alone. */
  readonly stream: string;
  /** The layer's own name, which per-layer hyper-parameters go by. */
  readonly layer?: string;
}

export interface ParameterSlice extends ParameterSpec {
  /** First element in the flat values. */
  readonly start: number;
  readonly size: number;
}

export interface ParameterLayout {
  /** What is trained. */
  readonly slices: readonly ParameterSlice[];
  /** Elements of what is trained, gaps included: of gradients and optimizer state too. */
  readonly length: number;
  /** What is kept and not trained; starts go on from `length`. */
  readonly statistics: readonly ParameterSlice[];
  /** Elements of the flat values, statistics included. */
  readonly total: number;
}

export function layoutOf(specs: readonly ParameterSpec[]): ParameterLayout {
  const [slices, length] = place(specs.filter(({ role }) => !isStatistic(role)), 0);
  const [statistics, total] = place(specs.filter(({ role }) => isStatistic(role)), length);
  return { slices, length, statistics, total };
}

function place(specs: readonly ParameterSpec[], from: number): [slices: ParameterSlice[], end: number] {
  let start = from;
  const slices = specs.map((spec) => {
    const size = spec.shape.reduce((product, extent) => product * extent, 1);
    const slice = { ...spec, start, size };
    start += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return slice;
  });
  return [slices, start];
}

function isStatistic(role: ParameterRole): boolean {
  return role === 'mean' || role === 'variance';
}
