// The architectures of a recorded set as decisions: only choices that lead to a recorded network are offered. MetaQNN strings are chosen a layer at a
// time, cells an edge at a time. Of several recordings of one network the first counts: a learner trains nothing twice.
import { hashOf, parseCell, parseMetaqnn, UsageError, type Candidate } from '../../core/index.js';
import { keyOf, type Decisions, type Path } from './decisions.js';
import { metaqnnPath, metaqnnState } from './metaqnn-decisions.js';

export interface RecordedNetwork {
  readonly candidate: Candidate;
  /** The architecture as the set writes it; null where it does not. */
  readonly architecture: string | null;
}

export interface RecordedOptions {
  /** Height and width of the images that MetaQNN's networks were trained on. */
  readonly size: number;
}

interface Language {
  path(text: string): Path;
  state(path: Path): string;
}

/** Throws UsageError where a network has no text, or one of another kind than the first. */
export function recordedDecisions(networks: readonly RecordedNetwork[], { size }: RecordedOptions): Decisions {
  const language = languageOf(networks[0]?.architecture ?? null, size);
  const paths = new Map<Candidate, Path>();
  const ends = new Map<string, Candidate>();
  const choices = new Map<string, Set<string>>();
  for (const { candidate, architecture } of networks) {
    const path = language.path(architecture ?? nothing());
    paths.set(candidate, path);
    if (!ends.has(keyOf(path))) ends.set(keyOf(path), candidate);
    for (const [i, action] of path.entries()) added(choices, keyOf(path.slice(0, i)), action);
  }
  let alike: ReadonlyMap<string, Path> | null = null;
  // A candidate that comes back from a journal on disk is not the set's own object.
  const byContent = (candidate: Candidate): Path | null => {
    alike ??= new Map(networks.map((network) => [hashOf(network.candidate), paths.get(network.candidate) ?? []]));
    return alike.get(hashOf(candidate)) ?? null;
  };
  const offered = new Map([...choices].map(([key, words]) => [key, [...words].sort()]));
  return {
    actions: (path) => offered.get(keyOf(path)) ?? [],
    state: (path) => language.state(path),
    candidate: (path) => ends.get(keyOf(path)) ?? nothing(),
    pathOf: (candidate) => paths.get(candidate) ?? byContent(candidate),
  };
}

function languageOf(text: string | null, size: number): Language {
  if (text === null) return nothing();
  if (/^\s*\|/.test(text)) return { path: (cell) => parseCell(cell).flat(), state: keyOf };
  return { path: (net) => metaqnnPath(parseMetaqnn(net)), state: (path) => metaqnnState(path, size) };
}

function added(choices: Map<string, Set<string>>, key: string, action: string): void {
  const words = choices.get(key) ?? new Set();
  choices.set(key, words.add(action));
}

function nothing(): never {
  throw new UsageError('expected a recorded set whose architectures are MetaQNN strings or cells, got one without; take metaqnn_cifar10 or nasbench201, or name the column as `network` in the manifest');
}
