// A table of plain text for a terminal: columns as wide as their widest cell, numbers to the right.
// It does not fold long cells: the caller shortens what may be long.

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Control characters would let a study's name move the cursor or change colours: they are shown as `?`. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(printable));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...clean.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]) =>
    columns.map((column, i) => pad(cells[i] ?? '', widths[i] as number, column.align)).join('  ').trimEnd();
  return [line(columns.map((column) => column.title)), line(widths.map((width) => '-'.repeat(width))), ...clean.map(line)].join('\n');
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}
