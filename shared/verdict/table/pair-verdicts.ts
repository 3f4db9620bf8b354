// Both sides of a pair of classes as one table: the source's egress and the destination's ingress, each port with the side
// that settled it. Made when first asked for; pairs that come to the same share one. For replays and matrices of whole logs.
import type { CompiledPolicySet } from '../../policy/compiled.ts';
import { makeDense, type DenseTables } from './dense-tables.ts';
import { DECIDED, valueIn, type PortTables } from './port-tables.ts';
import type { ChangedTable, VerdictTable } from './verdict-table.ts';

/** Verdicts of connections by class. */
export interface PairVerdicts {
  /**
   * Flags and decider of a new connection between two different ends, as in port-tables.ts; -1 where that depends on which
   * nodes the ends are on, so that the pair has to be asked by itself. A pod always reaches itself: not asked here.
   */
  valueAt(src: number, dst: number, key: number): number;
  /** The same for many connections at once; `classes` gives the class of each end that `src` and `dst` number. */
  valuesOf(flows: FlowColumns, classes: Int32Array, values: Int32Array): void;
  /** Of every class as destination: 2 = some port is allowed (or may be: the nodes say), 1 = some is left open, 0 = none. */
  reachOf(src: number): Uint8Array;
  /** What is known so far, for the pairs after a change. */
  readonly parts: { readonly fused: Map<number, number>; readonly kept: Uint16Array };
}

/** Pairs before some policies changed; tables have the same numbers before and after. */
export interface EarlierPairs {
  readonly pairs: PairVerdicts;
  readonly change: ChangedTable;
}

// Pairs whose two rows were not made anew are what they were.
function keptPairs(classes: number, earlier: EarlierPairs | undefined): Uint16Array {
  if (earlier?.change.isSameClasses !== true)
    return new Uint16Array(classes <= MOST_CLASSES ? classes * classes : 0);
  const kept = earlier.pairs.parts.kept.slice();
  if (kept.length === 0) return kept;
  const { egress, ingress } = earlier.change.touched;
  for (const src of egress) kept.fill(0, src * classes, (src + 1) * classes);
  for (const dst of ingress) for (let at = dst; at < kept.length; at += classes) kept[at] = 0;
  return kept;
}

/** Connections as columns: numbers of ends, and keys of ports. */
export interface FlowColumns {
  readonly src: Int32Array;
  readonly dst: Int32Array;
  readonly key: Int32Array;
}

/** Most classes for which all pairs are kept in one array (32 MiB), and the numbers that fit into it. */
const MOST_KEPT = 2 ** 16;
const MOST_CLASSES = 4096;
const ASK_ALONE = -1;
/** Stands for a side that no policy governs. */
const FREE = -1;

/** Prepares the pairs of a table. */
export function createPairs(
  table: VerdictTable,
  policies: CompiledPolicySet,
  earlier?: EarlierPairs,
): PairVerdicts {
  const { classes, tables } = table;
  const { profile } = policies;
  const governed = new Set<string | undefined>(['pod', 'host-endpoint']);
  if (policies.decidesHost !== undefined) governed.add('host');
  const fused = earlier?.pairs.parts.fused ?? new Map<number, number>();
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
  const free = Uint8Array.from(kinds, kind => (profile.enforces === 'no' || !governed.has(kind) ? 1 : 0));
  const isFree = (subject: number): boolean => free[subject] === 1;
  const sideOf = (subject: number, peer: number, direction: 'egress' | 'ingress'): number =>
    isFree(subject) ? FREE : table.side(subject, peer, direction);
  const hostsAreAsked = governed.has('host');
  const dependsOnNodes = (src: number, dst: number): boolean =>
    (kinds[src] === 'host' && !isFree(dst)) ||
    (hostsAreAsked && (kinds[src] === 'host' || kinds[dst] === 'host'));
  const kept = keptPairs(classes, earlier);
  const pairOf = (src: number, dst: number): number => {
    const at = src * classes + dst;
    const before = kept[at] ?? 0;
    if (before !== 0) return before - SHIFT;
    const pair = dependsOnNodes(src, dst)
      ? ALONE
      : fuseOf(sideOf(src, dst, 'egress'), sideOf(dst, src, 'ingress'));
    if (at < kept.length && pair + SHIFT < MOST_KEPT) kept[at] = pair + SHIFT;
    return pair;
  };
  let reach: ((src: number) => Uint8Array) | undefined;
  let dense: DenseTables | undefined;
  const one = (src: number, dst: number, key: number): number => {
    const pair = pairOf(src, dst);
    if (pair >= 0) return tables.valueAt(pair, key);
    return pair === ALONE ? ASK_ALONE : DECIDED.allow;
  };
  return {
    parts: { fused, kept },
    valueAt: one,
    valuesOf: (flows, classOf, values) => {
      const { src, dst, key } = flows;
      if (kept.length > 0 && key.length >= LONG) {
        const most = key.length * DENSE_SHARE;
        if (dense?.tables !== tables.count())
          dense = makeDense(tables.cells(), tables.places(), tables.count(), most);
      }
      for (let at = 0; at < key.length; at++) {
        if (dense !== undefined && key.length >= LONG)
          at = lookUpDense(flows, classOf, values, kept, classes, dense, at);
        else if (kept.length > 0)
          at = lookUp(
            flows,
            classOf,
            values,
            { kept, classes, cells: tables.cells(), places: tables.places() },
            at,
          );
        // A pair that was not asked for before makes its table, and may move all others.
        if (at < key.length)
          values[at] = one(classOf[src[at] ?? 0] ?? 0, classOf[dst[at] ?? 0] ?? 0, key[at] ?? 0);
      }
    },
    reachOf: src => (reach ??= createReach(table, free, dependsOnNodes))(src),
  };
}

interface FlatPairs {
  readonly cells: Int32Array;
  readonly places: Int32Array;
  readonly kept: Uint16Array;
  readonly classes: number;
}

/** Looks up from one place on until a pair is not known yet; returns its place. */
function lookUp(
  flows: FlowColumns,
  classOf: Int32Array,
  values: Int32Array,
  flat: FlatPairs,
  first: number,
): number {
  const { src, dst, key } = flows;
  const { kept, classes, cells, places } = flat;
  let at = first;
  for (; at < key.length; at++) {
    const pair = (kept[(classOf[src[at] ?? 0] ?? 0) * classes + (classOf[dst[at] ?? 0] ?? 0)] ?? 0) - SHIFT;
    if (pair === -SHIFT) return at;
    if (pair >= 0) values[at] = valueIn(cells, places[pair] ?? 0, key[at] ?? 0);
    else values[at] = pair === ALONE ? ASK_ALONE : DECIDED.allow;
  }
  return at;
}

/** From how many flows on a matrix of all tables is worth its making, and how many of its values for each flow. */
const LONG = 65_536;
const DENSE_SHARE = 4;

/** Looks up in the matrix until a pair is not known yet, or its table is younger than the matrix; returns its place. */
function lookUpDense(
  flows: FlowColumns,
  classOf: Int32Array,
  values: Int32Array,
  kept: Uint16Array,
  classes: number,
  dense: DenseTables,
  first: number,
): number {
  const { src, dst, key } = flows;
  const { columnOf, values: matrix, tables } = dense;
  let at = first;
  for (; at < key.length; at++) {
    const pair = (kept[(classOf[src[at] ?? 0] ?? 0) * classes + (classOf[dst[at] ?? 0] ?? 0)] ?? 0) - SHIFT;
    if (pair === -SHIFT || pair >= tables) return at;
    if (pair >= 0) values[at] = matrix[(columnOf[key[at] ?? 0] ?? 0) * tables + pair] ?? 0;
    else values[at] = pair === ALONE ? ASK_ALONE : DECIDED.allow;
  }
  return at;
}

/** More tables than any cluster has. */
const MOST_TABLES = 2 ** 26;
const ALONE = -2;
/** Keeps 0 for pairs that were not asked for yet. */
const SHIFT = 3;

/** Reads the reach of one class after another; what two sides come to together is worked out once per pair of outcomes. */
function createReach(
  table: VerdictTable,
  free: Uint8Array,
  dependsOnNodes: (src: number, dst: number) => boolean,
): (src: number) => Uint8Array {
  const { classes, tables } = table;
  const rowOf = outcomeRows(table, free);
  const into = Array.from({ length: classes }, (_, dst) => rowOf(dst, 'ingress'));
  const known: Uint8Array[] = [];
  const rankOfPair = (egress: number, ingress: number): number => {
    if (egress === FREE || ingress === FREE)
      return egress === ingress ? 2 : bestRank(tables, Math.max(egress, ingress));
    return bestRankOfBoth(tables, egress, ingress);
  };
  return src => {
    const reached = new Uint8Array(classes);
    const out = rowOf(src, 'egress');
    for (let dst = 0; dst < classes; dst++) {
      const egress = out[dst] ?? 0;
      const ingress = into[dst]?.[src] ?? 0;
      let ranks = known[egress];
      if (ranks === undefined || ranks.length <= ingress) {
        const wider = new Uint8Array(2 * ingress + 64).fill(UNKNOWN);
        if (ranks !== undefined) wider.set(ranks);
        ranks = known[egress] = wider;
      }
      let rank = ranks[ingress] ?? UNKNOWN;
      if (rank === UNKNOWN) rank = ranks[ingress] = rankOfPair(egress - 1, ingress - 1);
      // A node reaches its own pods, whatever policies say; which nodes these are is not in the class.
      reached[dst] = dependsOnNodes(src, dst) ? 2 : rank;
    }
    return reached;
  };
}

const UNKNOWN = 255;

/** Rows by outcome instead of table: 0 = free, else the first table with that outcome, plus one. */
function outcomeRows(
  table: VerdictTable,
  free: Uint8Array,
): (subject: number, direction: 'ingress' | 'egress') => Int32Array {
  const { tables } = table;
  const nobody = new Int32Array(table.classes);
  const firstOf: number[] = [];
  const standIns: number[] = [];
  const kept = new Map<Int32Array, Int32Array>();
  const standIn = (number: number): number =>
    (standIns[number] ??= (firstOf[tables.outcomeOf(number)] ??= number) + 1);
  return (subject, direction) => {
    if (free[subject] === 1) return nobody;
    const row = table.row(subject, direction);
    const before = kept.get(row);
    if (before !== undefined) return before;
    const made = new Int32Array(row.length);
    for (let peer = 0; peer < row.length; peer++) made[peer] = standIn(row[peer] ?? 0);
    kept.set(row, made);
    return made;
  };
}

function bestRank(tables: PortTables, table: number): number {
  return tables.rowsOf(table).values.reduce((best, value) => Math.max(best, rankOf(value)), 0);
}

function bestRankOfBoth(tables: PortTables, egress: number, ingress: number): number {
  const a = tables.rowsOf(egress);
  const b = tables.rowsOf(ingress);
  let best = 0;
  let x = 0;
  let y = 0;
  while (best < 2 && x < a.starts.length && y < b.starts.length) {
    best = Math.max(best, Math.min(rankOf(a.values[x] ?? 0), rankOf(b.values[y] ?? 0)));
    const nextX = a.starts[x + 1] ?? Infinity;
    const nextY = b.starts[y + 1] ?? Infinity;
    if (nextX <= nextY) x++;
    if (nextY <= nextX) y++;
  }
  return best;
}

function rankOf(value: number): number {
  return (value & DECIDED.allow) !== 0 ? 2 : (value & DECIDED.indeterminate) !== 0 ? 1 : 0;
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
