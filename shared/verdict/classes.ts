// Decisions with their reasons, walked rule by rule, once per pair of classes; table/ holds the decisions of all pairs.
// A class is told by everything rules may ask about: place, labels, account, named ports, address pieces, Services.
import { parseAddressRange } from '../base/address.ts';
import { compareText } from '../base/order.ts';
import type { ClusterSnapshot, Labels } from '../model/snapshot.ts';
import type { CompiledPolicySet, Direction, Endpoint, PortRange } from '../policy/compiled.ts';
import type { Decider } from './decide.ts';
import type { ExternalSpace } from './external-space.ts';
import type { SideSets } from './side-walk.ts';

/** Decisions per pair of classes. */
export interface ClassTable {
  /** The class of an endpoint; the first endpoint seen stands for all of it. */
  readonly classOf: (endpoint: Endpoint) => number;
  /** The decision of one side over every port. */
  readonly side: (subject: number, peer: number, direction: Direction) => SideSets;
}

/**
 * Makes an empty table; `universe` is every port that is modelled. The ends of the cluster are classed first, in their
 * order, so that the end that stands for a class never depends on what was asked first.
 */
export function createClassTable(
  snapshot: ClusterSnapshot,
  space: ExternalSpace,
  decider: Decider,
  universe: readonly PortRange[],
  ends: readonly Endpoint[],
  byNode?: CompiledPolicySet['byNode'],
): ClassTable {
  let servicesOfPod: ReadonlyMap<string, readonly string[]> | undefined;
  const byKey = new Map<string, number>();
  const byEndpoint = new WeakMap<Endpoint, number>();
  const representatives: Endpoint[] = [];
  const sides = { ingress: new Map<number, SideSets>(), egress: new Map<number, SideSets>() };

  const name = (endpoint: Endpoint, services: ReadonlyMap<string, readonly string[]>): number => {
    const key = classKey(endpoint, space, services, byNode);
    const found = byKey.get(key) ?? representatives.push(endpoint) - 1;
    byKey.set(key, found);
    byEndpoint.set(endpoint, found);
    return found;
  };
  const classOf = (endpoint: Endpoint): number => {
    const before = byEndpoint.get(endpoint);
    if (before !== undefined) return before;
    if (servicesOfPod === undefined) {
      servicesOfPod = groupServices(snapshot);
      for (const end of ends) name(end, servicesOfPod);
    }
    return byEndpoint.get(endpoint) ?? name(endpoint, servicesOfPod);
  };
  const side = (subject: number, peer: number, direction: Direction): SideSets => {
    const key = subject * MOST_CLASSES + peer;
    const before = sides[direction].get(key);
    if (before !== undefined) return before;
    const made = decider.decide(at(representatives, subject), at(representatives, peer), direction, universe);
    sides[direction].set(key, made);
    return made;
  };
  return { classOf, side };
}

/** More classes than any cluster has; keeps the pair of two numbers one number. */
const MOST_CLASSES = 2 ** 26;

function at(representatives: readonly Endpoint[], index: number): Endpoint {
  const found = representatives[index];
  if (found === undefined) throw new Error('Invariant broken: a class number comes from classOf');
  return found;
}

function classKey(
  endpoint: Endpoint,
  space: ExternalSpace,
  servicesOfPod: ReadonlyMap<string, readonly string[]>,
  byNode: CompiledPolicySet['byNode'],
): string {
  const pieces = endpoint.ips.map(ip => {
    const range = parseAddressRange(ip);
    return (range === undefined ? undefined : space.pieceOf(range)) ?? ip;
  });
  const isPlaced = byNode === 'all' || (byNode === 'hosts' && endpoint.kind === 'host');
  const node = isPlaced ? [endpoint.node ?? ''] : [];
  if (endpoint.kind !== 'pod') return JSON.stringify([endpoint.kind, pieces, endpoint.names ?? '', ...node]);
  return JSON.stringify([
    'pod',
    endpoint.namespace ?? '',
    sortedEntries(endpoint.labels),
    endpoint.serviceAccount ?? '',
    endpoint.ports.map(port => `${port.name}:${port.port}/${port.protocol}`).sort(compareText),
    pieces,
    servicesOfPod.get(endpoint.id) ?? [],
    endpoint.mesh ?? '',
    ...node,
  ]);
}

function sortedEntries(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels).sort((a, b) => compareText(a[0], b[0]));
}

function groupServices(snapshot: ClusterSnapshot): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const service of snapshot.services) {
    for (const pod of service.pods) {
      const list = groups.get(pod) ?? [];
      list.push(`${service.namespace}/${service.name}`);
      groups.set(pod, list);
    }
  }
  return groups;
}
