// MetaQNN's networks a layer at a time. The state is that of Baker et al. (ICLR 2017, table 1): the last layer with its sizes, its depth, the bucket of the
// representation's size, and how many dense layers came in a row. Words are layers as the strings have them, C(64,3,1); dropout is no choice.
import { bucketOf, metaqnnActions, parseMetaqnn, printMetaqnn, representationSize, type Candidate, type MetaqnnLayer, type MetaqnnSpace } from '../../core/index.js';
import type { Decisions, Path } from './decisions.js';

/** How layers become a candidate of the space, and which layers (null: none) a candidate has. */
export interface MetaqnnCandidates {
  candidate(layers: readonly MetaqnnLayer[]): Candidate;
  layersOf(candidate: Candidate): readonly MetaqnnLayer[] | null;
}

export function metaqnnDecisions(space: MetaqnnSpace, candidates: MetaqnnCandidates): Decisions {
  return {
    actions: (path) => metaqnnActions(layersAt(path), space).map(wordOf),
    state: (path) => metaqnnState(path, space.size),
    candidate: (path) => candidates.candidate(layersAt(path)),
    pathOf(given) {
      const layers = candidates.layersOf(given);
      return layers === null ? null : metaqnnPath(layers);
    },
  };
}

export function metaqnnPath(layers: readonly MetaqnnLayer[]): Path {
  return layers.filter(({ type }) => type !== 'D').map(wordOf);
}

/** `size`: height and width of the images. */
export function metaqnnState(path: Path, size: number): string {
  const last = path.at(-1);
  if (last === undefined) return 'start';
  const layers = layersAt(path);
  const image = layers.every(({ type }) => type === 'C' || type === 'P');
  const row = layers.length - 1 - layers.findLastIndex(({ type }) => type !== 'FC');
  return `${last} at ${path.length}${image ? ` on ${bucketOf(representationSize(layers, size))}` : ` dense ${row}`}`;
}

function layersAt(path: Path): MetaqnnLayer[] {
  return path.map(layerOf);
}

/** A few dozen words occur, each very often. */
const layers = new Map<string, MetaqnnLayer>();

function layerOf(word: string): MetaqnnLayer {
  const known = layers.get(word);
  if (known !== undefined) return known;
  const [layer] = parseMetaqnn(`[${word}]`) as [MetaqnnLayer];
  layers.set(word, layer);
  return layer;
}

function wordOf(layer: MetaqnnLayer): string {
  return printMetaqnn([layer]).slice(1, -1);
}
