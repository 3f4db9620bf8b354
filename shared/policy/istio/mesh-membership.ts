// Whether a pod's traffic goes through the mesh, told from what runs in it: an injected proxy, or the ambient label of
// its namespace. Pods drawn from a template show what is asked for, not what was injected: that stays unknown.
import type { Labels, Pod } from '../../model/snapshot.ts';
import type { Endpoint, Truth } from '../compiled.ts';

/** What the mesh does with one pod; compared as text wherever pods are grouped. */
export interface MeshFacts {
  readonly member: Truth;
  readonly how: 'sidecar' | 'ambient';
  /** TCP ports whose traffic goes around the proxy on its way in. */
  readonly around: readonly Ports[];
  /** True when some of its traffic may leave around the proxy, without its identity. */
  readonly mayLeaveAround: boolean;
  /** True when it is labelled to be reached through a waypoint. */
  readonly waypoint: boolean;
}

interface Ports {
  readonly from: number;
  readonly to: number;
}

/** The label by which pods, namespaces and Services ask for a waypoint. */
export const WAYPOINT = 'istio.io/use-waypoint';

/** Reads the facts of a pod; its namespace's labels count. */
export function meshOf(pod: Pod, namespaceLabels: Labels): MeshFacts | undefined {
  if (pod.hostNetwork) return undefined;
  const waypoint = isWaypoint(pod.labels[WAYPOINT] ?? namespaceLabels[WAYPOINT]);
  const sidecar = {
    how: 'sidecar',
    around: portsAround(pod.annotations),
    mayLeaveAround: mayLeaveAround(pod.annotations),
    waypoint,
  } as const;
  if (pod.containers.some(container => container.name === 'istio-proxy'))
    return { member: 'yes', ...sidecar };
  const ambient = pod.labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode'];
  if (ambient === 'ambient')
    return { member: 'yes', how: 'ambient', around: [], mayLeaveAround: false, waypoint };
  const asksFor =
    pod.labels['sidecar.istio.io/inject'] === 'true' ||
    namespaceLabels['istio-injection'] === 'enabled' ||
    namespaceLabels['istio.io/rev'] !== undefined;
  const refuses =
    pod.labels['sidecar.istio.io/inject'] === 'false' ||
    pod.annotations['sidecar.istio.io/inject'] === 'false';
  return pod.synthetic && asksFor && !refuses ? { member: 'unknown', ...sidecar } : undefined;
}

/** Whether an end speaks through the mesh; addresses outside and nodes do not. */
export function isMember(end: Endpoint): Truth {
  if (end.kind === 'entry-controller') return 'unknown';
  return end.mesh?.member ?? 'no';
}

/** Whether the value of that label names a waypoint. */
export function isWaypoint(name: string | undefined): boolean {
  return name !== undefined && name !== '' && name !== 'none';
}

const EVERY: Ports = { from: 1, to: 65535 };
/** Health and metrics of the proxy itself: they end there, and no policy is asked. */
const OWN_PORTS = [15020, 15021, 15090];

/** A list of included ports leaves out all others; only where all are included do excluded ones count. */
function portsAround(annotations: Labels): readonly Ports[] {
  if (annotations['sidecar.istio.io/interceptionMode'] === 'NONE') return [EVERY];
  const included = annotations['traffic.sidecar.istio.io/includeInboundPorts']?.trim() ?? '*';
  if (included !== '*') return between(portsIn(included));
  const excluded = portsIn(annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '');
  return [...excluded, ...OWN_PORTS].map(port => ({ from: port, to: port }));
}

function between(ports: readonly number[]): readonly Ports[] {
  const sorted = [0, ...[...ports].sort((a, b) => a - b), 65536];
  return sorted
    .slice(1)
    .map((port, index) => ({ from: (sorted[index] ?? 0) + 1, to: port - 1 }))
    .filter(({ from, to }) => from <= to);
}

function portsIn(text: string): readonly number[] {
  return text
    .split(',')
    .map(word => Number(word.trim()))
    .filter(port => Number.isInteger(port) && port > 0 && port <= 65535);
}

function mayLeaveAround(annotations: Labels): boolean {
  const given = (name: string): string | undefined => annotations[`traffic.sidecar.istio.io/${name}`]?.trim();
  return (
    annotations['sidecar.istio.io/interceptionMode'] === 'NONE' ||
    ['excludeOutboundPorts', 'excludeOutboundIPRanges'].some(name => (given(name) ?? '') !== '') ||
    ['includeOutboundPorts', 'includeOutboundIPRanges'].some(name => (given(name) ?? '*') !== '*')
  );
}
