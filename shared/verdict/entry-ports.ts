// Which ports of which pods a way in from outside leads to: backend -> Service port -> target port -> pod port.
// The controller that forwards is a pod like others where the export holds it; else it is assumed to be one.
import type { Entry, EntryBackend, ClusterSnapshot, Pod, Service, ServicePort } from '../model/snapshot.ts';
import type { EngineProfile, PortRange } from '../policy/compiled.ts';

/** One Ingress, Route or Gateway route that leads to a pod through a Service. */
export interface EntryWay {
  readonly entry: Entry;
  readonly service: string;
  /** TCP ports of the pod; none where the Service's ports lead to none that count. */
  readonly ports: readonly PortRange[];
}

/** The ways in to each pod, by pod id, in the order of the entries. */
export function entryWays(
  snapshot: ClusterSnapshot,
  profile: EngineProfile,
): ReadonlyMap<string, readonly EntryWay[]> {
  const services = new Map(
    snapshot.services.map(service => [`${service.namespace}/${service.name}`, service]),
  );
  const pods = new Map(snapshot.pods.map(pod => [pod.id, pod]));
  const found = new Map<string, EntryWay[]>();
  for (const entry of snapshot.entries) {
    for (const backend of entry.backends) {
      const service = services.get(`${backend.namespace}/${backend.service}`);
      for (const id of service?.pods ?? []) {
        const pod = pods.get(id);
        if (service === undefined || pod === undefined) continue;
        const list = found.get(id) ?? [];
        const ports = portsAtPod(service, backend, pod, profile.name === 'np-guard');
        list.push({ entry, service: service.name, ports });
        found.set(id, list);
      }
    }
  }
  return found;
}

const CONTROLLER_LABELS: readonly (readonly [key: string, values: RegExp])[] = [
  [
    'app.kubernetes.io/name',
    /^(ingress-nginx|traefik|haproxy-ingress|kubernetes-ingress|kong|contour|ingress)$/,
  ],
  ['ingresscontroller.operator.openshift.io/deployment-ingresscontroller', /./],
  ['istio', /^ingressgateway$/],
];

/** Whether the export holds an ingress controller, so that its own rows show the second hop (np-guard never looks). */
export function hasKnownController(snapshot: ClusterSnapshot, profile: EngineProfile): boolean {
  if (profile.name === 'np-guard') return false;
  return snapshot.pods.some(isEntryController);
}

/** Whether a pod is recognised as a controller that forwards what Ingress, Routes or Gateways let in. */
export function isEntryController(pod: Pod): boolean {
  return pod.live && CONTROLLER_LABELS.some(([key, values]) => values.test(pod.labels[key] ?? ''));
}

function portsAtPod(
  service: Service,
  backend: EntryBackend,
  pod: Pod,
  onlyDeclared: boolean,
): readonly PortRange[] {
  const declared = pod.containers
    .filter(container => container.role !== 'init')
    .flatMap(container => container.ports)
    .filter(port => port.protocol === 'TCP');
  return service.ports
    .filter(port => port.protocol === 'TCP' && isMeant(port, backend))
    .flatMap(port => {
      const target = port.targetPort ?? port.port;
      const numbers =
        typeof target === 'number'
          ? [target]
          : declared.filter(item => item.name === target).map(item => item.port);
      return numbers.filter(number => !onlyDeclared || declared.some(item => item.port === number));
    })
    .map(port => ({ protocol: 'TCP', from: port, to: port }));
}

function isMeant(port: ServicePort, backend: EntryBackend): boolean {
  if (backend.port === undefined) return true;
  if (backend.targetPort !== true) return port.port === backend.port || port.name === backend.port;
  return (port.targetPort ?? port.port) === backend.port || port.name === backend.port;
}
