// What a graph network does between its products, on cells of eight nodes: memory traffic with lists in between.
import { createRng } from '../../core/index.js';
import { graphForward, graphGradInput, type GraphTensors } from '../../ops/index.js';
import type { Choice } from '../../tune/index.js';
import type { BenchCase } from './case.js';
import { kernelCase, need, sumOf } from './kernel-case.js';

export interface GraphAxes {
  readonly members: number;
  readonly batch: number;
  readonly channels: number;
}

/** A training step's, and a tile of predictions. */
export const GRAPH_SHAPES: readonly GraphAxes[] = [{ members: 5, batch: 16, channels: 144 }, { members: 5, batch: 256, channels: 144 }];

export const GRAPH_DIRECTIONS = ['forward', 'grad_input'] as const;

const NODES = 8;
const PLAIN: Choice = { variant: 'plain', spec: {}, overrides: {} };

/** A chain with a short cut from each node to the next but one. */
function lists(batch: number): { ends: Uint32Array<ArrayBuffer>; links: Uint32Array<ArrayBuffer> } {
  const [ends, links]: [number[], number[]] = [[], []];
  for (let node = 0; node < batch * NODES; node++) {
    for (const step of [1, -1]) {
      for (const near of neighboursOf(node % NODES, step)) links.push(near);
      ends.push(links.length);
    }
  }
  return { ends: Uint32Array.from(ends), links: Uint32Array.from(links) };
}

function neighboursOf(node: number, step: number): number[] {
  return [node + step, node + 2 * step].filter((near) => near >= 0 && near < NODES);
}

export function graphCase({ members: E, batch: B, channels: F }: GraphAxes, direction: (typeof GRAPH_DIRECTIONS)[number]): BenchCase {
  const { ends, links } = lists(B);
  const rows = E * B * NODES;
  const forward = direction === 'forward';
  const order = createRng('bench graph').shuffle(Uint32Array.from({ length: B }, (_, i) => i));
  const wide = { extents: [E, B, NODES, 2 * F], fill: 'normal' } as const;
  const narrow = { extents: [E, B, NODES, F], fill: 'normal' } as const;
  return kernelCase({
    name: `graph neighbours ${direction}`,
    shape: `${E} of ${B} graphs x ${F}`,
    axes: { members: E, batch: B, channels: F },
    flops: 2 * rows * F * (links.length / (B * NODES) + 2),
    // Forward: products read, halves and the mean written; backward: halves and the gradient read, the products' gradient written.
    bytes: 4 * rows * F * 5,
    choices: () => [PLAIN],
    family: 'graph',
    direction,
    tensors: {
      ends: { extents: [ends.length], fill: { make: () => ends } }, links: { extents: [links.length], fill: { make: () => links } },
      sizes: { extents: [B], fill: { make: () => new Uint32Array(B).fill(NODES) } }, order: { extents: [B], fill: { make: () => order } },
      ...(forward ? { p: wide, halves: { ...wide, fill: 'output' as const }, h: { ...narrow, fill: 'output' as const } } : { halves: wide, dh: narrow, dp: { ...wide, fill: 'output' as const } }),
    },
    output: forward ? 'h' : 'dp',
    dispatches: (context, t) => {
      const sizes = need(t['sizes']);
      const graphs: GraphTensors = { nodes: NODES, words: sizes, sizes, ends: need(t['ends']), links: need(t['links']), release: () => undefined };
      const window = { order: need(t['order']), count: B };
      if (forward) return graphForward(context, graphs, window, { p: need(t['p']), halves: need(t['halves']), h: need(t['h']) });
      return graphGradInput(context, graphs, window, { halves: need(t['halves']), dh: need(t['dh']), dp: need(t['dp']) });
    },
    expected: ({ p, halves, dh }, at) => {
      const width = forward ? F : 2 * F;
      const [row, f] = [Math.floor(at / width), at % width];
      const [first, v] = [row - (row % NODES), row % NODES];
      const inMean = (node: number, step: number): number[] => [node, ...neighboursOf(node, step)];
      if (forward) {
        const half = (step: number, from: number) => {
          const list = inMean(v, step);
          const { value, magnitude = 0 } = sumOf(list.map((u) => (p?.[(first + u) * 2 * F + from + f] ?? NaN) / list.length));
          return { value: Math.max(0, value), magnitude };
        };
        const [plus, minus] = [half(1, 0), half(-1, F)];
        return { value: (plus.value + minus.value) / 2, allowed: 2 ** -21 * (plus.magnitude + minus.magnitude) };
      }
      const step = f < F ? 1 : -1;
      const terms = inMean(v, -step).map((u) => ((halves?.[(first + u) * 2 * F + f] ?? NaN) > 0 ? (dh?.[(first + u) * F + (f % F)] ?? NaN) / (2 * inMean(u, step).length) : 0));
      const { value, magnitude = 0 } = sumOf(terms);
      return { value, allowed: 2 ** -21 * magnitude };
    },
  });
}
