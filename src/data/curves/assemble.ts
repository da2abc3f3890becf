// Tables and a manifest in, a curve set out. Rows stream through: of a row only its configuration cells and its mended curve are kept
// (a million rows of 20 epochs and 4 columns take 1.5 GiB). What is left out or mended is counted in the set's notes.
import { DataError, messageOf } from '../../core/index.js';
import { holdsMetric, indexOf, metricColumns, noColumn, type TableHeader } from './columns.js';
import { encodeColumn, type Numbers } from './encode.js';
import { graphOfText } from './graph.js';
import type { CurveManifest } from './manifest.js';
import { cellNumber, mendCurve } from './mend.js';
import { rangeUnit, type CurveMetric, type CurveRow, type CurveSet } from './set.js';

/** A CSV file: its header and its records, one after another. */
export interface Table extends TableHeader {
  readonly records: AsyncIterable<readonly string[]> | Iterable<readonly string[]>;
}

/** Throws DataError where a column is missing, two tables hold the metric, an architecture cannot be read, or no row is left. */
export async function assembleCurveSet(manifest: CurveManifest, tables: readonly Table[]): Promise<CurveSet> {
  const holders = tables.filter((table) => holdsMetric(manifest, table));
  const [table] = holders;
  if (table === undefined) throw new DataError(`${manifest.name}: expected the metric's columns ${String(manifest.metric.columns)} in ${tables.map(({ name }) => name).join(' or ')}, got none`);
  if (holders.length > 1) throw new DataError(`${manifest.name}: expected the metric in one file, got it in ${holders.map(({ name }) => name).join(' and ')}; leave one out`);
  const joined = await Promise.all(tables.filter((other) => other !== table).map((other) => lookup(manifest, other)));
  const gathering = new Gathering(manifest, table, joined);
  for await (const record of table.records) gathering.add(record);
  return gathering.finish();
}

interface Lookup extends TableHeader {
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

/** The first row of an id counts. */
async function lookup(manifest: CurveManifest, table: Table): Promise<Lookup> {
  if (manifest.id === undefined) throw new DataError(`${manifest.name}: expected 'id' in the manifest, which joins ${table.name} to the others, got none`);
  const id = indexOf(table, manifest.id);
  const rows = new Map<string, readonly string[]>();
  for await (const record of table.records) {
    const key = record[id] ?? '';
    if (!rows.has(key)) rows.set(key, record);
  }
  return { name: table.name, columns: table.columns, rows };
}

/** Where a column's cells are: in the metric's table, or in one that is joined. */
type Reader = (record: readonly string[], id: string) => string;

interface Raw {
  readonly id: string;
  readonly recorded: Float64Array;
}

class Gathering {
  private readonly epochs: readonly number[];
  private readonly idAt: number | null;
  private readonly configuration: readonly string[];
  private readonly readers: ReadonlyMap<string, Reader>;
  private readonly cells: ReadonlyMap<string, string[]>;
  private readonly raw: Raw[] = [];
  private readonly seen = new Map<string, number>();
  private readonly counts = { rows: 0, dropped: 0, repeated: 0 };

  constructor(
    private readonly manifest: CurveManifest,
    table: Table,
    joined: readonly Lookup[],
  ) {
    this.epochs = metricColumns(manifest, table);
    this.idAt = manifest.id === undefined ? null : indexOf(table, manifest.id);
    this.configuration = [...new Set([...manifest.architecture, ...manifest.hyperparameters])];
    const { network } = manifest;
    const wanted = [...new Set([...this.configuration, ...(manifest.group ?? []), ...(network === undefined ? [] : [network]), ...manifest.drop.map(({ column }) => column)])];
    this.readers = new Map(wanted.map((name) => [name, readerOf(name, table, joined)]));
    this.cells = new Map(wanted.map((name) => [name, []]));
  }

  add(record: readonly string[]): void {
    this.counts.rows++;
    const own = this.idAt === null ? String(this.counts.rows - 1) : (record[this.idAt] ?? '');
    const values = [...this.readers].map(([name, read]) => [name, read(record, own)] as const);
    const of = new Map(values);
    if (this.manifest.drop.some((rule) => isDropped(rule, of.get(rule.column) ?? ''))) {
      this.counts.dropped++;
      return;
    }
    for (const [name, value] of values) this.cells.get(name)?.push(value);
    this.raw.push({ id: this.named(own), recorded: Float64Array.from(this.epochs, (at) => cellNumber(record[at])) });
  }

  finish(): CurveSet {
    const notes: string[] = [];
    const ap = this.numbers(this.manifest.architecture, notes);
    const hp = this.numbers(this.manifest.hyperparameters, notes);
    const metric = this.metric();
    const groupBy = this.manifest.group ?? this.configuration;
    const networks = this.cells.get(this.manifest.network ?? '');
    let [filled, broken, lost] = [0, 0, 0];
    const rows = this.raw.map(({ id, recorded }, i): CurveRow => {
      const mended = mendCurve(metric, recorded);
      if (mended.filled > 0) filled++;
      if (mended.curve.length === 0) lost++;
      else if (mended.broken) broken++;
      const group = groupBy.length === 0 ? id : groupBy.map((name) => this.cells.get(name)?.[i] ?? '').join('\u001f');
      const architecture = networks?.[i] ?? null;
      return { id, group, curve: mended.curve, ap: ap[i] ?? {}, hp: hp[i] ?? {}, architecture, ...graphMember(this.manifest.network, architecture) };
    });
    if (rows.length === lost) throw new DataError(`${this.manifest.name}: expected at least one row with a number in its curve, got none of ${this.counts.rows}`);
    const { dropped, repeated } = this.counts;
    const said: readonly (readonly [number, string])[] = [
      [dropped, 'left out as the manifest says'], [lost, 'without any number: runs that failed in their first epoch'], [repeated, 'with an id that was there before, kept under a new one'],
      [broken, 'end before the last epoch (not finite, or not recorded)'], [filled, 'with gaps, filled with the value before'],
    ];
    notes.unshift(...said.flatMap(([count, what]) => (count > 0 ? [`${count} of ${this.counts.rows} rows ${what}`] : [])));
    return { name: this.manifest.name, epochs: this.epochs.length, metric, rows, notes };
  }

  private named(id: string): string {
    const before = this.seen.get(id) ?? 0;
    this.seen.set(id, before + 1);
    if (before === 0) return id;
    this.counts.repeated++;
    return `${id}#${before + 1}`;
  }

  private numbers(columns: readonly string[], notes: string[]): Numbers[] {
    const encoded = columns.map((name) => {
      const { rows, note } = encodeColumn(name, this.cells.get(name) ?? [], this.manifest.encode[name]);
      if (note !== null) notes.push(note);
      return rows;
    });
    return this.raw.map((_, i) => Object.assign({}, ...encoded.map((rows) => rows[i])) as Numbers);
  }

  private metric(): CurveMetric {
    const { name = 'score', direction, transform, unit } = this.manifest.metric;
    return { name, direction, transform, unit: unit ?? rangeUnit(direction, this.raw.map(({ recorded }) => recorded)) };
  }
}

/** Throws DataError where the text breaks off. */
function graphMember(column: string | undefined, text: string | null): Pick<CurveRow, 'graph'> {
  try {
    const graph = text === null ? null : graphOfText(text);
    return graph === null ? {} : { graph };
  } catch (cause) {
    throw new DataError(`column ${column ?? ''}: ${messageOf(cause)}`, { cause });
  }
}

function readerOf(name: string, table: Table, joined: readonly Lookup[]): Reader {
  const at = table.columns.indexOf(name);
  if (at >= 0) return (record) => record[at] ?? '';
  const other = joined.find(({ columns }) => columns.includes(name));
  if (other === undefined) throw noColumn({ name: [table, ...joined].map((each) => each.name).join(', '), columns: [...new Set([...joined.flatMap(({ columns }) => columns), ...table.columns])] }, name);
  const from = other.columns.indexOf(name);
  return (_record, id) => other.rows.get(id)?.[from] ?? '';
}

function isDropped(rule: CurveManifest['drop'][number], cell: string): boolean {
  const value = cellNumber(cell);
  const { above, below, equals } = rule;
  return (above !== undefined && value > above) || (below !== undefined && value < below) || (equals !== undefined && (cell === String(equals) || value === equals));
}
