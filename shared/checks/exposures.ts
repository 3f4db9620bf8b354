// The ways in from outside that an export shows (policy notes, section 6): Services of type LoadBalancer or NodePort,
// external IPs, Ingress and routes, host ports, tunnels, the API server. What the cloud in front does is not in it.
import type { PodId } from '../base/brand.ts';
import { compareBy, sortedUnique } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import type { ClusterSnapshot, Entry, Pod, Service } from '../model/snapshot.ts';
import { listAt, textAt } from '../model/read.ts';
import type { PortRange } from '../policy/compiled.ts';

/** One way in. */
export interface Exposure {
  readonly kind: string;
  readonly text: string;
  readonly source: SourceSpan;
  readonly pods: readonly PodId[];
  /** Ports of the pods that it leads to; undefined = every one. */
  readonly ports?: readonly PortRange[];
  /** `direct`: the client's address arrives; `node`: maybe a node's; `entry`: a controller's in the cluster. */
  readonly via: 'direct' | 'node' | 'entry' | 'other';
  /** Said to be internal by an annotation that the cloud reads. */
  readonly internal: boolean;
  /** Names under which a person may have justified it. */
  readonly names: readonly string[];
}

/** All ways in, in a fixed order. */
export function exposuresOf(snapshot: ClusterSnapshot): readonly Exposure[] {
  const pods = new Map(snapshot.pods.map(pod => [pod.id, pod]));
  return [
    ...snapshot.services.flatMap(service => serviceExposures(service, snapshot, pods)),
    ...snapshot.entries.map(entry => entryExposure(entry, snapshot, pods)),
    ...snapshot.pods.flatMap(pod =>
      pod.live ? [...hostPorts(pod), ...hostNetwork(pod), ...tunnels(pod)] : [],
    ),
    ...apiServer(snapshot),
  ].sort(
    compareBy(
      exposure => exposure.kind,
      exposure => exposure.text,
      exposure => exposure.source.file,
      exposure => exposure.source.line,
    ),
  );
}

function serviceExposures(
  service: Service,
  snapshot: ClusterSnapshot,
  pods: ReadonlyMap<PodId, Pod>,
): readonly Exposure[] {
  const name = `${service.namespace}/${service.name}`;
  const isOutward = service.type === 'LoadBalancer' || service.type === 'NodePort';
  if (!isOutward && service.externalIps.length === 0) return [];
  const kind = isOutward ? service.type : 'external IP';
  const addresses = sortedUnique([...service.loadBalancer, ...service.externalIps]);
  const nodePorts = service.ports.flatMap(port => port.nodePort ?? []);
  const internal = isInternal(service, snapshot);
  const parts = [
    `Service ${name} of type ${service.type}`,
    addresses.length === 0 ? '' : `at ${addresses.join(', ')}`,
    nodePorts.length === 0 ? '' : `on node ports ${nodePorts.join(', ')}`,
    internal ? '(internal, says an annotation)' : '',
  ];
  return [
    {
      kind,
      text: parts.filter(part => part !== '').join(' '),
      source: service.source,
      pods: service.pods,
      ports: targetPorts(service, undefined, pods),
      via: service.externalTrafficPolicy === 'Local' ? 'direct' : 'node',
      internal,
      names: [name, `Service ${name}`, `${name}[Service]`],
    },
  ];
}

const INTERNAL: readonly (readonly [key: string, value: string])[] = [
  ['service.beta.kubernetes.io/aws-load-balancer-internal', 'true'],
  ['service.beta.kubernetes.io/aws-load-balancer-scheme', 'internal'],
  ['service.beta.kubernetes.io/azure-load-balancer-internal', 'true'],
  ['networking.gke.io/load-balancer-type', 'internal'],
  ['cloud.google.com/load-balancer-type', 'internal'],
];

function isInternal(service: Service, snapshot: ClusterSnapshot): boolean {
  const object = snapshot.objects.find(
    one =>
      one.kind === 'Service' &&
      one.meta.name === service.name &&
      (one.meta.namespace ?? 'default') === service.namespace,
  );
  return INTERNAL.some(([key, value]) => object?.meta.annotations[key]?.toLowerCase() === value);
}

function entryExposure(entry: Entry, snapshot: ClusterSnapshot, pods: ReadonlyMap<PodId, Pod>): Exposure {
  const backends = entry.backends.flatMap(backend => {
    const service = snapshot.services.find(
      one => one.name === backend.service && one.namespace === backend.namespace,
    );
    return service === undefined
      ? []
      : [{ service, port: backend.port, isTarget: backend.targetPort === true }];
  });
  const name = `${entry.namespace}/${entry.name}`;
  const hosts = entry.hosts.length === 0 ? 'every host' : entry.hosts.join(', ');
  const services = sortedUnique(backends.map(({ service }) => `${service.namespace}/${service.name}`));
  return {
    kind: entry.kind,
    text: `${entry.kind} ${name} for ${hosts} to ${services.length === 0 ? 'no known Service' : services.join(', ')}`,
    source: entry.source,
    pods: sortedUnique(backends.flatMap(({ service }) => service.pods)) as PodId[],
    ports: backends.flatMap(({ service, port, isTarget }) =>
      targetPorts(service, isTarget ? undefined : port, pods),
    ),
    via: 'entry',
    internal: false,
    names: [name, `${entry.kind} ${name}`, ...services.map(service => `Service ${service}`)],
  };
}

/** The pod ports behind a Service, or behind one of its ports by number or name. */
function targetPorts(
  service: Service,
  only: number | string | undefined,
  pods: ReadonlyMap<PodId, Pod>,
): readonly PortRange[] {
  return service.ports
    .filter(port => only === undefined || port.port === only || port.name === only)
    .flatMap(port => {
      const target = port.targetPort ?? port.port;
      const numbers =
        typeof target === 'number'
          ? [target]
          : service.pods
              .flatMap(id => pods.get(id)?.containers ?? [])
              .flatMap(container => container.ports)
              .filter(one => one.name === target)
              .map(one => one.port);
      return numbers.map(number => ({ protocol: port.protocol, from: number, to: number }));
    });
}

function hostPorts(pod: Pod): readonly Exposure[] {
  const opened = pod.containers
    .flatMap(container => container.ports)
    .filter(port => port.hostPort !== undefined && !pod.hostNetwork);
  if (opened.length === 0) return [];
  return [
    {
      kind: 'host port',
      text: `Pod ${pod.id} on ports ${opened.map(port => port.hostPort ?? 0).join(', ')} of its node`,
      source: pod.source,
      pods: [pod.id],
      ports: opened.map(port => ({ protocol: port.protocol, from: port.port, to: port.port })),
      via: 'direct',
      internal: false,
      names: [pod.id, pod.workload],
    },
  ];
}

/** A process on the node's own network listens on the node's addresses, beyond any policy for pods. */
function hostNetwork(pod: Pod): readonly Exposure[] {
  const ports = pod.containers.flatMap(container => container.ports).map(port => port.port);
  if (!pod.hostNetwork || ports.length === 0) return [];
  return [
    {
      kind: 'host network',
      text: `Pod ${pod.id} listens on ports ${ports.join(', ')} of its node`,
      source: pod.source,
      pods: [pod.id],
      via: 'other',
      internal: false,
      names: [pod.id, pod.workload],
    },
  ];
}

const TUNNELS = /(^|\/)(cloudflared|ngrok|tailscale|inlets[\w-]*|frpc|chisel|zrok|localtunnel)(:|@|$)/;

function tunnels(pod: Pod): readonly Exposure[] {
  const image = pod.containers.map(container => container.image).find(name => TUNNELS.test(name));
  if (image === undefined) return [];
  return [
    {
      kind: 'tunnel',
      text: `Pod ${pod.id} runs a tunnel (${image}): what it publishes is not in the export`,
      source: pod.source,
      pods: [],
      via: 'other',
      internal: false,
      names: [pod.id, pod.workload],
    },
  ];
}

function apiServer(snapshot: ClusterSnapshot): readonly Exposure[] {
  const service = snapshot.services.find(one => one.namespace === 'default' && one.name === 'kubernetes');
  if (service === undefined) return [];
  const endpoints = snapshot.objects.find(
    one => one.kind === 'Endpoints' && one.meta.namespace === 'default' && one.meta.name === 'kubernetes',
  );
  const addresses = listAt(endpoints?.body, 'subsets').flatMap(subset =>
    listAt(subset, 'addresses').map(address => textAt(address, 'ip') ?? ''),
  );
  const at = addresses.length === 0 ? '' : ` at ${sortedUnique(addresses).join(', ')}`;
  return [
    {
      kind: 'API server',
      text: `API server${at}: whether it can be reached from the Internet is not in the export`,
      source: service.source,
      pods: [],
      via: 'other',
      internal: false,
      names: ['API server'],
    },
  ];
}
