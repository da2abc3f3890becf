// The chain space a choice at a time: the learning rate first, of a few over its range, then layers. A state is the rate, the last layer, and how many convolutions, pools and dense layers there
// are; momentum and decay are no choices (the largest momentum up to .9, the middle of the decay's range): what follows them would be shared by all networks, or they by all layers.
import { isLanguageModel, isSameData, type Candidate, type Layer } from '../../core/index.js';
import { conv, dense, halve } from '../spaces/chain-variants.js';
import type { ChainSpaceOptions } from '../spaces/chain.js';
import type { Decisions, Path } from './decisions.js';

/** How layers become a candidate of the space. */
export interface ChainCandidates {
  readonly options: ChainSpaceOptions;
  /** Layers before the outputs; null where they are no network within the space's bounds. */
  candidate(layers: readonly Layer[], hp: Candidate['hp']): Candidate | null;
}

/** Over the range, by logarithms. */
const RATES = 5;
const END = 'end';

export function chainDecisions(space: ChainCandidates): Decisions {
  const { maxBlocks, filters, kernels, maxDense, units, learningRate: [low, high], momentum, weightDecay } = space.options;
  const rates = Array.from({ length: RATES }, (_, i) => String(low * (high / low) ** (i / (RATES - 1))));
  const convs = new Map<string, Layer>(filters.flatMap((count) => kernels.map((kernel) => [`conv ${count} ${kernel}`, conv(count, kernel)] as const)));
  const pools = new Map<string, Layer>((['max', 'average'] as const).map((kind) => [`${kind} pool`, halve(kind)] as const));
  const hidden = new Map<string, Layer>(units.map((count) => [`dense ${count}`, dense(count)] as const));
  const layers = new Map<string, Layer>([...convs, ...pools, ...hidden]);
  const fixed = { momentum: Math.max(...momentum.filter((value) => value <= 0.9), Math.min(...momentum)), weight_decay: Math.sqrt(weightDecay[0] * weightDecay[1]) };

  const candidateAt = (path: Path): Candidate | null => space.candidate(path.slice(1).flatMap((word) => layers.get(word) ?? []), { learning_rate: Number(path[0]), ...fixed });
  /** Whether a network within the bounds is left: this one, or with a pool behind its last convolution. */
  const leads = (path: Path): boolean => candidateAt(path) !== null || (convs.has(path.at(-1) ?? '') && [...pools.keys()].some((pool) => candidateAt([...path, pool]) !== null));
  const actions = (path: Path): readonly string[] => {
    const last = path.at(-1);
    if (last === undefined) return rates;
    if (last === END) return [];
    const count = (words: ReadonlyMap<string, Layer>): number => path.filter((word) => words.has(word)).length;
    const image = count(hidden) === 0;
    const next = [
      ...(image && convs.has(last) ? pools.keys() : []),
      ...(image && count(convs) < maxBlocks ? convs.keys() : []),
      ...(count(convs) > 0 && count(hidden) < maxDense ? hidden.keys() : []),
    ].filter((word) => leads([...path, word]));
    return count(convs) > 0 && candidateAt(path) !== null ? [...next, END] : next;
  };
  return {
    actions,
    state(path) {
      const counts = [convs, pools, hidden].map((words) => path.filter((word) => words.has(word)).length);
      return path.length < 2 ? path.join() : `${path[0]}: ${path.at(-1)} at ${counts.join('+')}`;
    },
    candidate: (path) => (path.at(-1) === END ? candidateAt(path) : null),
    pathOf({ architecture, hp }) {
      if (architecture === null || isLanguageModel(architecture)) return null;
      const words = architecture.layers.slice(0, -1).map((layer) => [...layers].find(([, other]) => isSameData(layer, other))?.[0] ?? '');
      const path = [String(hp['learning_rate']), ...words, END];
      const own = path.every((word, i) => actions(path.slice(0, i)).includes(word)) ? candidateAt(path) : null;
      return own !== null && isSameData(own.architecture, architecture) && isSameData(own.hp, hp) ? path : null;
    },
  };
}
