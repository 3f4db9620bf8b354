// What the rules of a mesh look up: its trust domain, where mutual TLS may be missing, which ports carry no requests, and
// which workloads are reached through a waypoint. Declarations count; what the mesh detects by itself is not guessed.
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Endpoint, PortRange } from '../compiled.ts';
import { allPortsOf, mergePorts } from '../port-set.ts';
import { isWaypoint, WAYPOINT } from './mesh-membership.ts';
import type { PeerAuthenticationFacts } from './read.ts';
import { meshConfig } from './settings.ts';

/** What the rules of a mesh look up. */
export interface MeshContext {
  readonly trustDomain: string;
  /** A DestinationRule or a DISABLE mode may take mutual TLS away: identities are then in doubt. */
  readonly mayBePlain: boolean;
  /** Ports of a workload behind which nothing reads requests: plain bytes to its proxy, or all to ztunnel. */
  plainPorts(subject: Endpoint): readonly PortRange[];
  /** Whether connections may reach a workload from its waypoint, which then hides their source. */
  behindWaypoint(subject: Endpoint): boolean;
}

/** Reads the context of a snapshot. */
export function contextOf(
  snapshot: ClusterSnapshot,
  authentications: readonly PeerAuthenticationFacts[],
): MeshContext {
  const plainRule = snapshot.objects.some(
    object =>
      object.kind === 'DestinationRule' &&
      /"mode":"(?:DISABLE|SIMPLE)"/.test(JSON.stringify(object.body['spec'] ?? {})),
  );
  const plainMode = authentications.some(
    facts => facts.mode === 'DISABLE' || [...facts.ports.values()].includes('DISABLE'),
  );
  const behindWaypoint = waypoints(snapshot);
  const declared = declaredPorts(snapshot);
  return {
    trustDomain: meshConfig(snapshot, 'trustDomain') ?? 'cluster.local',
    mayBePlain: plainRule || plainMode,
    plainPorts: subject => {
      if (subject.mesh?.how !== 'ambient') return declared(subject);
      return behindWaypoint(subject) ? [] : [allPortsOf('TCP')];
    },
    behindWaypoint,
  };
}

/** By the label of the pod or its namespace, or of a Service that leads to it. */
function waypoints(snapshot: ClusterSnapshot): MeshContext['behindWaypoint'] {
  const labelled = new Set(
    snapshot.objects
      .filter(({ kind, meta }) => kind === 'Service' && isWaypoint(meta.labels[WAYPOINT]))
      .map(({ meta }) => `${meta.namespace ?? ''}/${meta.name}`),
  );
  const pods = new Set<string>(
    snapshot.services
      .filter(service => labelled.has(`${service.namespace}/${service.name}`))
      .flatMap(service => service.pods),
  );
  return subject => subject.mesh?.waypoint === true || pods.has(subject.id);
}

/** Ports of a pod that every Service leading there declares as something else than HTTP, by name or appProtocol. */
function declaredPorts(snapshot: ClusterSnapshot): MeshContext['plainPorts'] {
  const known = new WeakMap<Endpoint, readonly PortRange[]>();
  return subject => {
    const before = known.get(subject);
    if (before !== undefined) return before;
    const declared = new Map<number, boolean>();
    for (const service of snapshot.services.filter(one => one.pods.some(id => id === subject.id))) {
      for (const port of service.ports.filter(one => one.protocol === 'TCP')) {
        const target = port.targetPort ?? port.port;
        const numbers =
          typeof target === 'number'
            ? [target]
            : subject.ports.filter(one => one.name === target).map(one => one.port);
        for (const number of numbers)
          declared.set(
            number,
            (declared.get(number) ?? true) && isPlain(port.appProtocol ?? port.name ?? ''),
          );
      }
    }
    const ports = mergePorts([...declared].flatMap(([port, plain]) => (plain ? [onePort(port)] : [])));
    known.set(subject, ports);
    return ports;
  };
}

/** The protocols that the mesh takes for opaque bytes; an undeclared one is detected, so that nothing is known of it. */
function isPlain(declared: string): boolean {
  return /^(tcp|tls|https|mongo|mysql|redis)(-|$)/i.test(declared);
}

/** One TCP port as a range. */
export function onePort(port: number): PortRange {
  return { protocol: 'TCP', from: port, to: port };
}
