// What can be addressed from outside a cluster: Services with node ports or load balancers, Ingresses and Routes, host
// ports and host-network pods; beside each, what policies let through from outside. Being listed is no contradiction.
import { compareBy, sortedUnique } from '../../base/order.ts';
import type { JsonObject } from '../../base/json.ts';
import type { SourceSpan } from '../../base/source.ts';
import type { ClusterSnapshot, Pod } from '../../model/snapshot.ts';
import { mergePorts, subtractPorts } from '../../policy/port-set.ts';
import type { PortRange } from '../../policy/compiled.ts';
import type { ReportCluster } from '../report-input.ts';
import { portsWords } from '../words.ts';
import type { CategoryOf } from './categories.ts';

/** Columns of the exposure table. */
export const EXPOSURE_COLUMNS = [
  'cluster',
  'kind',
  'id',
  'how',
  'workloads',
  'touchesCde',
  'allowedFrom',
  'file',
  'line',
];

/** What can be addressed from outside the cluster, whether or not policies let it through. */
export function exposureRows(cluster: ReportCluster, categoryOf: CategoryOf): readonly JsonObject[] {
  const { snapshot } = cluster.simulator;
  const workloadOf = new Map(snapshot.pods.map(pod => [pod.id as string, pod.workload as string]));
  return [...exposedServices(snapshot), ...exposedEntries(snapshot), ...exposedPods(snapshot)]
    .sort(
      compareBy(
        item => item.kind,
        item => item.id,
      ),
    )
    .map(({ kind, id, how, pods, senders, source }) => {
      const workloads = sortedUnique(pods.flatMap(pod => workloadOf.get(pod) ?? []));
      return {
        kind,
        id,
        how,
        workloads,
        touchesCde: workloads.some(workload => categoryOf(snapshot.cluster, workload) === 'cde'),
        allowedFrom: senders.map(sender => fromSender(cluster, workloads, sender)),
        file: source.file,
        line: source.line,
      };
    });
}

/** One thing that can be addressed, and who a policy sees as the sender there. */
interface Exposed {
  readonly kind: string;
  readonly id: string;
  readonly how: readonly string[];
  readonly pods: readonly string[];
  readonly senders: readonly Sender[];
  readonly source: SourceSpan;
}

function exposedServices({ services }: ClusterSnapshot): readonly Exposed[] {
  return services.flatMap(service => {
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
    if (how.length === 0) return [];
    const senders: readonly Sender[] =
      service.externalTrafficPolicy === 'Local' ? ['outside'] : ['outside', 'node'];
    const { namespace, name, pods, source } = service;
    return [{ kind: 'Service', id: `${namespace}/${name}`, how, pods, senders, source }];
  });
}

function exposedEntries({ entries, services }: ClusterSnapshot): readonly Exposed[] {
  const byName = new Map(services.map(service => [`${service.namespace}/${service.name}`, service]));
  return entries.map(({ kind, namespace, name, hosts, backends, source }) => ({
    kind,
    id: `${namespace}/${name}`,
    how: hosts.map(host => `host ${host}`),
    pods: backends.flatMap(backend => byName.get(`${backend.namespace}/${backend.service}`)?.pods ?? []),
    senders: ['outside', 'entry controller'],
    source,
  }));
}

function exposedPods({ pods }: ClusterSnapshot): readonly Exposed[] {
  return pods.flatMap(pod => {
    const how = podExposure(pod);
    if (!pod.live || how.length === 0) return [];
    return [{ kind: 'Pod', id: pod.id, how, pods: [pod.id], senders: ['outside'], source: pod.source }];
  });
}

function podExposure(pod: Pod): readonly string[] {
  const ports = pod.containers.flatMap(container => container.ports);
  if (pod.hostNetwork) return ['shares the network of its node'];
  return ports.flatMap(port =>
    port.hostPort === undefined ? [] : [`host port ${port.hostPort}/${port.protocol}`],
  );
}

/**
 * Who a policy sees as the sender: addresses outside; the node, where it replaces the source address on the way; the
 * controller behind an Ingress or Route. "No port" is said only of senders that the matrix holds.
 */
type Sender = 'outside' | 'node' | 'entry controller';

function fromSender({ reach }: ReportCluster, workloads: readonly string[], sender: Sender): string {
  const sent = reach.rows.filter(row => isSender(row.src, sender));
  const rows = sent.filter(row => workloads.includes(row.dst));
  const allow = mergePorts(rows.flatMap(row => row.allow));
  const open = subtractPorts(mergePorts(rows.flatMap(row => row.indeterminate)), allow);
  const parts = [...words('', allow), ...words('cannot be told: ', open)];
  const none = sent.length === 0 && sender !== 'outside' ? 'not known' : 'no port';
  return `${sender}: ${parts.length === 0 ? none : parts.join('; ')}`;
}

function isSender(src: string, sender: Sender): boolean {
  switch (sender) {
    case 'outside':
      return src.endsWith('[External]');
    case 'node':
      return src.startsWith('host:');
    case 'entry controller':
      return src.startsWith('{');
  }
}

function words(before: string, ranges: readonly PortRange[]): readonly string[] {
  return ranges.length === 0 ? [] : [`${before}${portsWords(ranges)}`];
}
