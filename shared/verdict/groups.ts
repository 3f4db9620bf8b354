// Ends that a matrix shows as one: the pods of a workload that behave alike, a node, neighbouring external pieces.
// Pods of one workload that some policy tells apart stay apart, and their names say which they are.
import type { WorkloadId } from '../base/brand.ts';
import { parseAddressRange } from '../base/address.ts';
import { ensure } from '../base/assert.ts';
import type { Workload } from '../model/snapshot.ts';
import type { Direction, Endpoint } from '../policy/compiled.ts';
import type { Cluster } from './compiled-cluster.ts';
import { externalEndpoint, externalName } from './endpoints.ts';
import type { VerdictTable } from './table/verdict-table.ts';

/** Ends that behave alike towards everything; never empty. */
export interface Group {
  readonly name: string;
  readonly workload?: WorkloadId;
  readonly external: boolean;
  readonly ends: readonly Endpoint[];
}

/** All groups of a cluster: workloads, then nodes, then external ranges. */
export function groupEnds(cluster: Cluster): readonly Group[] {
  return [
    ...cluster.snapshot.workloads.flatMap(workload => groupWorkload(cluster, workload)),
    ...cluster.endpoints.nodes.map(node => ({ name: node.id, external: false, ends: [node] })),
    ...groupExternals(cluster),
  ];
}

function groupWorkload(cluster: Cluster, workload: Workload): readonly Group[] {
  const alike: Endpoint[][] = [];
  for (const id of workload.pods) {
    const end = cluster.endpoints.pods.get(id);
    if (end === undefined) continue;
    const found = alike.find(([first]) => first !== undefined && behaveAlike(cluster, first, end));
    if (found === undefined) alike.push([end]);
    else found.push(end);
  }
  return alike.map(ends => ({
    name: alike.length === 1 ? workload.id : `${workload.id} (${podNames(ends)})`,
    workload: workload.id,
    external: false,
    ends,
  }));
}

function podNames(ends: readonly Endpoint[]): string {
  const first = ensure(ends[0], 'a group holds at least one end').id.replace(/^[^/]*\//, '');
  return ends.length === 1 ? first : `${first} +${ends.length - 1}`;
}

/** Whether two ends come to the same decisions with every other end, as subject and as peer. */
function behaveAlike(cluster: Cluster, a: Endpoint, b: Endpoint): boolean {
  const { table } = cluster;
  const x = ensure(table.classOf(a), 'an end of the cluster has a class');
  const y = ensure(table.classOf(b), 'an end of the cluster has a class');
  if (x === y) return true;
  if (a.kind !== b.kind) return false;
  return (['ingress', 'egress'] as const).every(
    direction =>
      (a.kind === 'external' || sameAsSubject(table, x, y, direction)) &&
      sameAsPeer(table, x, y, direction, a.kind !== 'external'),
  );
}

function sameAsSubject(table: VerdictTable, x: number, y: number, direction: Direction): boolean {
  const rows = table.rows[direction];
  const [one, other] = [rows.rowOf(x), rows.rowOf(y)];
  if (one === other) return true;
  const more = rows.row(other);
  const { tables } = table;
  return rows
    .row(one)
    .every((number, peer) => tables.outcomeOf(number) === tables.outcomeOf(more[peer] ?? 0));
}

function sameAsPeer(
  table: VerdictTable,
  x: number,
  y: number,
  direction: Direction,
  withExternals: boolean,
): boolean {
  const rows = table.rows[direction];
  const { tables } = table;
  for (const number of table.rowsOf(direction, withExternals)) {
    const row = rows.row(number);
    const [one = 0, other = 0] = [row[x], row[y]];
    if (one !== other && tables.outcomeOf(one) !== tables.outcomeOf(other)) return false;
  }
  return true;
}

function groupExternals(cluster: Cluster): readonly Group[] {
  const runs: Endpoint[][] = [];
  for (const end of cluster.externals) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const joins = last !== undefined && familyOf(last) === familyOf(end) && behaveAlike(cluster, last, end);
    if (joins) run?.push(end);
    else runs.push([end]);
  }
  return runs.map(run => {
    const ranges = run.map(end => ensure(parseAddressRange(end.ips[0] ?? ''), 'a piece has one range'));
    const first = ensure(ranges[0], 'a run holds at least one piece');
    const last = ensure(ranges.at(-1), 'a run holds at least one piece');
    const name = externalName({ family: first.family, from: first.from, to: last.to });
    // One piece stands for its whole run; they were just found to behave alike.
    const end = ensure(run[0], 'a run holds at least one piece');
    return { name, external: true, ends: [run.length === 1 ? end : { ...externalEndpoint(name, end.ips) }] };
  });
}

function familyOf(end: Endpoint): 4 | 6 {
  return end.ips[0]?.includes(':') === true ? 6 : 4;
}
