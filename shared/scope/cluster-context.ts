// The facts of one cluster that all workloads are decided by: its connections, gaps of its export and logs, and the
// CDE with its nodes and namespaces once it has grown from the seeds.
import type { WorkloadId } from '../base/brand.ts';
import { compareText, sortedUnique } from '../base/order.ts';
import type { ClusterSnapshot, Pod } from '../model/snapshot.ts';
import type { Replay } from '../verdict/replay-types.ts';
import type { ReachMatrix, Simulator } from '../verdict/verdict.ts';
import type { FlowTable } from '../model/flow-table.ts';
import { readConnections, type Connections } from './connections.ts';
import { exportGaps, type ExportGap } from './export-gaps.ts';
import { flowCoverageOf, gapsOfCoverage } from './flow-coverage.ts';
import { readRbac, type RbacPaths } from './rbac.ts';
import { growSegment, type Segment } from './segment.ts';

/** What does not depend on who is in the CDE. */
export interface ClusterContext {
  readonly simulator: Simulator;
  readonly snapshot: ClusterSnapshot;
  readonly connections: Connections;
  readonly podsOf: ReadonlyMap<WorkloadId, readonly Pod[]>;
  readonly flowRecords: number;
  /** Why "nothing connects" cannot be said of this cluster. */
  readonly gaps: readonly Pick<ExportGap, 'text' | 'source'>[];
}

/** The CDE of one cluster. */
export interface Cde extends Segment {
  /** Nodes on which CDE pods run, with the first of them. */
  readonly nodes: ReadonlyMap<string, Pod>;
  readonly rbac: RbacPaths;
}

/** Reads the facts of a cluster. */
export function clusterContext(cluster: {
  readonly simulator: Simulator;
  readonly reach: ReachMatrix;
  readonly flows?: FlowTable;
  readonly replay?: Replay;
}): ClusterContext {
  const { simulator, flows, replay } = cluster;
  const { snapshot } = simulator;
  const podsOf = new Map<WorkloadId, Pod[]>();
  for (const pod of snapshot.pods) {
    const list = podsOf.get(pod.workload) ?? [];
    list.push(pod);
    podsOf.set(pod.workload, list);
  }
  return {
    simulator,
    snapshot,
    connections: readConnections(snapshot, cluster.reach, replay),
    podsOf,
    flowRecords: flows?.rows ?? 0,
    gaps: [...exportGaps(simulator), ...flowGaps(snapshot, flows, replay).map(text => ({ text }))],
  };
}

/** Grows the CDE from its seeds and reads what hangs on its place: nodes and rights. */
export function growCde(
  context: ClusterContext,
  seeds: ReadonlySet<WorkloadId>,
  outside: ReadonlySet<WorkloadId>,
): Cde {
  const known = new Set(context.snapshot.workloads.map(workload => workload.id));
  const present = new Set([...seeds].filter(seed => known.has(seed)));
  const segment = growSegment(present, outside, context.connections, context.simulator);
  const pods = [...segment.members]
    .sort(compareText)
    .flatMap(member => context.podsOf.get(member) ?? [])
    .filter(pod => pod.live);
  const nodes = new Map<string, Pod>();
  for (const pod of pods) if (pod.node !== undefined && !nodes.has(pod.node)) nodes.set(pod.node, pod);
  const namespaces = new Set(
    sortedUnique(
      context.snapshot.workloads
        .filter(workload => segment.members.has(workload.id))
        .map(workload => workload.namespace),
    ),
  );
  return { ...segment, nodes, rbac: readRbac(context.snapshot, namespaces) };
}

function flowGaps(
  snapshot: ClusterSnapshot,
  flows: FlowTable | undefined,
  replay: Replay | undefined,
): readonly string[] {
  if (flows === undefined || flows.rows === 0)
    return ['no flow log was imported: what really connected is not known'];
  const gaps = gapsOfCoverage(flowCoverageOf(flows, snapshot));
  return replay === undefined ? [...gaps, 'the flow log was not replayed'] : gaps;
}
