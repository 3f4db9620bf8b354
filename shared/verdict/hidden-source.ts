// Ways in on which a pod may see a node's address instead of the client's: Services of type NodePort or LoadBalancer, or with
// external IPs, unless externalTrafficPolicy is Local (policy-semantics 2.7). What both addresses come to alike is settled,
// the rest stays open. A node that leads to its own pod shows the client's address to the pod's policies.
import type { ClusterSnapshot, Service } from '../model/snapshot.ts';
import type { Direction, Endpoint } from '../policy/compiled.ts';
import { intersectPorts, mergePorts, subtractPorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import type { Ports } from './side-walk.ts';

/** A Service that may hide the source, and the ports of the pod that it leads to. */
export interface HiddenWay {
  readonly service: Service;
  readonly ports: Ports;
}

/** What a side lets through, and what stays open. */
export interface PortSets {
  readonly allow: Ports;
  readonly indeterminate: Ports;
}

/** The ways that may hide the source, by pod id. */
export function hiddenWays(snapshot: ClusterSnapshot): ReadonlyMap<string, readonly HiddenWay[]> {
  const found = new Map<string, HiddenWay[]>();
  const pods = new Map(snapshot.pods.map(pod => [pod.id, pod]));
  for (const service of snapshot.services.filter(hidesSource)) {
    for (const id of service.pods) {
      const named = pods.get(id)?.containers.flatMap(container => container.ports) ?? [];
      const ports = service.ports.flatMap(({ protocol, port, targetPort = port }) =>
        typeof targetPort === 'number'
          ? [{ protocol, from: targetPort, to: targetPort }]
          : named
              .filter(one => one.name === targetPort && one.protocol === protocol)
              .map(one => ({ protocol, from: one.port, to: one.port })),
      );
      const list = found.get(id) ?? [];
      found.set(id, list);
      list.push({ service, ports: mergePorts(ports) });
    }
  }
  return found;
}

/** The ways that matter for one side: only what comes from outside to a pod may come by way of a node. */
export function waysBetween(
  cluster: Cluster,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): readonly HiddenWay[] {
  if (direction !== 'ingress' || peer.kind !== 'external' || subject.kind !== 'pod') return [];
  if (cluster.profile.name === 'np-guard') return [];
  return cluster.hiddenWays().get(subject.id) ?? [];
}

/** The decision of a side where the peer may be seen as a node: what every view allows is allowed, what none does is denied. */
export function whereHidden(
  cluster: Cluster,
  subject: Endpoint,
  seen: PortSets,
  ways: readonly HiddenWay[],
): PortSets {
  const led = mergePorts(ways.flatMap(way => way.ports));
  const views = led.length === 0 ? [] : nodeViews(cluster, subject);
  if (views.length === 0) return seen;
  let sure = intersectPorts(seen.allow, led);
  let possible = intersectPorts([...seen.allow, ...seen.indeterminate], led);
  for (const view of views) {
    sure = intersectPorts(sure, view.allow);
    possible = mergePorts([...possible, ...intersectPorts([...view.allow, ...view.indeterminate], led)]);
  }
  return {
    allow: mergePorts([...subtractPorts(seen.allow, led), ...sure]),
    indeterminate: mergePorts([...subtractPorts(seen.indeterminate, led), ...subtractPorts(possible, sure)]),
  };
}

/** The decision of one side over every port, from the table where it holds both ends. */
export function sideSets(
  cluster: Cluster,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): PortSets {
  const { table, classes } = cluster;
  const one = table.classOf(subject);
  const other = table.classOf(peer);
  if (one !== undefined && other !== undefined) return table.tables.setsOf(table.side(one, other, direction));
  return classes.side(classes.classOf(subject), classes.classOf(peer), direction);
}

function hidesSource(service: Service): boolean {
  const leadsIn =
    service.type === 'NodePort' || service.type === 'LoadBalancer' || service.externalIps.length > 0;
  return leadsIn && service.externalTrafficPolicy !== 'Local';
}

/** How the side decides about the other nodes; nodes that no rule tells apart count once. */
function nodeViews(cluster: Cluster, subject: Endpoint): readonly PortSets[] {
  const { nodes } = cluster.endpoints;
  if (nodes.length === 0) return [sideSets(cluster, subject, SOME_NODE, 'ingress')];
  const views = new Set<PortSets>();
  for (const node of nodes)
    if (subject.node === undefined || node.node !== subject.node)
      views.add(sideSets(cluster, subject, node, 'ingress'));
  return [...views];
}

const SOME_NODE: Endpoint = {
  id: 'some node',
  kind: 'host',
  labels: {},
  namespaceLabels: {},
  serviceAccountLabels: {},
  ips: [],
  ports: [],
  hostNetwork: true,
};
