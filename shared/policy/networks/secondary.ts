// A secondary network as a small cluster of its own: the pods that are attached to it, by their addresses there, under
// the MultiNetworkPolicies that are for it. Nodes and addresses outside are not known to be on it, so none are asked.
import { nameOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { CompiledPolicySet, EngineProfile, UnsupportedPolicy } from '../compiled.ts';
import { compileNetworkPolicies } from '../kubernetes/compile.ts';
import { isMultiNetworkPolicy, networksOfPolicy, type SecondaryNetwork } from './read.ts';

/** The pods of a network as a snapshot, with its policies compiled. */
export interface NetworkCluster {
  readonly snapshot: ClusterSnapshot;
  readonly policies: CompiledPolicySet;
}

/** Makes the cluster of one network. */
export function networkCluster(
  snapshot: ClusterSnapshot,
  profile: EngineProfile,
  network: SecondaryNetwork,
): NetworkCluster {
  const objects = snapshot.policies.filter(
    object => isMultiNetworkPolicy(object) && networksOfPolicy(object).includes(network.name),
  );
  const pods = snapshot.pods.flatMap(({ node: _node, ...pod }) => {
    const ips = network.members.get(pod.id);
    return ips === undefined ? [] : [{ ...pod, ips, hostNetwork: false }];
  });
  const here: EngineProfile = {
    ...profile,
    ipBlockMatchesPods: true,
    calicoPolicies: false,
    enforces: profile.name === 'np-guard' ? 'yes' : enforcesHere(snapshot, profile),
  };
  const ids = new Set(pods.map(pod => pod.id));
  const workloads = snapshot.workloads.flatMap(workload => {
    const members = workload.pods.filter(id => ids.has(id));
    return members.length === 0 ? [] : [{ ...workload, pods: members }];
  });
  return {
    snapshot: { ...snapshot, pods, workloads, services: [], entries: [], nodes: [], policies: objects },
    policies: compileFor(objects, here),
  };
}

/** Whoever enforces the pod network's policies says nothing about this network's: their own agent does. */
function enforcesHere(snapshot: ClusterSnapshot, profile: EngineProfile): 'yes' | 'unknown' {
  const isSeen = snapshot.pods.some(pod =>
    pod.containers.some(container => container.image.includes('multi-networkpolicy')),
  );
  return isSeen || profile.engines?.includes('ovn-kubernetes') === true ? 'yes' : 'unknown';
}

function compileFor(objects: readonly KubernetesObject[], profile: EngineProfile): CompiledPolicySet {
  const asOrdinary = objects.map(object => ({
    ...object,
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
  }));
  const { policies, refused } = compileNetworkPolicies({ policies: asOrdinary }, profile);
  const ids = new Map(
    objects.map(object => [
      `NetworkPolicy ${object.meta.namespace ?? 'default'}/${object.meta.name}`,
      nameOf(object),
    ]),
  );
  const renamed = <P extends { readonly id: string; readonly kind: string }>(policy: P): P => ({
    ...policy,
    id: ids.get(policy.id) ?? policy.id,
    kind: 'MultiNetworkPolicy',
  });
  const stage = {
    id: 'MultiNetworkPolicy',
    mode: 'union',
    whenSelected: 'deny',
    policies: policies.map(renamed),
  } as const;
  const inWay = (way: 'ingress' | 'egress'): CompiledPolicySet['ingress'] =>
    stage.policies.some(policy => policy[way])
      ? [{ ...stage, policies: stage.policies.filter(policy => policy[way]) }]
      : [];
  return {
    profile,
    ingress: inWay('ingress'),
    egress: inWay('egress'),
    otherwise: 'allow',
    unsupported: [],
    refused: refused.map((policy): UnsupportedPolicy => renamed(policy)),
  };
}
