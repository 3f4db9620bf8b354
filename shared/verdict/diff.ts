// What became possible or impossible between two snapshots: rows of the two maps of connections side by side, addresses
// cut where either side cuts them. It compares connections, not lines of policies; what changed in the objects is listed
// beside it. What only one side cannot tell is a change too, and is written out.
import { compareRanges, coverOf, parseAddressRange, type AddressRange } from '../base/address.ts';
import { canonicalJson } from '../base/json.ts';
import { compareBy, sortedUnique } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import { nameOf, type KubernetesObject } from '../model/object.ts';
import type { Labels } from '../model/snapshot.ts';
import { connectivity, type ConnectivityRow } from './connectivity.ts';
import { externalName } from './endpoints.ts';
import type { Simulator } from './verdict.ts';

/** One side of the comparison: a cluster and the workloads that are in its CDE. */
export interface DiffSide {
  readonly simulator: Simulator;
  readonly cde: ReadonlySet<string>;
}

/** A pair of ends whose connections are not the same. */
export interface DiffRow {
  readonly type: 'added' | 'removed' | 'changed';
  readonly src: string;
  readonly dst: string;
  /** Connections in the notation of `connectivity`, `No Connections` for none. */
  readonly before: string;
  readonly after: string;
  readonly touchesCde: boolean;
  /** Ends that only one side has. */
  readonly info?: string;
}

/** What changed between two snapshots. */
export interface Diff {
  readonly rows: readonly DiffRow[];
  readonly workloads: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly relabelled: readonly { readonly id: string; readonly before: Labels; readonly after: Labels }[];
  };
  readonly policies: {
    readonly added: readonly PolicyChange[];
    readonly removed: readonly PolicyChange[];
    readonly changed: readonly PolicyChange[];
  };
}

/** A policy, or an object that policies refer to, and where it is written. */
export interface PolicyChange {
  readonly id: string;
  readonly source: SourceSpan;
}

/** Compares two snapshots; rows that touch the CDE of either side come first. */
export function diff(before: DiffSide, after: DiffSide): Diff {
  const workloads = changedWorkloads(before, after);
  const cde = new Set([...before.cde, ...after.cde]);
  const gone = new Map<string, 'added' | 'removed'>([
    ...workloads.added.map(id => [id, 'added'] as const),
    ...workloads.removed.map(id => [id, 'removed'] as const),
  ]);
  const rows = pairUp(connectivity(before.simulator), connectivity(after.simulator))
    .filter(pair => pair.before !== pair.after)
    .map(({ src, dst, before: was, after: is }): DiffRow => {
      const info = [src, dst].flatMap(end => {
        const change = gone.get(end);
        return change === undefined ? [] : [`workload ${end} ${change}`];
      });
      return {
        type: was === NONE ? 'added' : is === NONE ? 'removed' : 'changed',
        src,
        dst,
        before: was,
        after: is,
        touchesCde: cde.has(src) || cde.has(dst),
        ...(info.length === 0 ? {} : { info: info.join('; ') }),
      };
    });
  return {
    rows: rows.sort(
      compareBy(
        row => (row.touchesCde ? '0' : '1'),
        row => row.src,
        row => row.dst,
      ),
    ),
    workloads,
    policies: changedPolicies(before, after),
  };
}

/** How a pair without any connection is written. */
const NONE = 'No Connections';

interface Pair {
  readonly src: string;
  readonly dst: string;
  readonly before: string;
  readonly after: string;
}

function pairUp(before: readonly ConnectivityRow[], after: readonly ConnectivityRow[]): readonly Pair[] {
  const [was, is] = [sortOut(before), sortOut(after)];
  const pairs: Pair[] = [];
  for (const key of sortedUnique([...was.plain.keys(), ...is.plain.keys()])) {
    const row = was.plain.get(key) ?? is.plain.get(key);
    if (row === undefined) continue;
    pairs.push({
      src: row.src,
      dst: row.dst,
      before: textOf(was.plain.get(key)),
      after: textOf(is.plain.get(key)),
    });
  }
  for (const key of sortedUnique([...was.external.keys(), ...is.external.keys()]))
    pairs.push(...pairRanges(was.external.get(key) ?? [], is.external.get(key) ?? []));
  return pairs;
}

/** A row with one end outside the cluster. */
interface RangeRow {
  readonly range: AddressRange;
  readonly inner: string;
  readonly end: 'src' | 'dst';
  readonly text: string;
}

function sortOut(rows: readonly ConnectivityRow[]): {
  readonly plain: ReadonlyMap<string, ConnectivityRow>;
  readonly external: ReadonlyMap<string, readonly RangeRow[]>;
} {
  const plain = new Map<string, ConnectivityRow>();
  const external = new Map<string, RangeRow[]>();
  for (const row of rows) {
    const found = rangeOf(row);
    if (found === undefined) {
      plain.set(`${row.src}\n${row.dst}`, row);
      continue;
    }
    const key = `${found.end}\n${found.inner}\n${found.range.family}`;
    external.set(key, [...(external.get(key) ?? []), found]);
  }
  return { plain, external };
}

const EXTERNAL = '[External]';

function rangeOf(row: ConnectivityRow): RangeRow | undefined {
  for (const end of ['src', 'dst'] as const) {
    if (!row[end].endsWith(EXTERNAL)) continue;
    const range = parseAddressRange(row[end].slice(0, -EXTERNAL.length));
    if (range !== undefined)
      return { range, end, inner: end === 'src' ? row.dst : row.src, text: textOf(row) };
  }
  return undefined;
}

function textOf(row: ConnectivityRow | undefined): string {
  if (row === undefined) return NONE;
  if (row.indeterminate === undefined) return row.conns;
  const open = `cannot tell ${row.indeterminate}`;
  return row.conns === NONE || row.conns === '' ? open : `${row.conns}; ${open}`;
}

/** Cuts the ranges of both sides into pieces, compares piece by piece, and joins neighbours that changed alike. */
function pairRanges(before: readonly RangeRow[], after: readonly RangeRow[]): readonly Pair[] {
  const first = before[0] ?? after[0];
  if (first === undefined) return [];
  const starts = [...before, ...after].flatMap(({ range }) => [range.from, range.to + 1n]);
  const cuts = [...new Set(starts)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const joined: { range: AddressRange; before: string; after: string }[] = [];
  for (const [at, from] of cuts.entries()) {
    const next = cuts[at + 1];
    if (next === undefined) break;
    const range: AddressRange = { family: first.range.family, from, to: next - 1n };
    const texts = { before: textAt(before, range), after: textAt(after, range) };
    const last = joined.at(-1);
    if (
      last !== undefined &&
      last.range.to + 1n === from &&
      last.before === texts.before &&
      last.after === texts.after
    )
      joined[joined.length - 1] = { ...last, range: { ...last.range, to: range.to } };
    else joined.push({ range, ...texts });
  }
  return joined
    .sort((a, b) => compareRanges(a.range, b.range))
    .map(({ range, ...texts }) => {
      const name = externalName(range);
      return first.end === 'src'
        ? { src: name, dst: first.inner, ...texts }
        : { src: first.inner, dst: name, ...texts };
    });
}

function textAt(rows: readonly RangeRow[], piece: AddressRange): string {
  return rows.find(row => coverOf(row.range, piece) === 'all')?.text ?? NONE;
}

function changedWorkloads(before: DiffSide, after: DiffSide): Diff['workloads'] {
  const was = labelsOf(before);
  const is = labelsOf(after);
  const ids = sortedUnique([...was.keys(), ...is.keys()]);
  return {
    added: ids.filter(id => !was.has(id)),
    removed: ids.filter(id => !is.has(id)),
    relabelled: ids.flatMap(id => {
      const [old, now] = [was.get(id), is.get(id)];
      if (old === undefined || now === undefined || canonicalJson(old) === canonicalJson(now)) return [];
      return [{ id, before: old, after: now }];
    }),
  };
}

function changedPolicies(before: DiffSide, after: DiffSide): Diff['policies'] {
  const was = policiesOf(before);
  const is = policiesOf(after);
  const listed = (objects: readonly (readonly [string, KubernetesObject])[]): readonly PolicyChange[] =>
    objects.map(([id, object]) => ({ id, source: object.source })).sort(compareBy(item => item.id));
  return {
    added: listed([...is].filter(([id]) => !was.has(id))),
    removed: listed([...was].filter(([id]) => !is.has(id))),
    changed: listed(
      [...is].filter(([id, object]) => {
        const old = was.get(id);
        return (
          old !== undefined &&
          canonicalJson(old.body['spec'] ?? null) !== canonicalJson(object.body['spec'] ?? null)
        );
      }),
    ),
  };
}

function labelsOf({ simulator }: DiffSide): ReadonlyMap<string, Labels> {
  return new Map(simulator.snapshot.workloads.map(workload => [workload.id, workload.labels]));
}

function policiesOf({ simulator }: DiffSide): ReadonlyMap<string, KubernetesObject> {
  return new Map(simulator.snapshot.policies.map(object => [nameOf(object), object]));
}
