// Both sides of a pair of classes as one table: the source's egress and the destination's ingress, each port with the side
// that settled it. Made when first asked for; pairs that come to the same share one. For replays and matrices of whole logs.
import type { CompiledPolicySet } from '../../policy/compiled.ts';
import { DECIDED, type PortTables } from './port-tables.ts';
import type { VerdictTable } from './verdict-table.ts';

/** Verdicts of connections by class. */
export interface PairVerdicts {
  /**
   * Flags and decider of a new connection between two different ends, as in port-tables.ts; -1 where that depends on which
   * nodes the ends are on, so that the pair has to be asked by itself. A pod always reaches itself: not asked here.
   */
  valueAt(src: number, dst: number, key: number): number;
  /** Whether any port is allowed from one class to another, or left open where `orOpen`. */
  isReached(src: number, dst: number, orOpen: boolean): boolean;
}

/** Most classes for which all pairs are kept in one array (64 MiB). */
const MOST_CLASSES = 4096;
const ASK_ALONE = -1;
/** Stands for a side that no policy governs. */
const FREE = -1;

/** Prepares the pairs of a table. */
export function createPairs(table: VerdictTable, policies: CompiledPolicySet): PairVerdicts {
  const { classes, tables } = table;
  const { profile } = policies;
  const governed = new Set<string | undefined>(['pod', 'host-endpoint']);
  if (policies.decidesHost !== undefined) governed.add('host');
  const fused = new Map<number, number>();
  const fuseOf = (egress: number, ingress: number): number => {
    if (egress === FREE && ingress === FREE) return FREE;
    if (egress === FREE || ingress === FREE) return egress === FREE ? ingress : egress;
    const key = egress * MOST_TABLES + ingress;
    const before = fused.get(key);
    if (before !== undefined) return before;
    const made = fuse(table, egress, ingress);
    fused.set(key, made);
    return made;
  };
  const kinds = table.kinds;
  const isFree = (subject: number): boolean => profile.enforces === 'no' || !governed.has(kinds[subject]);
  const sideOf = (subject: number, peer: number, direction: 'egress' | 'ingress'): number =>
    isFree(subject) ? FREE : table.side(subject, peer, direction);
  const dependsOnNodes = (src: number, dst: number): boolean => kinds[src] === 'host' && !isFree(dst);
  const kept = new Int32Array(classes <= MOST_CLASSES ? classes * classes : 0);
  const pairOf = (src: number, dst: number): number => {
    const at = src * classes + dst;
    const before = kept[at] ?? 0;
    if (before !== 0) return before - SHIFT;
    const pair = dependsOnNodes(src, dst)
      ? ALONE
      : fuseOf(sideOf(src, dst, 'egress'), sideOf(dst, src, 'ingress'));
    if (at < kept.length) kept[at] = pair + SHIFT;
    return pair;
  };
  const open = createOpenness(tables);
  return {
    valueAt: (src, dst, key) => {
      const pair = pairOf(src, dst);
      if (pair >= 0) return tables.valueAt(pair, key);
      return pair === ALONE ? ASK_ALONE : DECIDED.allow;
    },
    isReached: (src, dst, orOpen) =>
      dependsOnNodes(src, dst) ||
      open(sideOf(src, dst, 'egress'), sideOf(dst, src, 'ingress')) >= (orOpen ? 1 : 2),
  };
}

/** More tables than any cluster has. */
const MOST_TABLES = 2 ** 26;
const ALONE = -2;
/** Keeps 0 for pairs that were not asked for yet. */
const SHIFT = 3;

/** 2 = some port is allowed, 1 = some port is left open, 0 = neither; remembered by what the sides come to. */
function createOpenness(tables: PortTables): (egress: number, ingress: number) => number {
  const rows: (Int8Array | undefined)[] = [];
  const work = (egress: number, ingress: number): number => {
    const [a, b] = [flagsOf(tables, egress), flagsOf(tables, ingress)];
    let most = 0;
    for (const [x, y] of overlaps(a, b)) most = Math.max(most, Math.min(x, y));
    return most;
  };
  return (egress, ingress) => {
    const x = egress === FREE ? 0 : tables.outcomeOf(egress) + 1;
    const y = ingress === FREE ? 0 : tables.outcomeOf(ingress) + 1;
    let row = rows[x];
    if (row === undefined || y >= row.length) {
      const wider = new Int8Array(Math.max(64, 2 * y)).fill(-1);
      if (row !== undefined) wider.set(row);
      row = wider;
      rows[x] = row;
    }
    const before = row[y] ?? -1;
    if (before >= 0) return before;
    const made = work(egress, ingress);
    row[y] = made;
    return made;
  };
}

interface Flags {
  readonly starts: readonly number[];
  /** 2 allow, 1 indeterminate, 0 deny. */
  readonly ranks: readonly number[];
}

function flagsOf(tables: PortTables, table: number): Flags {
  if (table === FREE)
    return { starts: tables.universe.map(range => range.from), ranks: tables.universe.map(() => 2) };
  const { starts, values } = tables.rowsOf(table);
  return { starts: [...starts], ranks: [...values].map(rankOf) };
}

function rankOf(value: number): number {
  return (value & DECIDED.allow) !== 0 ? 2 : (value & DECIDED.indeterminate) !== 0 ? 1 : 0;
}

function overlaps(a: Flags, b: Flags): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let x = 0;
  let y = 0;
  while (x < a.starts.length && y < b.starts.length) {
    pairs.push([a.ranks[x] ?? 0, b.ranks[y] ?? 0]);
    const nextX = a.starts[x + 1] ?? Infinity;
    const nextY = b.starts[y + 1] ?? Infinity;
    if (nextX <= nextY) x++;
    if (nextY <= nextX) y++;
  }
  return pairs;
}

function fuse(table: VerdictTable, egress: number, ingress: number): number {
  const { tables } = table;
  const a = tables.rowsOf(egress);
  const b = tables.rowsOf(ingress);
  const most = a.starts.length + b.starts.length;
  const starts = new Int32Array(most);
  const values = new Int32Array(most);
  const breaks = new Set(tables.universe.map(range => range.from));
  let rows = 0;
  let last = -1;
  let x = 0;
  let y = 0;
  while (x < a.starts.length && y < b.starts.length) {
    const key = Math.max(a.starts[x] ?? 0, b.starts[y] ?? 0);
    const value = both(table, a.values[x] ?? 0, b.values[y] ?? 0);
    if (value !== last || breaks.has(key)) {
      starts[rows] = key;
      values[rows] = value;
      rows++;
      last = value;
    }
    const nextX = a.starts[x + 1] ?? Infinity;
    const nextY = b.starts[y + 1] ?? Infinity;
    if (nextX <= nextY) x++;
    if (nextY <= nextX) y++;
  }
  return tables.keep(starts, values, rows);
}

// The stricter side settles; of two that allow, the one with a rule, the destination's first.
function both(table: VerdictTable, egress: number, ingress: number): number {
  const [a, b] = [rankOf(egress), rankOf(ingress)];
  const undecided = egress & ingress & DECIDED.undecided;
  const strip = (value: number): number => (value & ~DECIDED.undecided) | undecided;
  if (a !== b) return strip(a < b ? egress : ingress);
  if (a < 2) return strip(egress);
  return strip(table.deciders.isDefault(ingress >> 3) ? egress : ingress);
}
