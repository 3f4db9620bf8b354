// Decisions over all ports as short sorted tables: from each start on, what holds and who decided. Equal tables are one.
// A start is the protocol's place in PROTOCOLS times 65,536 plus the port; a value is the decider's number times 8 plus flags.
import type { PortRange } from '../../policy/compiled.ts';
import { PROTOCOLS } from '../../policy/port-set.ts';
import type { Protocol } from '../../model/snapshot.ts';

/** Flags of a value. A port with neither of the first two is denied. */
export const DECIDED = { allow: 1, indeterminate: 2, undecided: 4 } as const;

/** The ports of a table by what they come to. */
export interface TableSets {
  readonly allow: readonly PortRange[];
  readonly indeterminate: readonly PortRange[];
  readonly undecided: readonly PortRange[];
}

/** All tables of a cluster. */
export interface PortTables {
  /** The universe as starts and last keys of its ranges. */
  readonly universe: readonly { readonly from: number; readonly to: number }[];
  /** Keeps a table whose rows are `starts[0..rows]`, or finds the equal one. */
  keep(starts: Int32Array, values: Int32Array, rows: number): number;
  /** The value at a key of the universe. */
  valueAt(table: number, key: number): number;
  /** All tables in a row, as they are now; each begins with how many rows follow: start, value, start, value ... */
  cells(): Int32Array;
  /** Where each table begins in the cells, as it is now. */
  places(): Int32Array;
  rowsOf(table: number): { readonly starts: Int32Array; readonly values: Int32Array };
  setsOf(table: number): TableSets;
  /** Equal exactly for tables that allow and leave open the same ports. */
  outcomeOf(table: number): number;
  readonly count: () => number;
}

/** The value of the table at a place, at a key of the universe. */
export function valueIn(cells: Int32Array, place: number, key: number): number {
  let low = 0;
  let high = (cells[place] ?? 1) - 1;
  const first = place + 1;
  while (high - low > 3) {
    const middle = (low + high + 1) >> 1;
    if ((cells[first + 2 * middle] ?? 0) <= key) low = middle;
    else high = middle - 1;
  }
  while (high > low && (cells[first + 2 * high] ?? 0) > key) high--;
  return cells[first + 2 * high + 1] ?? 0;
}

/** The key of a port; ICMP is asked with port 0. */
export function portKey(protocol: Protocol, port: number): number {
  return PROTOCOLS.indexOf(protocol) * 65_536 + port;
}

/** Makes an empty store. */
export function createPortTables(universe: readonly PortRange[]): PortTables {
  const ranges = universe.map(({ protocol, from, to }) => ({
    from: portKey(protocol, from),
    to: portKey(protocol, to),
  }));
  let cells = new Int32Array(1 << 15);
  let end = 0;
  let places = new Int32Array(1 << 10);
  let count = 0;
  const byHash = new Map<number, number[]>();
  const sets: (TableSets | undefined)[] = [];
  const outcomes: number[] = [];
  const outcomeByText = new Map<string, number>();

  const isEqual = (table: number, s: Int32Array, v: Int32Array, rows: number): boolean => {
    const place = places[table] ?? 0;
    if (cells[place] !== rows) return false;
    for (let i = 0, at = place + 1; i < rows; i++, at += 2)
      if (cells[at] !== s[i] || cells[at + 1] !== v[i]) return false;
    return true;
  };
  const keep: PortTables['keep'] = (s, v, rows) => {
    let hash = rows;
    for (let i = 0; i < rows; i++)
      hash = Math.imul(Math.imul(hash ^ (s[i] ?? 0), 0x01000193) ^ (v[i] ?? 0), 0x01000193);
    const same = byHash.get(hash);
    const found = same?.find(table => isEqual(table, s, v, rows));
    if (found !== undefined) return found;
    while (end + 1 + 2 * rows > cells.length) cells = grown(cells);
    if (count === places.length) places = grown(places);
    const table = count++;
    places[table] = end;
    cells[end++] = rows;
    for (let i = 0; i < rows; i++) {
      cells[end++] = s[i] ?? 0;
      cells[end++] = v[i] ?? 0;
    }
    if (same === undefined) byHash.set(hash, [table]);
    else same.push(table);
    return table;
  };
  const rowsOf: PortTables['rowsOf'] = table => {
    const place = places[table] ?? 0;
    const rows = cells[place] ?? 0;
    const starts = new Int32Array(rows);
    const values = new Int32Array(rows);
    for (let i = 0; i < rows; i++) {
      starts[i] = cells[place + 1 + 2 * i] ?? 0;
      values[i] = cells[place + 2 + 2 * i] ?? 0;
    }
    return { starts, values };
  };
  const setsOf: PortTables['setsOf'] = table => (sets[table] ??= readSets(rowsOf(table), ranges));
  return {
    universe: ranges,
    keep,
    rowsOf,
    setsOf,
    cells: () => cells,
    places: () => places,
    valueAt: (table, key) => valueIn(cells, places[table] ?? 0, key),
    outcomeOf: table => {
      const before = outcomes[table];
      if (before !== undefined) return before;
      const { allow, indeterminate } = setsOf(table);
      const text = JSON.stringify([allow, indeterminate]);
      const found = outcomeByText.get(text) ?? outcomeByText.size;
      outcomeByText.set(text, found);
      outcomes[table] = found;
      return found;
    },
    count: () => count,
  };
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function readSets(
  { starts, values }: ReturnType<PortTables['rowsOf']>,
  universe: PortTables['universe'],
): TableSets {
  const sets = { allow: [] as PortRange[], indeterminate: [] as PortRange[], undecided: [] as PortRange[] };
  for (const { from, to } of universe) {
    const protocol = PROTOCOLS[from >> 16];
    if (protocol === undefined) continue;
    starts.forEach((start, row) => {
      if (start < from || start > to) return;
      const next = starts[row + 1] ?? Infinity;
      const end = Math.min(next - 1, to);
      const part = { protocol, from: start & 65_535, to: end & 65_535 };
      for (const name of ['allow', 'indeterminate', 'undecided'] as const)
        if (((values[row] ?? 0) & DECIDED[name]) !== 0) add(sets[name], part);
    });
  }
  return sets;
}

function add(ranges: PortRange[], part: PortRange): void {
  const last = ranges.at(-1);
  if (last?.protocol === part.protocol && last.to + 1 === part.from)
    ranges[ranges.length - 1] = { ...last, to: part.to };
  else ranges.push(part);
}
