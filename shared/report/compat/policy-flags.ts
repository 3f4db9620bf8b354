// What the retired compliance reporter said of each policy (calico.md 1.3): flags read off the text of its Allow rules, order,
// ports and Deny rules not looked at. It says what was reported then, not what can happen; the effective tables say that.
import { coverOf, parseAddressRange, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { matchesLabels, parseLabelSelector } from '../../base/label-selector.ts';
import { groupOf, type KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { readAddressSets, type AddressSet } from '../../policy/calico/address-set.ts';
import { knownOwners, selectorTruth, type LabelView } from '../../policy/calico/labels.ts';
import type { CalicoPolicy, CalicoRule } from '../../policy/calico/policy-object.ts';
import { readPolicies } from '../../policy/calico/read-policies.ts';
import type { Direction } from '../../policy/compiled.ts';

/** The six flags of policies, endpoints, namespaces and services. */
export interface CompatFlags {
  readonly ingressProtected: boolean;
  readonly egressProtected: boolean;
  readonly ingressFromInternet: boolean;
  readonly egressToInternet: boolean;
  readonly ingressFromOtherNamespace: boolean;
  readonly egressToOtherNamespace: boolean;
}

/** An endpoint as selectors see it. */
export interface LabelledEnd {
  readonly kind: 'Pod' | 'HostEndpoint';
  readonly namespace?: string;
  readonly labels: LabelView;
  readonly ownLabels: Readonly<Record<string, string>>;
}

/** A policy in force with its flags. */
export interface FlaggedPolicy extends CompatFlags {
  /** `Kind.apiVersion(ns/name)` as reports print it. */
  readonly printed: string;
  selects(end: LabelledEnd): boolean;
}

/** The flags of every policy in force; staged ones never took part. */
export function flagPolicies(snapshot: ClusterSnapshot): readonly FlaggedPolicy[] {
  const { sets } = readAddressSets(snapshot, knownOwners(snapshot));
  const calico = readPolicies(snapshot)
    .policies.filter(policy => policy.stagedAction === undefined)
    .map(policy => flagCalico(policy, sets));
  const kubernetes = snapshot.policies.filter(
    object => object.kind === 'NetworkPolicy' && groupOf(object.apiVersion) === 'networking.k8s.io',
  );
  return [...calico, ...kubernetes.map(flagKubernetes)];
}

/** Whether the reporter took a network for the Internet: its first address is outside RFC 1918; every IPv6 one counts. */
export function isInternet(range: AddressRange): boolean {
  const first = { ...range, to: range.from };
  return !PRIVATE.some(some => coverOf(some, first) === 'all');
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
  .map(parseAddressRange)
  .filter(range => range !== undefined);

function flagCalico(policy: CalicoPolicy, sets: readonly AddressSet[]): FlaggedPolicy {
  const { isGlobal, namespace, name, types, rules } = policy;
  const internet = (direction: Direction): boolean =>
    allowed(rules[direction]).some(rule => opensToInternet(peerOf(rule, direction), sets));
  const other = (direction: Direction): boolean =>
    allowed(rules[direction]).some(rule => opensToOthers(peerOf(rule, direction), isGlobal));
  return {
    printed: isGlobal ? `GlobalNetworkPolicy(${name})` : `NetworkPolicy(${namespace ?? ''}/${name})`,
    ingressProtected: types.ingress,
    egressProtected: types.egress,
    ingressFromInternet: internet('ingress'),
    egressToInternet: internet('egress'),
    ingressFromOtherNamespace: other('ingress'),
    egressToOtherNamespace: other('egress'),
    selects: end => (end.kind === 'Pod' || isGlobal) && selectorTruth(policy.selector, end.labels) === 'yes',
  };
}

function allowed(rules: readonly CalicoRule[]): readonly CalicoRule[] {
  return rules.filter(rule => rule.action === 'allow');
}

function peerOf(rule: CalicoRule, direction: Direction): CalicoRule['source'] {
  return direction === 'ingress' ? rule.source : rule.destination;
}

function opensToInternet(peer: CalicoRule['source'], sets: readonly AddressSet[]): boolean {
  const { selector, nets } = peer;
  if (selector === undefined) return nets.length === 0 || nets.some(isInternet);
  return sets.some(
    set =>
      set.object.kind !== 'HostEndpoint' &&
      selectorTruth(selector, set.labels) === 'yes' &&
      set.ranges.some(isInternet),
  );
}

function opensToOthers(peer: CalicoRule['source'], isGlobal: boolean): boolean {
  if (peer.nets.length > 0) return false;
  return isGlobal || peer.hasNamespaceSelector || peer.selector === undefined;
}

// The reporter read Kubernetes policies after Calico's conversion: one allow rule per peer, in the namespace unless a
// namespaceSelector is written; a selector that is not valid selected nothing.
function flagKubernetes(object: KubernetesObject): FlaggedPolicy {
  const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
  const namespace = object.meta.namespace ?? 'default';
  const types = itemsOf(spec['policyTypes']);
  const selector = parseLabelSelector(spec['podSelector']);
  const hasEgress = itemsOf(spec['egress']).length > 0;
  const peers = { ingress: peersOf(spec, 'ingress', 'from'), egress: peersOf(spec, 'egress', 'to') };
  return {
    printed: `NetworkPolicy.networking.k8s.io/v1(${namespace}/${object.meta.name})`,
    ingressProtected: types.length === 0 || types.includes('Ingress'),
    egressProtected: types.length === 0 ? hasEgress : types.includes('Egress'),
    ingressFromInternet: peers.ingress.some(isInternetPeer),
    egressToInternet: peers.egress.some(isInternetPeer),
    ingressFromOtherNamespace: peers.ingress.some(isOtherNamespacePeer),
    egressToOtherNamespace: peers.egress.some(isOtherNamespacePeer),
    selects: end =>
      end.kind === 'Pod' &&
      end.namespace === namespace &&
      selector.ok &&
      matchesLabels(selector.value, end.ownLabels),
  };
}

// `undefined` = any peer.
function peersOf(
  spec: JsonObject,
  direction: Direction,
  side: 'from' | 'to',
): readonly (JsonObject | undefined)[] {
  return itemsOf(spec[direction])
    .filter(isObject)
    .flatMap(rule => {
      const peers = itemsOf(rule[side]).filter(isObject);
      return peers.length === 0 ? [undefined] : peers;
    });
}

function isInternetPeer(peer: JsonObject | undefined): boolean {
  if (peer === undefined) return true;
  const block = isObject(peer['ipBlock']) ? peer['ipBlock']['cidr'] : undefined;
  const range = typeof block === 'string' ? parseAddressRange(block) : undefined;
  return range !== undefined && isInternet(range);
}

function isOtherNamespacePeer(peer: JsonObject | undefined): boolean {
  return peer === undefined || isObject(peer['namespaceSelector']);
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
