// Whether a pod's traffic goes through the mesh, told from what runs in it: an injected proxy, or the ambient label of
// its namespace. Pods drawn from a template show what is asked for, not what was injected: that stays unknown.
import type { Labels, Pod } from '../../model/snapshot.ts';
import type { Endpoint, Truth } from '../compiled.ts';

/** What the mesh does with one pod; compared as text wherever pods are grouped. */
export interface MeshFacts {
  readonly member: Truth;
  readonly how: 'sidecar' | 'ambient' | 'none';
  /** Ports whose traffic goes around the proxy on its way in; `all` for every port. */
  readonly around: readonly number[] | 'all';
}

/** Reads the facts of a pod; its namespace's labels count. */
export function meshOf(pod: Pod, namespaceLabels: Labels): MeshFacts | undefined {
  if (pod.hostNetwork) return undefined;
  const around = portsAround(pod.annotations);
  if (pod.containers.some(container => container.name === 'istio-proxy'))
    return { member: 'yes', how: 'sidecar', around };
  const ambient = pod.labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode'];
  if (ambient === 'ambient') return { member: 'yes', how: 'ambient', around: [] };
  const asksFor =
    pod.labels['sidecar.istio.io/inject'] === 'true' ||
    namespaceLabels['istio-injection'] === 'enabled' ||
    namespaceLabels['istio.io/rev'] !== undefined;
  const refuses =
    pod.labels['sidecar.istio.io/inject'] === 'false' ||
    pod.annotations['sidecar.istio.io/inject'] === 'false';
  return pod.synthetic && asksFor && !refuses ? { member: 'unknown', how: 'sidecar', around } : undefined;
}

/** Whether an end speaks through the mesh; addresses outside and nodes do not. */
export function isMember(end: Endpoint): Truth {
  if (end.kind === 'entry-controller') return 'unknown';
  return end.mesh?.member ?? 'no';
}

function portsAround(annotations: Labels): MeshFacts['around'] {
  const only = annotations['traffic.sidecar.istio.io/includeInboundPorts'];
  if (only === '') return 'all';
  const text = annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
  return text
    .split(',')
    .map(word => Number(word.trim()))
    .filter(port => Number.isInteger(port) && port > 0);
}
