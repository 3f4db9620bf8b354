// All tables as one matrix over the ports that any of them tells apart: a look-up without a search, for logs that are long
// enough to be worth the making. The values are those of port-tables.ts.

/** The matrix as it was when it was made. */
export interface DenseTables {
  /** Number of a key among the ports that are told apart. */
  readonly columnOf: Uint16Array;
  /** Values, column after column: logs ask about few ports, so that what they touch lies close together. */
  readonly values: Int32Array;
  /** How many tables it holds; later ones are not in it. */
  readonly tables: number;
}

const KEYS = 4 * 65_536;
/** More would not fit into the numbers of columns, or into memory worth spending. */
const MOST_COLUMNS = 2 ** 16;
const MOST_VALUES = 2 ** 24;

/** Makes the matrix; undefined where it would be larger than `most` values, or than is sensible. */
export function makeDense(
  cells: Int32Array,
  places: Int32Array,
  tables: number,
  most: number,
): DenseTables | undefined {
  const isStart = new Uint8Array(KEYS);
  for (let table = 0; table < tables; table++) {
    const place = places[table] ?? 0;
    const rows = cells[place] ?? 0;
    for (let row = 0; row < rows; row++) isStart[cells[place + 1 + 2 * row] ?? 0] = 1;
  }
  const starts: number[] = [0];
  for (let key = 1; key < KEYS; key++) if (isStart[key] === 1) starts.push(key);
  const columns = starts.length;
  if (columns > MOST_COLUMNS || tables * columns > Math.min(most, MOST_VALUES)) return undefined;
  const columnOf = new Uint16Array(KEYS);
  starts.forEach((start, column) => columnOf.fill(column, start, starts[column + 1] ?? KEYS));
  const values = new Int32Array(tables * columns);
  for (let table = 0; table < tables; table++) {
    const place = places[table] ?? 0;
    const rows = cells[place] ?? 0;
    for (let row = 0; row < rows; row++) {
      // What lies before the first row is outside of what is modelled, and reads as the first row does.
      const from = row === 0 ? 0 : (columnOf[cells[place + 1 + 2 * row] ?? 0] ?? 0);
      const to = row + 1 < rows ? (columnOf[cells[place + 3 + 2 * row] ?? 0] ?? 0) : columns;
      const value = cells[place + 2 + 2 * row] ?? 0;
      for (let column = from; column < to; column++) values[column * tables + table] = value;
    }
  }
  return { columnOf, values, tables };
}
