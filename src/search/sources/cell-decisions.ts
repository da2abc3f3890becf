// NAS-Bench-201's cells an edge at a time. The state is the edge and the operations so far: nothing is shared between paths, which the space (15,625
// cells of six edges) is small enough for. How a cell becomes a candidate is handed in.
import { CELL_OPERATIONS, type Candidate, type Cell } from '../../core/index.js';
import { keyOf, type Decisions, type Path } from './decisions.js';

export interface CellCandidates {
  /** Null where nothing gets through the cell. */
  candidate(cell: Cell): Candidate | null;
  cellOf(candidate: Candidate): Cell | null;
}

/** `nodes`: those after the input; three in NAS-Bench-201. */
export function cellDecisions(candidates: CellCandidates, nodes = 3): Decisions {
  const edges = (nodes * (nodes + 1)) / 2;
  return {
    actions: (path) => (path.length < edges ? CELL_OPERATIONS : []),
    state: keyOf,
    candidate: (path) => candidates.candidate(cellAt(path, nodes)),
    pathOf: (given) => candidates.cellOf(given)?.flat() ?? null,
  };
}

function cellAt(path: Path, nodes: number): Cell {
  return Array.from({ length: nodes }, (_, node) => path.slice((node * (node + 1)) / 2, ((node + 1) * (node + 2)) / 2));
}
