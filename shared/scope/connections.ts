// Who may connect to whom, and who was seen to, between workloads of one cluster: the reach matrix and the replay
// read as a graph. Groups of one workload count together: the weakest member decides.
import type { WorkloadId } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';
import { printConnections } from '../base/ports.ts';
import type { ClusterSnapshot, Protocol } from '../model/snapshot.ts';
import { allPortsOf, mergePorts, subtractPorts } from '../policy/port-set.ts';
import type { Replay, ReplayRow } from '../verdict/replay-types.ts';
import type { ReachMatrix, ReachRow } from '../verdict/verdict.ts';

/** Rows by source and then destination workload. */
type Rows<T> = ReadonlyMap<WorkloadId, ReadonlyMap<WorkloadId, readonly T[]>>;

/** The connections of one cluster, both ways. */
export interface Connections {
  readonly from: Rows<ReachRow>;
  readonly to: Rows<ReachRow>;
  readonly seenFrom: Rows<ReplayRow>;
  readonly seenTo: Rows<ReplayRow>;
}

/** Reads the graph. */
export function readConnections(
  snapshot: ClusterSnapshot,
  reach: ReachMatrix,
  replay: Replay | undefined,
): Connections {
  const workloadOf = workloadNames(snapshot);
  const rows = reach.rows.map(row => ({
    src: row.srcWorkload ?? workloadOf(row.src),
    dst: row.dstWorkload ?? workloadOf(row.dst),
    row,
  }));
  const seen = (replay?.rows ?? [])
    .filter(row => row.reported === 'allow')
    .map(row => ({ src: workloadOf(row.src), dst: workloadOf(row.dst), row }));
  return {
    from: groupRows(rows, 'src', 'dst'),
    to: groupRows(rows, 'dst', 'src'),
    seenFrom: groupRows(seen, 'src', 'dst'),
    seenTo: groupRows(seen, 'dst', 'src'),
  };
}

/** The workload that the name of a group or of a replayed end stands for; undefined when it is none of the export. */
export function workloadNames(snapshot: ClusterSnapshot): (name: string) => WorkloadId | undefined {
  const ids = new Map<string, WorkloadId>(snapshot.workloads.map(workload => [workload.id, workload.id]));
  for (const pod of snapshot.pods) ids.set(pod.id, pod.workload);
  return name => ids.get(name) ?? ids.get(name.replace(/ \(.*\)$/, ''));
}

/** Whether one of the rows leaves every TCP, UDP and SCTP port open. */
export function isUnrestricted(rows: readonly ReachRow[] | undefined): boolean {
  return rows?.some(row => subtractPorts(EVERY_PORT, row.allow).length === 0) ?? false;
}

const EVERY_PORT = (['SCTP', 'TCP', 'UDP'] satisfies Protocol[]).map(allPortsOf);

/** The ports that some rows allow, in words; undefined when none does. */
export function allowedPorts(rows: readonly ReachRow[]): string | undefined {
  const ports = mergePorts(rows.flatMap(row => row.allow));
  return ports.length === 0 ? undefined : printConnections(ports);
}

/** Where the rule stands that lets a connection pass; undefined when no rule was needed. */
export function decidingSource(rows: readonly ReachRow[]): SourceSpan | undefined {
  for (const row of rows) {
    const step =
      row.because.find(item => item.action === 'allow' && item.source !== undefined) ??
      row.because.find(item => item.source !== undefined);
    if (step?.source !== undefined) return step.source;
  }
  return undefined;
}

interface Placed<T> {
  readonly src: WorkloadId | undefined;
  readonly dst: WorkloadId | undefined;
  readonly row: T;
}

function groupRows<T>(rows: readonly Placed<T>[], outer: 'src' | 'dst', inner: 'src' | 'dst'): Rows<T> {
  const groups = new Map<WorkloadId, Map<WorkloadId, T[]>>();
  for (const placed of rows) {
    const one = placed[outer];
    const other = placed[inner];
    if (one === undefined || other === undefined || one === other) continue;
    const peers = groups.get(one) ?? new Map<WorkloadId, T[]>();
    const list = peers.get(other) ?? [];
    list.push(placed.row);
    peers.set(other, list);
    groups.set(one, peers);
  }
  return groups;
}
