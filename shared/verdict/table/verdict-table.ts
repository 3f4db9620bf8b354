// The decisions of a whole cluster as tables: ends to classes, pairs of classes to tables over ports, each with who decided.
// Rows are made when first asked for; ends that the cluster does not hold have no class and go the long way.
import { ensure } from '../../base/assert.ts';
import { parseAddressRange, printAddressRange } from '../../base/address.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledPolicySet,
  Direction,
  Endpoint,
  EndTest,
  PortRange,
  UnsupportedPolicy,
} from '../../policy/compiled.ts';
import type { ExternalSpace } from '../external-space.ts';
import { createDeciders, type Deciders } from './deciders.ts';
import { partEnds, partFurther, type EndClasses } from './end-classes.ts';
import { groupLikeEnds, labelsRead, type EndGroups } from './end-groups.ts';
import { collectTests, type Collected, type EndTests } from './end-tests.ts';
import { createPortTables, type PortTables, type TableSets } from './port-tables.ts';
import { createPlans, type PlanOf } from './row-plans.ts';
import { createRows, type SideRows } from './side-rows.ts';
import { createSweep, type Sweep } from './sweep.ts';

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
  readonly parts: TableParts;
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
  const labels = labelsRead(tests.tests);
  const groups = groupLikeEnds([...inner, ...externals], snapshot, space, labels, policies.byNode);
  whole.groupOf = groups.groupOf;
  const classes = partEnds(groups, tests.tests);
  const tables = createPortTables(universe);
  const deciders = createDeciders();
  const sweep = createSweep(tables);
  const plans = (direction: Direction): PlanOf =>
    createPlans({ policies, classes, tests, deciders }, direction);
  const rows = {
    ingress: createRows(classes, plans('ingress'), sweep),
    egress: createRows(classes, plans('egress'), sweep),
  };
  return openTable({ sources, tests, labels, groups, wholeEnd, classes, tables, deciders, sweep, rows });
}

/**
 * The table after some policies changed: rows of subjects that none of them selects, before or after, are kept. Undefined
 * when the change asks about labels that were not told apart so far, or cuts addresses otherwise: then all starts anew.
 */
export function changeTable(
  table: VerdictTable,
  policies: CompiledPolicySet,
  space: ExternalSpace,
  changed: ChangedPolicies,
): ChangedTable | undefined {
  const { parts } = table;
  const { sources, labels, groups, wholeEnd, deciders, sweep } = parts;
  const isSameSpace = space === sources.space || printPieces(space) === printPieces(sources.space);
  if (!isSameSpace || policies.byNode !== sources.policies.byNode) return undefined;
  const tests = collectTests(policies, wholeEnd, parts.tests);
  if (!areRead(tests.tests.slice(parts.tests.tests.length), labels)) return undefined;
  const classes = partFurther(parts.classes, groups, tests.tests);
  const origins = originsOf(classes, parts.classes);
  const plans = (direction: Direction): PlanOf =>
    createPlans({ policies, classes, tests, deciders }, direction);
  const touched = {
    ingress: touchedClasses(changed, 'ingress', classes, tests),
    egress: touchedClasses(changed, 'egress', classes, tests),
  };
  const rowsOf = (direction: Direction): SideRows =>
    createRows(classes, plans(direction), sweep, {
      rows: parts.rows[direction],
      originOf: subject => (touched[direction].has(subject) ? undefined : (origins?.[subject] ?? subject)),
      ...(origins === undefined ? {} : { origins }),
    });
  const rows = { ingress: rowsOf('ingress'), egress: rowsOf('egress') };
  const made = openTable({ ...parts, sources: { ...sources, policies }, tests, classes, rows });
  return { table: made, isSameClasses: origins === undefined, touched };
}

function printPieces(space: ExternalSpace): string {
  return space.pieces.map(printAddressRange).join();
}

/** A table after a change, and the classes whose rows it made anew. */
export interface ChangedTable {
  readonly table: VerdictTable;
  readonly isSameClasses: boolean;
  readonly touched: Readonly<Record<Direction, ReadonlySet<number>>>;
}

/** What a change takes away and puts in its place, as compiled. */
export interface ChangedPolicies {
  readonly policies: readonly CompiledPolicy[];
  /** Those that were not understood, or refused. */
  readonly open: readonly UnsupportedPolicy[];
}

function touchedClasses(
  { policies, open }: ChangedPolicies,
  direction: Direction,
  classes: EndClasses,
  tests: EndTests,
): ReadonlySet<number> {
  const touched = new Set<number>();
  const add = (target: number | undefined): void => {
    if (target === undefined) for (let name = 0; name < classes.count; name++) touched.add(name);
    else for (const name of classes.answersOf(target).at) touched.add(name);
  };
  for (const policy of policies) if (policy[direction] && !policy.staged) add(tests.targetOf(policy));
  for (const policy of open)
    if (policy.directions?.includes(direction) !== false) add(tests.openTargetOf(policy));
  return touched;
}

/** The earlier class of each class; undefined when they are the same. */
function originsOf(classes: EndClasses, before: EndClasses): Int32Array | undefined {
  if (classes.ofGroup.every((name, group) => name === before.ofGroup[group])) return undefined;
  const origins = new Int32Array(classes.count);
  classes.ofGroup.forEach((name, group) => {
    origins[name] = before.ofGroup[group] ?? 0;
  });
  return origins;
}

function areRead(tests: readonly EndTest[], labels: readonly string[] | undefined): boolean {
  if (labels === undefined) return true;
  const more = labelsRead(tests);
  return more?.every(key => labels.includes(key)) === true;
}

/** What a table is made of, so that a change can go on from it. */
export interface TableParts {
  readonly sources: TableSources;
  readonly tests: EndTests & Collected;
  readonly labels: readonly string[] | undefined;
  readonly groups: EndGroups;
  readonly wholeEnd: EndTest;
  readonly classes: EndClasses;
  readonly tables: PortTables;
  readonly deciders: Deciders;
  readonly sweep: Sweep;
  readonly rows: Readonly<Record<Direction, SideRows>>;
}

function openTable(parts: TableParts): VerdictTable {
  const { classes, groups, tables, deciders, rows } = parts;
  const { space, externals } = parts.sources;
  const { groupOf } = groups;
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
    parts,
    rowsOf: (direction, withExternals) => {
      const numbers = classes.ends.flatMap((end, name) =>
        withExternals || end.kind !== 'external' ? rows[direction].rowOf(name) : [],
      );
      return [...new Set(numbers)];
    },
  };
}

function pieceOf(end: Endpoint, space: ExternalSpace): number | undefined {
  if (end.kind !== 'external' || end.names !== undefined || end.ips.length !== 1) return undefined;
  const range = parseAddressRange(end.ips[0] ?? '');
  return range === undefined ? undefined : space.pieceOf(range);
}
