// Which columns of which table a manifest means: resolved once against the headers, so that a wrong name is refused before a
// row is read, with the names that are there.
import { DataError } from '../../core/index.js';
import type { CurveManifest } from './manifest.js';

export interface TableHeader {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Of the columns with `{n}` in place of a whole number: by that number. Throws where there is none, or `first` is none of them. */
export function metricColumns({ metric }: CurveManifest, header: TableHeader): readonly number[] {
  const named = typeof metric.columns === 'string' ? numbered(metric.columns, header) : metric.columns.map((name) => ({ name, at: indexOf(header, name) }));
  const start = metric.first === undefined ? 0 : named.findIndex(({ name }) => name === metric.first);
  if (start >= 0 && named.length > 0) return named.slice(start).map(({ at }) => at);
  throw new DataError(`${header.name}: expected ${metric.first ?? `columns ${String(metric.columns)}`} among the metric's columns, got ${listed(named.length > 0 ? named.map(({ name }) => name) : header.columns)}`);
}

/** Whether the table holds the metric at all. */
export function holdsMetric({ metric }: CurveManifest, header: TableHeader): boolean {
  if (typeof metric.columns === 'string') return numbered(metric.columns, header).length > 0;
  return metric.columns.every((name) => header.columns.includes(name));
}

/** Throws DataError naming what is there. */
export function indexOf(header: TableHeader, name: string): number {
  const at = header.columns.indexOf(name);
  if (at >= 0) return at;
  throw noColumn(header, name);
}

export function noColumn({ name: table, columns }: TableHeader, name: string): DataError {
  return new DataError(`${table}: expected a column '${name}', got ${listed(columns)}; mend the manifest or the file`);
}

function numbered(pattern: string, { columns }: TableHeader): { readonly name: string; readonly at: number; readonly n: number }[] {
  const [before = '', after = ''] = pattern.split('{n}');
  const found = columns.flatMap((name, at) => {
    const middle = name.slice(before.length, name.length - after.length);
    return name.startsWith(before) && name.endsWith(after) && /^\d+$/.test(middle) ? [{ name, at, n: Number(middle) }] : [];
  });
  return found.sort((a, b) => a.n - b.n);
}

/** A header of 500 epochs is not worth a screen. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown}, ... (${names.length} columns)` : shown;
}
