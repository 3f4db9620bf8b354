// Kubernetes NetworkPolicy to the common rule form: the union of all that select the pod, isolation per direction.
// A policy that the API server would refuse is not applied and is named, with what could still be read of its subject.
import type { AddressRange } from '../../base/address.ts';
import { matchesLabels, parseLabelSelector, type LabelSelector } from '../../base/label-selector.ts';
import { groupOf, spanOf, type KubernetesObject } from '../../model/object.ts';
import { at } from '../../model/read.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledRule,
  Direction,
  Endpoint,
  EngineProfile,
  PodPattern,
  UnsupportedPolicy,
} from '../compiled.ts';
import { ruleFactor, targetTest } from './factor.ts';
import { compileMatch } from './match.ts';
import { ANY_POD, namespaceNamed } from '../pod-pattern.ts';
import { parseNetworkPolicy, type PeerFacts, type RuleFacts } from './parse.ts';

/** Compiles every Kubernetes NetworkPolicy of a snapshot. */
export function compileNetworkPolicies(
  snapshot: Pick<ClusterSnapshot, 'policies'>,
  profile: EngineProfile,
): { readonly policies: readonly CompiledPolicy[]; readonly refused: readonly UnsupportedPolicy[] } {
  const policies: CompiledPolicy[] = [];
  const refused: UnsupportedPolicy[] = [];
  for (const object of snapshot.policies.filter(isNetworkPolicy)) {
    const facts = parseNetworkPolicy(object);
    if (!facts.ok) {
      refused.push(refusedPolicy(object, facts.problem.message, profile));
      continue;
    }
    const namespace = object.meta.namespace ?? 'default';
    const { podSelector, types, ingress, egress } = facts.value;
    const rules = (direction: Direction, list: readonly RuleFacts[]): readonly CompiledRule[] =>
      types.includes(direction) ? compileRules(object, direction, list, profile) : [];
    policies.push({
      id: policyId(object),
      kind: 'NetworkPolicy',
      namespace,
      name: object.meta.name,
      staged: false,
      ingress: types.includes('ingress'),
      egress: types.includes('egress'),
      ingressRules: rules('ingress', ingress),
      egressRules: rules('egress', egress),
      addresses: [...ingress, ...egress].flatMap(addressesOf),
      source: object.source,
      ...selection(namespace, podSelector),
    });
  }
  return { policies, refused };
}

/** Whether an object is a Kubernetes NetworkPolicy (of today's group or the legacy one). */
export function isNetworkPolicy(object: KubernetesObject): boolean {
  const group = groupOf(object.apiVersion);
  return object.kind === 'NetworkPolicy' && (group === 'networking.k8s.io' || group === 'extensions');
}

function policyId(object: KubernetesObject): string {
  return `NetworkPolicy ${object.meta.namespace ?? 'default'}/${object.meta.name}`;
}

function selection(namespace: string, selector: LabelSelector): Pick<CompiledPolicy, 'selects' | 'target'> {
  const selects = (endpoint: Endpoint): 'yes' | 'no' => {
    const isSubject = endpoint.kind === 'pod' && endpoint.namespace === namespace;
    return isSubject && matchesLabels(selector, endpoint.labels) ? 'yes' : 'no';
  };
  return { selects, target: targetTest(namespace, selector, selects) };
}

function compileRules(
  object: KubernetesObject,
  direction: Direction,
  rules: readonly RuleFacts[],
  profile: EngineProfile,
): readonly CompiledRule[] {
  return rules.map((rule, index) => ({
    index,
    action: 'allow',
    source: spanOf(object, `/spec/${direction}/${index}`),
    match: compileMatch(rule, object.meta.namespace ?? 'default', profile),
    factor: ruleFactor(rule, object.meta.namespace ?? 'default', direction, profile),
    patterns: patternsOf(rule.peers ?? [], namespaceNamed(object.meta.namespace ?? 'default')),
    portNames: (rule.ports ?? []).flatMap(port => (port.kind === 'named' ? [port] : [])),
  }));
}

/** The pods that peers describe; without a namespace selector they are where the policy is, or anywhere. */
export function patternsOf(peers: readonly PeerFacts[], home: LabelSelector): readonly PodPattern[] {
  return peers.flatMap(peer => {
    if (peer.kind !== 'pods') return [];
    return [{ namespaces: peer.namespaces ?? home, pods: peer.pods ?? ANY_POD.pods }];
  });
}

function addressesOf(rule: RuleFacts): readonly AddressRange[] {
  return (rule.peers ?? []).flatMap(peer => (peer.kind === 'block' ? peer.ranges : []));
}

function refusedPolicy(object: KubernetesObject, reason: string, profile: EngineProfile): UnsupportedPolicy {
  const namespace = object.meta.namespace ?? 'default';
  const selector = parseLabelSelector(at(object.body, 'spec', 'podSelector'));
  return {
    id: policyId(object),
    kind: 'NetworkPolicy',
    namespace,
    name: object.meta.name,
    reason: `${reason}; ${profile.name === 'np-guard' ? 'the peer refuses it' : 'an API server refuses it'}, so it is not applied`,
    source: object.source,
    ...(selector.ok ? selection(namespace, selector.value) : {}),
  };
}
