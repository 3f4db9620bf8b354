// The decisions of a whole cluster as tables: ends to classes, pairs of classes to tables over ports, each with who decided.
// Rows are made when first asked for; ends that the cluster does not hold have no class and go the long way.
import { ensure } from '../../base/assert.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { parseAddressRange } from '../../base/address.ts';
import type { CompiledPolicySet, Direction, Endpoint, EndTest, PortRange } from '../../policy/compiled.ts';
import type { ExternalSpace } from '../external-space.ts';
import { createDeciders, type Deciders } from './deciders.ts';
import { partEnds } from './end-classes.ts';
import { groupLikeEnds, labelsRead } from './end-groups.ts';
import { collectTests } from './end-tests.ts';
import { createPortTables, type PortTables, type TableSets } from './port-tables.ts';
import { createPlans } from './row-plans.ts';
import { createRows, type SideRows } from './side-rows.ts';
import { createSweep } from './sweep.ts';

/** Decisions by class. */
export interface VerdictTable {
  /** How many classes there are. */
  readonly classes: number;
  /** What kind of ends each class holds. */
  readonly kinds: readonly Endpoint['kind'][];
  /** The class of an end; undefined for ends that are not of the cluster, nor one piece of the space outside it. */
  classOf(end: Endpoint): number | undefined;
  /** Number of the table of one side. */
  side(subject: number, peer: number, direction: Direction): number;
  /** Numbers of the tables of one side by class of the peer. */
  row(subject: number, direction: Direction): Int32Array;
  /** The ports of one side by what they come to. */
  setsOf(subject: Endpoint, peer: Endpoint, direction: Direction): TableSets;
  readonly tables: PortTables;
  readonly deciders: Deciders;
  readonly rows: Readonly<Record<Direction, SideRows>>;
  /** The different rows of all subjects; those of ends outside the cluster only when asked for. */
  rowsOf(direction: Direction, withExternals: boolean): readonly number[];
}

/** What a table is made from; `externals` are the pieces of the space in order. */
export interface TableSources {
  readonly snapshot: ClusterSnapshot;
  readonly policies: CompiledPolicySet;
  readonly space: ExternalSpace;
  readonly universe: readonly PortRange[];
  readonly inner: readonly Endpoint[];
  readonly externals: readonly Endpoint[];
}

/** Prepares the table of a cluster. */
export function createVerdictTable(sources: TableSources): VerdictTable {
  const { policies, snapshot, space, universe, inner, externals } = sources;
  const whole: { groupOf: ReadonlyMap<Endpoint, number> } = { groupOf: new Map() };
  const wholeEnd: EndTest = {
    key: 'whole end',
    needs: [],
    ask: end => (whole.groupOf.get(end) ?? -1) + 1,
  };
  const tests = collectTests(policies, wholeEnd);
  const groups = groupLikeEnds(
    [...inner, ...externals],
    snapshot,
    space,
    labelsRead(tests.tests),
    policies.byNode,
  );
  const { groupOf } = groups;
  whole.groupOf = groupOf;
  const classes = partEnds(groups, tests.tests);
  const tables = createPortTables(universe);
  const deciders = createDeciders();
  const sweep = createSweep(tables);
  const rows = {
    ingress: createRows(classes, createPlans({ policies, classes, tests, deciders }, 'ingress'), sweep),
    egress: createRows(classes, createPlans({ policies, classes, tests, deciders }, 'egress'), sweep),
  };
  const strangers = new WeakMap<Endpoint, { readonly name: number | undefined }>();
  const strangerClass = (end: Endpoint): number | undefined => {
    const piece = pieceOf(end, space);
    const twin = piece === undefined ? undefined : externals[piece];
    const group = twin === undefined ? undefined : groupOf.get(twin);
    return group === undefined ? undefined : classes.ofGroup[group];
  };
  const classOf = (end: Endpoint): number | undefined => {
    const group = groupOf.get(end);
    if (group !== undefined) return classes.ofGroup[group];
    const before = strangers.get(end);
    if (before !== undefined) return before.name;
    const name = strangerClass(end);
    strangers.set(end, { name });
    return name;
  };
  const row = (subject: number, direction: Direction): Int32Array => {
    const some = rows[direction];
    return some.row(some.rowOf(subject));
  };
  const side = (subject: number, peer: number, direction: Direction): number =>
    row(subject, direction)[peer] ?? 0;
  return {
    classes: classes.count,
    kinds: classes.ends.map(end => end.kind),
    classOf,
    side,
    row,
    setsOf: (subject, peer, direction) => {
      const one = ensure(classOf(subject), 'an end of the cluster has a class');
      const other = ensure(classOf(peer), 'an end of the cluster has a class');
      return tables.setsOf(side(one, other, direction));
    },
    tables,
    deciders,
    rows,
    rowsOf: (direction, withExternals) => {
      const numbers = classes.ends.flatMap((end, name) =>
        withExternals || end.kind !== 'external' ? rows[direction].rowOf(name) : [],
      );
      return [...new Set(numbers)];
    },
  };
}

function pieceOf(end: Endpoint, space: ExternalSpace): number | undefined {
  if (end.kind !== 'external' || end.ips.length !== 1) return undefined;
  const range = parseAddressRange(end.ips[0] ?? '');
  return range === undefined ? undefined : space.pieceOf(range);
}
