// Primary networks as a gate: pods whose namespaces have different primary networks cannot talk at all, whatever policies
// say (policy-semantics section 7). Nodes and addresses outside are not kept away by it.
import { compareBy } from '../../base/order.ts';
import { nameOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledRule,
  CompiledStage,
  Endpoint,
  UnsupportedPolicy,
} from '../compiled.ts';
import { isUserNetwork, readPrimaryNetwork, type PrimaryNetwork } from './read.ts';

/** The gate, absent where every pod is on the pod network. */
export interface NetworkGate {
  readonly gate?: CompiledGate;
  readonly refused: readonly UnsupportedPolicy[];
  /** Networks that select nothing, or namespaces that do not join. */
  readonly misplaced: readonly UnsupportedPolicy[];
}

/** Compiles the primary networks of a snapshot. */
export function primaryNetworks(snapshot: Pick<ClusterSnapshot, 'objects' | 'namespaces'>): NetworkGate {
  const refused: UnsupportedPolicy[] = [];
  const misplaced: UnsupportedPolicy[] = [];
  const networks: PrimaryNetwork[] = [];
  for (const object of snapshot.objects.filter(isUserNetwork)) {
    const network = readPrimaryNetwork(object, snapshot.namespaces);
    if (!network.ok) {
      refused.push({
        ...fault(object, `${network.problem.message}; an API server refuses it`),
        restrictsOnly: true,
      });
      continue;
    }
    if (network.value === undefined) continue;
    networks.push(network.value);
    misplaced.push(...warningsOf(network.value));
  }
  if (networks.length === 0) return { refused, misplaced };
  const policies = networks
    .map(network => compileNetwork(network, networks))
    .sort(compareBy(policy => policy.id));
  const stage: CompiledStage = { id: 'pod networks', mode: 'ordered', whenSelected: 'next', policies };
  return {
    gate: { id: 'pod networks', ingress: [stage], egress: [stage], otherwise: 'allow' },
    refused,
    misplaced,
  };
}

/** Which primary network a namespace is on; undefined = the pod network. */
export function primaryNetworkOf(
  snapshot: Pick<ClusterSnapshot, 'objects' | 'namespaces'>,
): (namespace: string) => KubernetesObject | undefined {
  const networks = snapshot.objects.filter(isUserNetwork).flatMap(object => {
    const network = readPrimaryNetwork(object, snapshot.namespaces);
    return network.ok && network.value !== undefined ? [network.value] : [];
  });
  const byNamespace = new Map(
    networks.flatMap(network => network.namespaces.map(namespace => [namespace, network.object] as const)),
  );
  return namespace => byNamespace.get(namespace);
}

function compileNetwork(network: PrimaryNetwork, all: readonly PrimaryNetwork[]): CompiledPolicy {
  const { object } = network;
  const members = new Set(network.namespaces);
  const id = nameOf(object);
  const isMember = (end: Endpoint): boolean => end.kind === 'pod' && members.has(end.namespace ?? '');
  const otherOf = (end: Endpoint): string => {
    const other = all.find(one => one !== network && one.namespaces.includes(end.namespace ?? ''));
    return other === undefined ? 'the pod network' : nameOf(other.object);
  };
  const rule: CompiledRule = {
    index: 0,
    action: 'deny',
    source: object.source,
    match: (subject, peer) => {
      if (peer.kind === 'entry-controller')
        return { truth: 'unknown', text: `the network of ${peer.id} is not known`, field: 'network' };
      if (peer.kind !== 'pod')
        return { truth: 'no', text: `${peer.id} is no pod: networks do not keep it away`, field: 'network' };
      const [inside, outside] = isMember(subject) ? [subject, peer] : [peer, subject];
      if (isMember(inside) === isMember(outside)) {
        const text = `${isMember(inside) ? 'both are' : 'neither is'} on the network ${id}`;
        return { truth: 'no', text, field: 'network' };
      }
      const text = `${inside.id} is on the network ${id}, ${outside.id} on ${otherOf(outside)}: nothing connects them`;
      return { truth: 'yes', text, field: 'network' };
    },
  };
  return {
    id,
    kind: object.kind,
    ...(object.meta.namespace === undefined ? {} : { namespace: object.meta.namespace }),
    name: object.meta.name,
    staged: false,
    ingress: true,
    egress: true,
    ingressRules: [rule],
    egressRules: [rule],
    source: object.source,
    selects: end => (end.kind === 'pod' ? 'yes' : 'no'),
  };
}

function warningsOf({ object, namespaces, unlabelled }: PrimaryNetwork): readonly UnsupportedPolicy[] {
  if (unlabelled.length > 0)
    return [
      fault(
        object,
        `it selects ${unlabelled.join(', ')}, which lack the label k8s.ovn.org/primary-user-defined-network and stay on the pod network`,
      ),
    ];
  return namespaces.length === 0 ? [fault(object, 'it selects no namespace of the export')] : [];
}

function fault(object: KubernetesObject, reason: string): UnsupportedPolicy {
  const { namespace, name } = object.meta;
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    reason,
    source: object.source,
  };
}
