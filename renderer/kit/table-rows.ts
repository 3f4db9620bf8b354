// Rows of a table as arithmetic: which match a filter, in which order, and their text as TSV. No view here.

/** One column. `text` is what is filtered, sorted and copied; `render` only dresses it. */
export interface Column<T> {
  readonly id: string;
  readonly title: string;
  /** Least width in pixels, and the share of what is left over. */
  readonly width: number;
  /** How narrow it may become before rows scroll sideways; absent = its width. */
  readonly least?: number;
  readonly grow?: number;
  readonly text: (row: T) => string;
  /** A number to sort by, where text order would be wrong. */
  readonly rank?: (row: T) => number;
  readonly render?: (row: T) => React.ReactNode;
  readonly end?: boolean;
  readonly mono?: boolean;
  /** Left out where the table is too narrow for all; still filtered and copied. */
  readonly spare?: boolean;
}

/** Which column rows are sorted by. */
export interface Sorting {
  readonly column: string;
  readonly direction: 'up' | 'down';
}

/** Rows that hold every word of the filter in some column; `column:word` asks one column, `-word` excludes. */
export function filterRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  filter: string,
): readonly T[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '' && word !== '-');
  if (words.length === 0) return rows;
  const tests = words.map(word => testOf(word, columns));
  return rows.filter(row => tests.every(test => test(row)));
}

/** A sorted copy; equal rows keep the order they came in. */
export function sortRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sorting: Sorting | undefined,
): readonly T[] {
  const column = columns.find(candidate => candidate.id === sorting?.column);
  if (column === undefined || sorting === undefined) return rows;
  const sign = sorting.direction === 'up' ? 1 : -1;
  const keyed = rows.map(row => ({ row, key: column.rank?.(row) ?? column.text(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  return keyed.map(({ row }) => row);
}

/** The columns that fit a width: spare ones go, the last first. */
export function fittingColumns<T>(columns: readonly Column<T>[], width: number): readonly Column<T>[] {
  let shown = columns;
  const needed = (): number => shown.reduce((sum, column) => sum + column.width, 0);
  while (needed() > width) {
    const last = shown.findLast(column => column.spare === true);
    if (last === undefined) break;
    shown = shown.filter(column => column !== last);
  }
  return shown;
}

/** Rows with a heading line, cells parted by tabs; tabs and line breaks inside cells become spaces. */
export function tsvOf<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const lines = [
    columns.map(column => column.title),
    ...rows.map(row => columns.map(column => column.text(row))),
  ];
  return lines.map(cells => cells.map(cell => cell.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n') + '\n';
}

function testOf<T>(word: string, columns: readonly Column<T>[]): (row: T) => boolean {
  const excluded = word.startsWith('-');
  const asked = excluded ? word.slice(1) : word;
  const colon = asked.indexOf(':');
  const named =
    colon < 1 ? undefined : columns.find(column => column.id.toLowerCase() === asked.slice(0, colon));
  const among = named === undefined ? columns : [named];
  const text = named === undefined ? asked : asked.slice(colon + 1);
  return row => among.some(column => column.text(row).toLowerCase().includes(text)) !== excluded;
}
