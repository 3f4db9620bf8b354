// The ends of connections: pods, host-network pods and nodes, external addresses, the unseen ingress controller.
// Texts that people type are resolved here; a Service address stands for the pods behind it.
import { coverOf, parseAddressRange, printAddress, type AddressRange } from '../base/address.ts';
import type { PodId } from '../base/brand.ts';
import type { ClusterSnapshot, Labels, Node, Pod } from '../model/snapshot.ts';
import type { Endpoint, EngineProfile } from '../policy/compiled.ts';
import { meshOf } from '../policy/istio/mesh-membership.ts';

/** All ends of a cluster, and the look-up of texts. */
export interface Endpoints {
  /** Live pods in order of their ids. */
  readonly pods: ReadonlyMap<PodId, Endpoint>;
  /** Nodes as sources and targets of their own. */
  readonly nodes: readonly Endpoint[];
  resolve(text: string): readonly Endpoint[];
}

/** How the controller behind an Ingress or Route is written when the export does not hold it. */
export const ENTRY_CONTROLLER = '{ingress-controller}';

/** Makes the ends of a snapshot. */
export function buildEndpoints(snapshot: ClusterSnapshot, profile: EngineProfile): Endpoints {
  const context = labelsByName(snapshot);
  const nodesByName = new Map(snapshot.nodes.map(node => [node.name, node]));
  const pods = new Map(
    snapshot.pods
      .filter(pod => pod.live)
      .map(pod => [pod.id, endpointOf(pod, context, nodesByName, profile)]),
  );
  const nodes = profile.hostNetworkAsPod ? [] : snapshot.nodes.map(nodeEndpoint);
  return { pods, nodes, resolve: text => resolve(text.trim(), snapshot, pods, nodes) };
}

/** An address or range outside the cluster. */
export function externalEndpoint(id: string, ips: readonly string[]): Endpoint {
  return { ...BARE, id, kind: 'external', ips };
}

/** Some pod of the cluster of which nothing is known: what a missing ingress controller is. */
export function entryController(): Endpoint {
  return { ...BARE, id: ENTRY_CONTROLLER, kind: 'entry-controller', ips: [] };
}

/** `first-last[External]`, or `address[External]`. */
export function externalName(range: AddressRange): string {
  const first = printAddress({ family: range.family, value: range.from });
  if (range.from === range.to) return `${first}[External]`;
  return `${first}-${printAddress({ family: range.family, value: range.to })}[External]`;
}

const BARE = {
  labels: {},
  namespaceLabels: {},
  serviceAccountLabels: {},
  ports: [],
  hostNetwork: false,
} as const;

interface LabelsByName {
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly exported: ReadonlySet<string>;
  readonly accounts: ReadonlyMap<string, Labels>;
}

function labelsByName(snapshot: ClusterSnapshot): LabelsByName {
  return {
    namespaces: new Map(snapshot.namespaces.map(namespace => [namespace.name, namespace.labels])),
    exported: new Set(
      snapshot.namespaces.filter(namespace => !namespace.synthetic).map(namespace => namespace.name),
    ),
    accounts: new Map(
      snapshot.serviceAccounts.map(account => [`${account.namespace}/${account.name}`, account.labels]),
    ),
  };
}

function endpointOf(
  pod: Pod,
  context: LabelsByName,
  nodes: ReadonlyMap<string, Node>,
  profile: EngineProfile,
): Endpoint {
  const isHost = pod.hostNetwork && !profile.hostNetworkAsPod;
  const ports = pod.containers
    .filter(container => container.role !== 'init')
    .flatMap(container => container.ports)
    .flatMap(({ name, port, protocol }) => (name === undefined ? [] : [{ name, port, protocol }]));
  const mesh = isHost ? undefined : meshOf(pod, context.namespaces.get(pod.namespace) ?? {});
  const nodeIps = pod.node === undefined ? undefined : nodes.get(pod.node)?.addresses;
  return {
    id: pod.id,
    kind: isHost ? 'host' : 'pod',
    namespace: pod.namespace,
    labels: pod.labels,
    namespaceLabels: context.namespaces.get(pod.namespace) ?? {},
    ...(context.exported.has(pod.namespace) || profile.name === 'np-guard'
      ? {}
      : { namespaceExported: false }),
    serviceAccount: pod.serviceAccount,
    serviceAccountLabels: context.accounts.get(`${pod.namespace}/${pod.serviceAccount}`) ?? {},
    ips: isHost ? [...new Set([...pod.ips, ...(nodeIps ?? [])])] : pod.ips,
    ...(pod.node === undefined ? {} : { node: pod.node }),
    ports,
    hostNetwork: isHost,
    ...(mesh === undefined ? {} : { mesh }),
  };
}

function nodeEndpoint(node: Node): Endpoint {
  return {
    ...BARE,
    id: `host:${node.name}`,
    kind: 'host',
    ips: node.addresses,
    node: node.name,
    hostNetwork: true,
  };
}

function resolve(
  text: string,
  snapshot: ClusterSnapshot,
  pods: ReadonlyMap<PodId, Endpoint>,
  nodes: readonly Endpoint[],
): readonly Endpoint[] {
  if (text === ENTRY_CONTROLLER) return [entryController()];
  const marked = /^([^/]+)\[udn\]\/(.*)$/.exec(text);
  if (marked !== null) return resolve(`${marked[1] ?? ''}/${marked[2] ?? ''}`, snapshot, pods, nodes);
  const range = parseAddressRange(text.replace(/\[External\]$/, ''));
  if (range !== undefined) return resolveAddress(range, text, snapshot, pods, nodes);
  const pod = pods.get(text as PodId);
  if (pod !== undefined) return [pod];
  const workloads = snapshot.workloads.filter(
    workload => workload.id === text || `${workload.namespace}/${workload.name}` === text,
  );
  const members = workloads.flatMap(workload => workload.pods);
  const services = snapshot.services.filter(
    service => text === `${service.namespace}/${service.name}[Service]`,
  );
  const found = [...members, ...services.flatMap(service => service.pods)].flatMap(id => pods.get(id) ?? []);
  return found.length > 0 ? found : nodes.filter(node => node.id === text);
}

function resolveAddress(
  range: AddressRange,
  text: string,
  snapshot: ClusterSnapshot,
  pods: ReadonlyMap<PodId, Endpoint>,
  nodes: readonly Endpoint[],
): readonly Endpoint[] {
  if (range.from !== range.to) return [externalEndpoint(text, [text.replace(/\[External\]$/, '')])];
  const holds = (ips: readonly string[]): boolean => ips.some(ip => isSame(ip, range));
  const atPods = [...pods.values()].filter(pod => pod.kind === 'pod' && holds(pod.ips));
  if (atPods.length > 0) return atPods;
  const service = snapshot.services.find(one => holds(one.clusterIps));
  const behind = service?.pods.flatMap(id => pods.get(id) ?? []) ?? [];
  if (behind.length > 0) return behind;
  const atNodes = nodes.filter(node => holds(node.ips));
  if (atNodes.length > 0) return atNodes;
  const onHosts = [...pods.values()].find(pod => pod.kind === 'host' && holds(pod.ips));
  if (onHosts !== undefined)
    return [
      {
        ...BARE,
        id: `host:${onHosts.node ?? text}`,
        kind: 'host',
        ips: onHosts.ips,
        ...(onHosts.node === undefined ? {} : { node: onHosts.node }),
        hostNetwork: true,
      },
    ];
  return [externalEndpoint(text, [text.replace(/\[External\]$/, '')])];
}

function isSame(ip: string, range: AddressRange): boolean {
  const own = parseAddressRange(ip);
  return own !== undefined && own.from === own.to && coverOf(range, own) === 'all';
}
