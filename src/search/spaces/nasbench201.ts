// NAS-Bench-201's cells: five operations on six edges. As networks (`network` given) a cell is known by what it computes: edges on no way from input to
// output are `none`, and a cell that nothing gets through is no candidate. As rows of a table (no `network`) all 15,625 are apart, as the benchmark has them.
// The AP row has an indicator an operation and edge, `0>2 nor_conv_3x3`, the graph holds the operations as recorded sets have them.
import {
  CELL_OPERATIONS, cellGraph, cellNetwork, cellOfNetwork, countsOf, depthOf, isLanguageModel, isSameData, printCell, ShapeError, UsageError, usefulCell,
  type Candidate, type Cell, type Grid, type ImageShape, type Json, type Rng, type Space,
} from '../../core/index.js';
import { inTurn, type OneChoice, others } from './neighbours.js';

export interface NasBench201Network {
  readonly input: ImageShape;
  readonly classes: number;
  /** Of the first stage. Default 8 (the benchmark's 16), for two cores. */
  readonly channels?: number;
  /** A stage. Default 1 (the benchmark's 5). */
  readonly cells?: number;
  /** T: a cosine is stretched over it. */
  readonly epochs: number;
  /** Images a step. Default 64 (the benchmark's 256). */
  readonly batch?: number;
}

type Operation = (typeof CELL_OPERATIONS)[number];
type Edge = readonly [from: number, to: number];

/** In a cell's order. */
const EDGES: readonly Edge[] = [[0, 1], [0, 2], [1, 2], [0, 3], [1, 3], [2, 3]];
const CELLS = CELL_OPERATIONS.length ** EDGES.length;

export class NasBench201Space implements Space {
  readonly name = 'nasbench201';
  readonly settings: { readonly [key: string]: Json };
  private readonly hp: Candidate['hp'];
  private readonly network: Omit<Required<NasBench201Network>, 'epochs' | 'batch'> | null;
  /** By the cell's text: a search that ranks a million candidates meets each of few thousand very often. */
  private readonly made = new Map<string, Candidate | null>();

  constructor(options: NasBench201Network | null = null) {
    const { channels = 8, cells = 1, epochs = 1, batch = 64 } = options ?? {};
    const bad = Object.entries({ channels, cells, epochs, batch }).find(([, value]) => !Number.isInteger(value) || value < 1);
    if (bad !== undefined) throw new UsageError(`nasbench201 space: expected ${bad[0]} to be a whole number from 1, got ${bad[1]}`);
    this.network = options === null ? null : { input: options.input, classes: options.classes, channels, cells };
    this.settings = this.network === null ? { form: 'table' } : { ...this.network, input: { ...this.network.input }, epochs, batch };
    this.hp = options === null ? {} : { learning_rate: 0.1, momentum: 0.9, nesterov: 1, weight_decay: 5e-4, lr_schedule: 2, lr_epochs: epochs, batch_size: batch, flip: 1 };
  }

  sample(rng: Rng): Candidate {
    for (;;) {
      const candidate = this.candidate(cellOfNumber(rng.int(CELLS)));
      if (candidate !== null) return candidate;
    }
  }

  /** Among networks an edge may have no effect until another changes, too: a node comes back by one way in and one way out. */
  neighbours(given: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(given);
    const cell = this.cellOf(self) ?? [];
    const make = (other: Cell): Candidate | null => {
      const candidate = this.candidate(other);
      return candidate === null ? null : { ...candidate, hp: self.hp };
    };
    const edges = EDGES.map((edge): OneChoice => others(CELL_OPERATIONS, operationAt(cell, edge), rng, (operation) => make(changed(cell, edge, operation))));
    const silent = this.network === null ? [] : changes(cell).filter((other) => printCell(usefulCell(other) ?? []) === printCell(cell));
    return inTurn(self, [...edges, others(silent.flatMap(changes), undefined, rng, make)], rng, most, ({ ap }) => Object.values(ap).join());
  }

  /** Hyper-parameters that are not said are the benchmark's. */
  validate(given: Candidate): Candidate {
    const cell = this.cellOf(given);
    if (cell === null) throw new UsageError('nasbench201 space: expected an AP row with one operation an edge (`0>1 skip_connect`: 1) or the network of a cell, got another candidate; candidate(parseCell(TEXT)) makes one');
    const candidate = this.candidate(cell);
    if (candidate === null) throw new ShapeError('nasbench201 space: expected a cell with a way from input to output, got one that nothing gets through');
    if (given.architecture !== null && !isSameData(given.architecture, candidate.architecture)) throw new ShapeError('nasbench201 space: expected the network of its cell, got another; leave architecture null and it is built');
    return { ...candidate, hp: { ...this.hp, ...given.hp } };
  }

  /** Null where nothing gets through the cell and it is to be a network. */
  candidate(cell: Cell): Candidate | null {
    const text = cell.join();
    const known = this.made.get(text);
    if (known !== undefined) return known;
    const candidate = this.make(cell);
    this.made.set(text, candidate);
    return candidate;
  }

  private make(cell: Cell): Candidate | null {
    if (this.network === null) return { architecture: null, ap: indicators(cell), hp: this.hp, graph: cellGraph(cell) };
    const useful = usefulCell(cell);
    if (useful === null) return null;
    const equal = printCell(useful) === printCell(cell) ? null : this.candidate(useful);
    if (equal !== null) return equal;
    const architecture = cellNetwork({ ...this.network, cell: useful });
    const ap = { ...countsOf(architecture), layers: depthOf(architecture), ...indicators(useful) };
    return { architecture, ap, hp: this.hp, graph: cellGraph(useful) };
  }

  /** Null where the candidate is no cell. */
  cellOf({ ap, architecture }: Candidate): Cell | null {
    const chosen = COLUMNS.filter(({ column }) => ap[column] === 1);
    if (chosen.length === EDGES.length && EDGES.every((edge, i) => chosen[i]?.edge === edge)) return cellOf(chosen.map(({ operation }) => operation));
    return architecture === null || isLanguageModel(architecture) ? null : cellOfNetwork(architecture);
  }

  /** All of them, those that compute the same among networks once. */
  grid(): Grid {
    const numbers = Array.from({ length: CELLS }, (_, i) => i);
    const cells = this.network === null ? numbers : numbers.filter((i) => isUseful(cellOfNumber(i)));
    return { size: cells.length, at: (i) => this.candidate(cellOfNumber(cells[i] ?? 0)) as Candidate };
  }
}

/** Whether it says nothing that its network does not. */
function isUseful(cell: Cell): boolean {
  const useful = usefulCell(cell);
  return useful !== null && printCell(useful) === printCell(cell);
}

/** Of operations in the order of the edges. */
function cellOf(operations: readonly string[]): Cell {
  return [1, 2, 3].map((to) => operations.filter((_, i) => EDGES[i]?.[1] === to));
}

/** The number's digits in base 5, the first edge's last. */
function cellOfNumber(number: number): Cell {
  return cellOf(EDGES.map((_, i) => CELL_OPERATIONS[Math.floor(number / CELL_OPERATIONS.length ** i) % CELL_OPERATIONS.length] ?? 'none'));
}

function operationAt(cell: Cell, [from, to]: Edge): Operation | undefined {
  return CELL_OPERATIONS.find((operation) => operation === cell[to - 1]?.[from]);
}

function changed(cell: Cell, [from, to]: Edge, operation: string): Cell {
  return cell.map((node, k) => node.map((now, i) => (k === to - 1 && i === from ? operation : now)));
}

/** All 24. */
function changes(cell: Cell): Cell[] {
  return EDGES.flatMap((edge) => CELL_OPERATIONS.filter((operation) => operation !== operationAt(cell, edge)).map((operation) => changed(cell, edge, operation)));
}

function columnOf([from, to]: Edge, operation: string): string {
  return `${from}>${to} ${operation}`;
}

/** Of all edges and operations. */
const COLUMNS = EDGES.flatMap((edge) => CELL_OPERATIONS.map((operation) => ({ edge, operation, column: columnOf(edge, operation) })));

function indicators(cell: Cell): Candidate['ap'] {
  return Object.fromEntries(COLUMNS.map(({ edge, operation, column }) => [column, operation === operationAt(cell, edge) ? 1 : 0]));
}
