// A cell: nodes that sum what their edges bring, each edge a chain built already. What takes no arithmetic takes no step: a node with one edge is that
// edge's end, and an edge without layers hands its node's value up and its gradient down as they are.
import { dropout } from '../../ops/index.js';
import { chainBackward, chainForward } from '../chain.js';
import type { Stage, Step } from '../step.js';
import { type Value, value } from '../value.js';
import { sumSteps } from './sum.js';

export interface Edge {
  /** 0 = the cell's input, k = node k. */
  readonly from: number;
  readonly stages: readonly Stage[];
  /** What it brings. */
  readonly end: Value;
}

export interface CellNode {
  readonly edges: readonly Edge[];
  readonly value: Value;
}

/** One edge is not summed. `name`: of the sum of several. */
export function cellNode(edges: readonly [Edge, ...Edge[]], name: string): CellNode {
  const [{ end }] = edges;
  return { edges, value: edges.length === 1 ? end : value(name, end.shape) };
}

export function cellStage(name: string, nodes: readonly CellNode[], input: Value): Stage {
  const fromInput = nodes.flatMap(({ edges }) => edges.filter(({ from }) => from === 0));
  return {
    output: nodes.at(-1)?.value ?? input,
    forward: (training) => nodes.flatMap(({ edges, value: sum }) => [...edges.flatMap(({ stages }) => chainForward(stages, training)), ...summed(`${name} sum`, edges.map(({ end }) => end), sum)]),
    backward(gradient, below) {
      const steps: Step[] = [];
      /** Of each node, the input first: what the edges out of it send back. */
      const parts: Value[][] = [[], ...nodes.map(() => [])];
      parts.at(-1)?.push(gradient);
      for (let k = nodes.length; k > 0; k--) {
        const { edges, value: node } = nodes[k - 1] as CellNode;
        const arriving = parts[k] as Value[];
        const here = arriving.length === 1 ? (arriving[0] as Value) : value(`${node.name} gradient of node ${k}`, node.shape);
        steps.push(...summed(`${name} gradients' sum`, arriving, here));
        for (const edge of edges) steps.push(...backThrough(edge, here, below, parts[edge.from] as Value[]));
      }
      const [sent] = parts as [Value[]];
      return below === null || sent.includes(below) ? steps : [...steps, ...(sent.length === 1 ? [copy(sent[0] as Value, below)] : summed(`${name} gradients' sum`, sent, below))];
    },
  };

  /** Adds what arrives at the edge's beginning to `sent`; nothing where nobody wants it. */
  function backThrough({ from, stages, end }: Edge, gradient: Value, below: Value | null, sent: Value[]): Step[] {
    const unwanted = from === 0 && below === null;
    if (stages.length === 0) {
      if (!unwanted) sent.push(gradient);
      return [];
    }
    const beginning = from === 0 ? input : (nodes[from - 1] as CellNode).value;
    const into = unwanted ? null : from === 0 && fromInput.length === 1 ? below : value(`${end.name} edge gradient`, beginning.shape);
    if (into !== null) sent.push(into);
    return chainBackward(stages, gradient, into);
  }
}

function summed(label: string, [a, b, ...rest]: readonly Value[], y: Value): Step[] {
  return a === undefined || b === undefined ? [] : sumSteps(label, [a, b, ...rest], y);
}

/** Dropout of nothing. */
function copy(x: Value, y: Value): Step {
  return { label: `${y.name} copy`, reads: [x], writes: [y], prepare: (context, t) => dropout(context, { x: t(x).view(y.shape), y: t(y) }, { rate: 0, seed: 0, stream: 0 }) };
}
