// Indirect paths (PCI notes 4.2, step 6): a workload that reaches another one which can open administration or proxy
// ports of the CDE, such as a jump host. A candidate only: the assessor decides.
import { compareText } from '../base/order.ts';
import type { WorkloadId } from '../base/brand.ts';
import type { Workload } from '../model/snapshot.ts';
import { holdsPort } from '../policy/port-set.ts';
import type { Cde, ClusterContext } from './cluster-context.ts';
import { allowedPorts, decidingSource } from './connections.ts';
import type { ScopeBasis } from './scope.ts';

/** Ports of remote administration and of proxies: SSH, telnet, Docker, SOCKS, RDP, proxies, VNC, WinRM, kubectl proxy, kubelet. */
export const ADMINISTRATION_PORTS: readonly number[] = [
  22, 23, 1080, 2375, 2376, 3128, 3389, 5900, 5985, 5986, 8001, 10250,
];

/** Workloads in between, through which a workload could come to the CDE. */
export function indirectBases(context: ClusterContext, cde: Cde, workload: Workload): readonly ScopeBasis[] {
  const { from } = context.connections;
  return [...(from.get(workload.id) ?? [])]
    .sort((a, b) => compareText(a[0], b[0]))
    .flatMap(([middle, rows]) => {
      if (cde.members.has(middle) || allowedPorts(rows) === undefined) return [];
      const target = administers(context, cde, middle);
      if (target === undefined) return [];
      return [
        {
          kind: 'uncertain' as const,
          text: `May connect to ${middle}, which may open administration ports of ${target}: a possible indirect path`,
          peer: middle,
          source: decidingSource(rows) ?? workload.source,
        },
      ];
    });
}

function administers(context: ClusterContext, cde: Cde, middle: WorkloadId): WorkloadId | undefined {
  return [...(context.connections.from.get(middle) ?? [])]
    .filter(
      ([target, rows]) =>
        cde.members.has(target) &&
        rows.some(row => ADMINISTRATION_PORTS.some(port => holdsPort(row.allow, 'TCP', port))),
    )
    .map(([target]) => target)
    .sort(compareText)[0];
}
