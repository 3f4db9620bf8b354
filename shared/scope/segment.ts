// Same-segment closure (PCI notes 4.2, step 2): what can talk freely with the CDE, both ways and on all ports, is CDE.
// Growth stops only at a pair with a restricting policy, or at a workload that the assessor placed elsewhere.
import type { WorkloadId } from '../base/brand.ts';
import { compareText } from '../base/order.ts';
import type { Simulator } from '../verdict/verdict.ts';
import { decidingSource, isUnrestricted, type Connections } from './connections.ts';
import type { ScopeBasis } from './scope.ts';

/** The CDE grown from its seeds: every member, and for those that were added the reason. */
export interface Segment {
  readonly members: ReadonlySet<WorkloadId>;
  readonly added: ReadonlyMap<WorkloadId, ScopeBasis>;
}

/** Grows the CDE; `fixed` are workloads that a person placed outside it. */
export function growSegment(
  seeds: ReadonlySet<WorkloadId>,
  fixed: ReadonlySet<WorkloadId>,
  connections: Connections,
  simulator: Simulator,
): Segment {
  const workloads = new Map(simulator.snapshot.workloads.map(workload => [workload.id, workload]));
  const members = new Set(seeds);
  const added = new Map<WorkloadId, ScopeBasis>();
  let frontier = [...seeds].sort(compareText);
  while (frontier.length > 0) {
    const next: WorkloadId[] = [];
    for (const member of frontier) {
      const there = connections.from.get(member);
      const back = connections.to.get(member);
      for (const peer of [...(there?.keys() ?? [])].sort(compareText)) {
        if (members.has(peer) || fixed.has(peer)) continue;
        if (!isUnrestricted(there?.get(peer)) || !isUnrestricted(back?.get(peer))) continue;
        const workload = workloads.get(peer);
        if (workload === undefined || (workload.hostNetwork && isIsolated(simulator, member))) continue;
        members.add(peer);
        added.set(peer, {
          kind: 'same-segment',
          text: `No policy restricts connections with ${member}, in either direction, on any port`,
          source: decidingSource(back?.get(peer) ?? []) ?? workload.source,
          peer: member,
        });
        // A node's processes reach all pods of that node whatever the policies say: they do not carry the segment on.
        if (!workload.hostNetwork) next.push(peer);
      }
    }
    frontier = next.sort(compareText);
  }
  return { members, added };
}

/** A node always reaches its own pods: that alone does not make its processes part of an isolated pod's segment. */
function isIsolated(simulator: Simulator, member: WorkloadId): boolean {
  const pods = simulator.snapshot.workloads.find(workload => workload.id === member)?.pods ?? [];
  return !pods.some(pod => simulator.isolation(pod, 'ingress').isolated === 'no');
}
