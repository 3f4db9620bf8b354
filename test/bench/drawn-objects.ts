// Writes a cluster of plain facts as the Kubernetes and Calico objects an export would hold, and builds its snapshot.
import type { ClusterId } from '../../shared/base/brand.ts';
import type { JsonObject } from '../../shared/base/json.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
import type { ClusterSnapshot } from '../../shared/model/snapshot.ts';
import { objectOf } from '../fixtures/objects.ts';
import { dotted, type PlainCluster, type PlainPolicy, type PlainRule, type PlainSet } from './drawn-facts.ts';

/** The objects of a cluster. */
export function drawnObjects(cluster: PlainCluster): readonly KubernetesObject[] {
  const nodes = [...new Set(cluster.pods.map(pod => pod.node))];
  const bodies = [
    ...cluster.namespaces.map(({ name, labels }) => body('v1', 'Namespace', { name, labels }, {})),
    ...cluster.namespaces.map(({ name }) =>
      body('v1', 'ServiceAccount', { name: 'default', namespace: name }, {}),
    ),
    ...nodes.map((name, at) => ({
      ...body('v1', 'Node', { name }, {}),
      status: { addresses: [{ type: 'InternalIP', address: `172.16.0.${at + 1}` }] },
    })),
    ...cluster.pods.map(podBody),
    ...['first', 'second'].map((name, at) => body(CALICO, 'Tier', { name }, { order: 100 + at })),
    ...cluster.policies.map(policyBody),
  ];
  return bodies.map((one, at) => objectOf(one, { file: 'cluster.yaml', line: at + 1, fromManifest: false }));
}

/** The snapshot of a cluster. */
export function drawnSnapshot(cluster: PlainCluster): ClusterSnapshot {
  const objects = drawnObjects(cluster);
  const input = { cluster: 'default' as ClusterId, basis: 'default' as const, objects };
  return buildSnapshot(input, { directOwner: false }).snapshot;
}

const CALICO = 'projectcalico.org/v3';

function body(apiVersion: string, kind: string, metadata: JsonObject, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata, spec };
}

function podBody(pod: PlainCluster['pods'][number]): JsonObject {
  return {
    ...body(
      'v1',
      'Pod',
      {
        name: pod.id.slice(pod.id.indexOf('/') + 1),
        namespace: pod.namespace ?? 'default',
        labels: pod.labels,
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'StatefulSet', name: pod.workload, controller: true },
        ],
      },
      { nodeName: pod.node, containers: [{ name: 'main', image: 'registry.example/app:1' }] },
    ),
    status: { phase: 'Running', podIP: dotted(pod.address), podIPs: [{ ip: dotted(pod.address) }] },
  };
}

/** A policy as its object's body. */
export function policyBody(policy: PlainPolicy): JsonObject {
  const types = ['Ingress', ...(policy.egress === undefined ? [] : ['Egress'])];
  const write = policy.tier === 2 ? kubernetesRule : calicoRule;
  const rules = {
    ingress: policy.ingress.map(rule => write(rule, 'ingress')),
    ...(policy.egress === undefined ? {} : { egress: policy.egress.map(rule => write(rule, 'egress')) }),
  };
  if (policy.tier === 2)
    return body(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      { name: policy.name, namespace: policy.target.namespace ?? 'default' },
      { podSelector: matchLabels(policy.target.labels ?? []), policyTypes: types, ...rules },
    );
  return body(
    CALICO,
    'GlobalNetworkPolicy',
    { name: policy.name },
    {
      tier: policy.tier === 0 ? 'first' : 'second',
      order: policy.order,
      ...selectors(policy.target),
      types,
      ...rules,
    },
  );
}

function matchLabels(wanted: readonly (readonly [string, string])[]): JsonObject {
  return { matchLabels: Object.fromEntries(wanted) };
}

function kubernetesRule(rule: PlainRule, direction: 'ingress' | 'egress'): JsonObject {
  const peers = rule.peers.map(peer => {
    if (peer.block !== undefined) return { ipBlock: { cidr: peer.block.text } };
    return {
      podSelector: matchLabels(peer.labels ?? []),
      ...(peer.namespaceLabels === undefined ? {} : { namespaceSelector: matchLabels(peer.namespaceLabels) }),
    };
  });
  const ports = rule.ports.map(({ protocol, from, to }) => ({
    protocol,
    port: from,
    ...(to === from ? {} : { endPort: to }),
  }));
  return {
    ...(peers.length === 0 ? {} : { [direction === 'ingress' ? 'from' : 'to']: peers }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function calicoRule(rule: PlainRule, direction: 'ingress' | 'egress'): JsonObject {
  const peer = rule.peers[0];
  const side =
    peer === undefined ? {} : peer.block === undefined ? selectors(peer) : { nets: [peer.block.text] };
  const ports = rule.ports.map(({ from, to }) => (from === to ? from : `${from}:${to}`));
  const { source, destination } =
    direction === 'ingress' ? { source: side, destination: {} } : { source: {}, destination: side };
  return {
    action: `${rule.action.slice(0, 1).toUpperCase()}${rule.action.slice(1)}`,
    ...(ports.length === 0 ? {} : { protocol: rule.ports[0]?.protocol ?? 'TCP' }),
    source,
    destination: ports.length === 0 ? destination : { ...destination, ports },
  };
}

function selectors(set: PlainSet): JsonObject {
  const text = (wanted: readonly (readonly [string, string])[]): string =>
    wanted.length === 0 ? 'all()' : wanted.map(([key, value]) => `${key} == '${value}'`).join(' && ');
  return {
    selector: text(set.labels ?? []),
    ...(set.namespaceLabels === undefined ? {} : { namespaceSelector: text(set.namespaceLabels) }),
  };
}
