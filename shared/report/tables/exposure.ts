// What can be addressed from outside a cluster: Services with node ports or load balancers, Ingresses and Routes, host
// ports and host-network pods; beside each, what policies let through from outside. Being listed is no contradiction.
import { compareBy, sortedUnique } from '../../base/order.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Pod } from '../../model/snapshot.ts';
import { mergePorts, subtractPorts } from '../../policy/port-set.ts';
import type { PortRange } from '../../policy/compiled.ts';
import type { ReportCluster } from '../report-input.ts';
import { portsWords } from '../words.ts';
import type { CategoryOf } from './categories.ts';
import { cellText } from './table.ts';

/** Columns of the exposure table. */
export const EXPOSURE_COLUMNS = [
  'cluster',
  'kind',
  'id',
  'how',
  'workloads',
  'touchesCde',
  'allowedFromOutside',
  'file',
  'line',
];

/** What can be addressed from outside the cluster, whether or not policies let it through. */
export function exposureRows(cluster: ReportCluster, categoryOf: CategoryOf): readonly JsonObject[] {
  const { snapshot } = cluster.simulator;
  const workloadOf = new Map(snapshot.pods.map(pod => [pod.id as string, pod.workload as string]));
  const row = (
    kind: string,
    id: string,
    how: readonly string[],
    pods: readonly string[],
    source: { readonly file: string; readonly line: number },
  ): JsonObject => {
    const workloads = sortedUnique(pods.flatMap(pod => workloadOf.get(pod) ?? []));
    return {
      kind,
      id,
      how,
      workloads,
      touchesCde: workloads.some(workload => categoryOf(snapshot.cluster, workload) === 'cde'),
      allowedFromOutside: fromOutside(cluster, workloads),
      file: source.file,
      line: source.line,
    };
  };
  const services = snapshot.services.flatMap(service => {
    const how = [
      ...service.ports.flatMap(port =>
        port.nodePort === undefined ? [] : [`node port ${port.nodePort}/${port.protocol}`],
      ),
      ...service.loadBalancer.map(address => `load balancer ${address}`),
      ...service.externalIps.map(address => `external address ${address}`),
      ...(service.type === 'LoadBalancer' && service.loadBalancer.length === 0
        ? ['load balancer, address not exported']
        : []),
    ];
    return how.length === 0
      ? []
      : [row('Service', `${service.namespace}/${service.name}`, how, service.pods, service.source)];
  });
  const entries = snapshot.entries.map(entry => {
    const pods = entry.backends.flatMap(
      backend =>
        snapshot.services.find(item => item.namespace === backend.namespace && item.name === backend.service)
          ?.pods ?? [],
    );
    return row(
      entry.kind,
      `${entry.namespace}/${entry.name}`,
      entry.hosts.map(host => `host ${host}`),
      pods,
      entry.source,
    );
  });
  const pods = snapshot.pods.flatMap(pod => {
    const how = podExposure(pod);
    return pod.live && how.length > 0 ? [row('Pod', pod.id, how, [pod.id], pod.source)] : [];
  });
  return [...services, ...entries, ...pods].sort(
    compareBy(
      item => cellText(item['kind']),
      item => cellText(item['id']),
    ),
  );
}

function podExposure(pod: Pod): readonly string[] {
  const ports = pod.containers.flatMap(container => container.ports);
  if (pod.hostNetwork) return ['shares the network of its node'];
  return ports.flatMap(port =>
    port.hostPort === undefined ? [] : [`host port ${port.hostPort}/${port.protocol}`],
  );
}

/** Ports that policies let through from any outside range; what cannot be told is named apart. */
function fromOutside({ reach }: ReportCluster, workloads: readonly string[]): string {
  const rows = reach.rows.filter(row => row.src.endsWith('[External]') && workloads.includes(row.dst));
  const allow = mergePorts(rows.flatMap(row => row.allow));
  const open = subtractPorts(mergePorts(rows.flatMap(row => row.indeterminate)), allow);
  const parts = [...words('', allow), ...words('cannot be told: ', open)];
  return parts.length === 0 ? 'no port' : parts.join('; ');
}

function words(before: string, ranges: readonly PortRange[]): readonly string[] {
  return ranges.length === 0 ? [] : [`${before}${portsWords(ranges)}`];
}
