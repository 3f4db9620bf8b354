// The decisions of one side for every peer: a row of table numbers per plan. Classes of peers are parted by how the rules of
// the plan see them; each part is decided once. Rows are made when they are first asked for.
import type { Endpoint } from '../../policy/compiled.ts';
import type { EndClasses } from './end-classes.ts';
import type { PortMatch } from './rule-views.ts';
import { viewAt } from './rule-views.ts';
import type { PlanOf } from './row-plans.ts';
import type { RowPlan, Sweep } from './sweep.ts';

/** Rows of one direction. */
export interface SideRows {
  /** Number of a class's row. */
  rowOf(subject: number): number;
  /** Tables of a row by class of the peer. */
  row(number: number): Int32Array;
  readonly count: () => number;
}

/** Rows that were made before some policies changed, for subjects whom none of those selects. */
export interface EarlierRows {
  readonly rows: SideRows;
  /** The class that a class was part of; undefined when its row must be made anew. */
  readonly originOf: (subject: number) => number | undefined;
  /** The earlier class of every class; absent when classes are the same. */
  readonly origins?: Int32Array;
}

/** Prepares rows. */
export function createRows(
  classes: EndClasses,
  planOf: PlanOf,
  sweep: Sweep,
  earlier?: EarlierRows,
): SideRows {
  const scratch: Scratch = { partOf: new Int32Array(classes.count), left: [], parts: [], moved: new Map() };
  const rowOfClass = new Int32Array(classes.count).fill(-1);
  const byKey = new Map<string | number, number>();
  const makers: (() => Int32Array)[] = [];
  const rows: (Int32Array | undefined)[] = [];
  const nameRow = (key: string | number, make: () => Int32Array): number => {
    const before = byKey.get(key);
    if (before !== undefined) return before;
    byKey.set(key, makers.length);
    return makers.push(make) - 1;
  };
  const newRow = (subject: number): number => {
    const origin = earlier?.originOf(subject);
    if (earlier !== undefined && origin !== undefined) {
      const number = earlier.rows.rowOf(origin);
      return nameRow(number, () => spread(earlier.rows.row(number), earlier.origins));
    }
    const { key, plan } = planOf(subject);
    return nameRow(key, () => makeRow(classes, subject, plan(), sweep, scratch));
  };
  return {
    rowOf: subject => {
      let number = rowOfClass[subject] ?? -1;
      if (number < 0) rowOfClass[subject] = number = newRow(subject);
      return number;
    },
    row: number => {
      const before = rows[number];
      if (before !== undefined) return before;
      const made = makers[number]?.();
      if (made === undefined) throw new Error('Invariant broken: a row number comes from rowOf');
      rows[number] = made;
      return made;
    },
    count: () => makers.length,
  };
}

/** A row of fewer classes as one of more. */
function spread(row: Int32Array, origins: Int32Array | undefined): Int32Array {
  return origins === undefined ? row : origins.map(origin => row[origin] ?? 0);
}

/** Parts of the peers, each with the answers of the rules so far as a list that grows at its head. */
interface Part {
  readonly slot: number;
  readonly match: PortMatch;
  readonly before: Part | undefined;
}

/** Space that rows are made in, one after another. */
interface Scratch {
  /** Part of each peer; 0 for all between two rows. */
  readonly partOf: Int32Array;
  /** Peers that left part 0. */
  readonly left: number[];
  readonly parts: (Part | undefined)[];
  readonly moved: Map<number, number>;
}

function makeRow(
  classes: EndClasses,
  subject: number,
  plan: RowPlan,
  sweep: Sweep,
  scratch: Scratch,
): Int32Array {
  const end = classes.ends[subject];
  if (end === undefined) throw new Error('Invariant broken: a class has an end');
  const { partOf, left, parts } = scratch;
  parts.length = 0;
  parts.push(undefined);
  left.length = 0;
  for (let slot = 0; slot < plan.slots.length; slot++) refine(classes, subject, end, plan, slot, scratch);
  const tables = new Int32Array(parts.length).fill(-1);
  const matches: (PortMatch | undefined)[] = new Array<undefined>(plan.slots.length).fill(undefined);
  const tableOf = (part: number): number => {
    const before = tables[part] ?? -1;
    if (before >= 0) return before;
    matches.fill(undefined);
    for (let node = parts[part]; node !== undefined; node = node.before) matches[node.slot] = node.match;
    const table = sweep(plan, matches);
    tables[part] = table;
    return table;
  };
  const row = new Int32Array(classes.count);
  if (left.length < classes.count) row.fill(tableOf(0));
  for (const peer of left) {
    row[peer] = tableOf(partOf[peer] ?? 0);
    partOf[peer] = 0;
  }
  return row;
}

/** Parts the peers further by what one rule answers about them. */
function refine(
  classes: EndClasses,
  subject: number,
  end: Endpoint,
  plan: RowPlan,
  slot: number,
  { partOf, left, parts, moved }: Scratch,
): void {
  const viewed = plan.slots[slot]?.rule;
  if (viewed === undefined) return;
  const subjectView = viewAt(viewed.subject, subject);
  const { usual, usualEnd, at, views } = viewed.peer;
  const before = parts.length;
  const extended = (part: Part | undefined, match: PortMatch | undefined): Part | undefined =>
    match === undefined ? part : { slot, match, before: part };
  const usualMatch = usualEnd === undefined ? undefined : viewed.ask(subjectView, usual, end, usualEnd);
  moved.clear();
  let view = -1;
  let match: PortMatch | undefined;
  for (let i = 0; i < at.length; i++) {
    const peer = at[i] ?? 0;
    if (views[i] !== view) {
      view = views[i] ?? 0;
      match = viewed.ask(subjectView, view, end, classes.ends[peer] ?? end);
    }
    if (match === usualMatch) continue;
    const old = partOf[peer] ?? 0;
    const key = old + view * MOST_PARTS;
    let to = moved.get(key);
    if (to === undefined) {
      to = parts.push(extended(parts[old], match)) - 1;
      moved.set(key, to);
    }
    if (old === 0) left.push(peer);
    partOf[peer] = to;
  }
  if (usualMatch === undefined) return;
  for (let part = 0; part < before; part++) parts[part] = extended(parts[part], usualMatch);
}

/** More parts than there are classes. */
const MOST_PARTS = 2 ** 26;
