// Common slips of people who write policies (policy-semantics 2.8): blocks that hold pods, egress without name resolution,
// two peers where one with both selectors was meant, names of ports that nobody declares.
import { coverOf, parseAddressRange, printAddressRange, type AddressRange } from '../base/address.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { sortedUnique } from '../base/order.ts';
import { listAt } from '../model/read.ts';
import { spanOf, type KubernetesObject } from '../model/object.ts';
import type { CompiledPolicy, Direction, Endpoint } from '../policy/compiled.ts';
import { isNetworkPolicy } from '../policy/kubernetes/compile.ts';
import { intersectPorts } from '../policy/port-set.ts';
import type { Cluster } from './compiled-cluster.ts';
import { enforced, type PolicyProblem } from './policy-problem.ts';
import type { Ports } from './side-walk.ts';

/** The slips of a cluster's enforced policies; `ends` are those that policies can tell apart. */
export function policySlips(cluster: Cluster, ends: readonly Endpoint[]): readonly PolicyProblem[] {
  return [
    ...DIRECTIONS.flatMap(direction => blocksWithPods(cluster, direction)),
    ...DIRECTIONS.flatMap(direction => portsUndeclared(cluster, direction, ends)),
    ...withoutDns(cluster, ends),
    ...cluster.snapshot.policies.filter(isNetworkPolicy).flatMap(orWhereAnd),
  ];
}

const DIRECTIONS = ['ingress', 'egress'] as const satisfies readonly Direction[];

/** Names of ports that no pod declares which could be the destination: the rule stands for nothing there. */
function portsUndeclared(
  cluster: Cluster,
  direction: Direction,
  ends: readonly Endpoint[],
): readonly PolicyProblem[] {
  return enforced(cluster.policies[direction]).flatMap(policy =>
    (direction === 'ingress' ? policy.ingressRules : policy.egressRules).flatMap(rule => {
      const names = rule.portNames ?? [];
      if (names.length === 0) return [];
      const destinations = direction === 'egress' ? ends : ends.filter(end => policy.selects(end) !== 'no');
      const known = new Set(destinations.flatMap(end => end.ports.map(port => port.name)));
      return sortedUnique(names.map(port => port.name))
        .filter(name => !known.has(name))
        .map(name => ({
          code: 'port.not-declared' as const,
          policy: policy.id,
          direction,
          rule: rule.index,
          text: `the port name ${name} is declared by no pod that could be its destination`,
          source: rule.source,
        }));
    }),
  );
}

/** Blocks that are written for addresses outside, and hold addresses of pods, Services or nodes. */
function blocksWithPods(cluster: Cluster, direction: Direction): readonly PolicyProblem[] {
  const { snapshot, profile } = cluster;
  const inside = [
    ...snapshot.pods
      .filter(pod => pod.live && !pod.hostNetwork)
      .flatMap(pod => pod.ips.map(ip => [ip, pod.id] as const)),
    ...snapshot.services.flatMap(one =>
      one.clusterIps.map(ip => [ip, `Service ${one.namespace}/${one.name}`] as const),
    ),
  ].flatMap(([ip, name]) => {
    const range = parseAddressRange(ip);
    return range === undefined ? [] : [{ range, name }];
  });
  return enforced(cluster.policies[direction])
    .filter(policy => policy.kind === 'NetworkPolicy' && !policy.id.includes('.projectcalico.org '))
    .flatMap(policy =>
      (policy.addresses ?? []).flatMap(block => {
        const held = inside.filter(({ range }) => coverOf(block, range) === 'all');
        const first = held[0];
        if (first === undefined) return [];
        return [blockProblem(policy, direction, block, first.name, held.length, profile.ipBlockMatchesPods)];
      }),
    );
}

function blockProblem(
  policy: CompiledPolicy,
  direction: Direction,
  block: AddressRange,
  first: string,
  count: number,
  matchesPods: boolean,
): PolicyProblem {
  const effect = matchesPods
    ? 'this engine lets the block match pods too'
    : 'this engine never matches pods by a block, other engines do';
  const others = count === 1 ? '' : ` and ${count - 1} more inside the cluster`;
  return {
    code: 'block.holds-pods',
    policy: policy.id,
    direction,
    text: `block ${printAddressRange(block)} holds ${first}${others}: ${effect}`,
    source: policy.source,
  };
}

/** Pods whose egress is closed and that can reach no cluster DNS: what they name they cannot find. */
function withoutDns(cluster: Cluster, ends: readonly Endpoint[]): readonly PolicyProblem[] {
  const servers = dnsServers(cluster);
  if (servers.length === 0) return [];
  const found = new Map<string, PolicyProblem>();
  for (const subject of ends.filter(end => end.kind === 'pod')) {
    const selecting = cluster.decider.selecting(subject, 'egress');
    const first = selecting[0]?.policy;
    if (first === undefined || servers.some(server => server.id === subject.id)) continue;
    const opens = servers.some(server => {
      const sets = cluster.table.setsOf(subject, server, 'egress');
      return intersectPorts([...sets.allow, ...sets.indeterminate], DNS).length > 0;
    });
    if (opens || found.has(first.id)) continue;
    found.set(first.id, {
      code: 'egress.no-dns',
      policy: first.id,
      direction: 'egress',
      text: `${subject.id} may reach no cluster DNS on UDP or TCP 53`,
      source: first.source,
    });
  }
  return [...found.values()];
}

const DNS: Ports = [
  { protocol: 'TCP', from: 53, to: 53 },
  { protocol: 'UDP', from: 53, to: 53 },
];

function dnsServers(cluster: Cluster): readonly Endpoint[] {
  const names = new Set(['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'dns-default']);
  return cluster.snapshot.services
    .filter(
      service => names.has(service.name) && ['kube-system', 'openshift-dns'].includes(service.namespace),
    )
    .flatMap(service => service.pods.flatMap(id => cluster.endpoints.pods.get(id) ?? []));
}

/** A list item with only a namespaceSelector beside one with only a podSelector: "or", where "and" is usually meant. */
function orWhereAnd(object: KubernetesObject): readonly PolicyProblem[] {
  return DIRECTIONS.flatMap(direction =>
    listAt(object.body, 'spec', direction).flatMap((rule, index) => {
      const peers = listAt(rule, direction === 'ingress' ? 'from' : 'to');
      const only = (key: string, other: string): boolean =>
        peers.some(peer => isObject(peer) && hasField(peer, key) && !hasField(peer, other));
      if (!only('namespaceSelector', 'podSelector') || !only('podSelector', 'namespaceSelector')) return [];
      return [
        {
          code: 'rule.or-where-and' as const,
          policy: `NetworkPolicy ${object.meta.namespace ?? 'default'}/${object.meta.name}`,
          direction,
          rule: index,
          text: 'one peer names namespaces and another names pods of its own namespace: either is enough; both together need one list item',
          source: spanOf(object, `/spec/${direction}/${index}`),
        },
      ];
    }),
  );
}

function hasField(peer: JsonObject, key: string): boolean {
  return peer[key] !== undefined && peer[key] !== null;
}
