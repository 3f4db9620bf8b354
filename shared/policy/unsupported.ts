// Policies of engines that are not simulated: named, with as much of their subject as can be read, so that only the
// verdicts they could touch become indeterminate. Nothing here guesses what such a policy decides.
import { isObject, type JsonValue } from '../base/json.ts';
import { matchesLabels, parseLabelSelector, type LabelSelector } from '../base/label-selector.ts';
import { nameOf, type KubernetesObject } from '../model/object.ts';
import { POLICY_KINDS, policyKindOf } from '../model/policy-kinds.ts';
import { at } from '../model/read.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { Direction, Endpoint, EngineProfile, Truth, UnsupportedPolicy } from './compiled.ts';
import { isCilium } from './cilium/compile.ts';
import { isAdminPolicy } from './admin/read.ts';
import { isMeshPolicy } from './istio/read.ts';
import { isMultiNetworkPolicy } from './networks/read.ts';
import { isNetworkPolicy } from './kubernetes/compile.ts';
import { enforcesFirewalls, isEgressFirewall } from './openshift/egress-firewall.ts';

/** The policies that neither Kubernetes' nor (where honoured) Calico's dialect reads. */
export function findUnsupported(
  snapshot: ClusterSnapshot,
  profile: EngineProfile,
): readonly UnsupportedPolicy[] {
  const read = snapshot.policies.flatMap(object => {
    const kind = policyKindOf(object);
    if (kind?.decides !== true || isNetworkPolicy(object) || isStaged(object)) return [];
    if (kind.group === 'projectcalico.org' && profile.calicoPolicies) return [];
    if (isMultiNetworkPolicy(object)) return [];
    if (isAdminPolicy(object) || isMeshPolicy(object, 'AuthorizationPolicy')) return [];
    if (isEgressFirewall(object) && enforcesFirewalls(profile)) return [];
    if (profile.name === 'cilium' && isCilium(object)) return [];
    if (profile.name === 'np-guard' && !NP_GUARD_GROUPS.includes(kind.group)) return [];
    return [unsupportedPolicy(object, kind.group)];
  });
  return [...read, ...lostPolicies(snapshot)];
}

/** Documents of deciding kinds that could not be read: any of them may allow or deny, where it stands or anywhere. */
function lostPolicies(snapshot: ClusterSnapshot): readonly UnsupportedPolicy[] {
  return (snapshot.collection.lost ?? [])
    .filter(({ kind, group }) =>
      POLICY_KINDS.some(known => known.kind === kind && known.group === group && known.decides),
    )
    .filter(({ kind }) => !kind.startsWith('Staged'))
    .map(({ kind, group, namespace, source }) => ({
      id: `${kind}.${group} in ${source.file}`,
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      name: source.file,
      reason: 'its document could not be read, so that what it says is not known',
      source,
    }));
}

/** What the np-guard reader itself understands; it passes over every other policy kind. */
const NP_GUARD_GROUPS = ['k8s.cni.cncf.io'];

function isStaged(object: KubernetesObject): boolean {
  return object.kind.startsWith('Staged');
}

function unsupportedPolicy(object: KubernetesObject, group: string): UnsupportedPolicy {
  const subject = subjectOf(object, group);
  return {
    id: nameOf(object),
    kind: object.kind,
    ...(object.meta.namespace === undefined ? {} : { namespace: object.meta.namespace }),
    name: object.meta.name,
    reason: `kind ${object.kind} of ${group} is not simulated under this profile`,
    source: object.source,
    ...(subject.selects === undefined ? {} : { selects: subject.selects }),
    ...(subject.directions === undefined ? {} : { directions: subject.directions }),
    ...(subject.restrictsOnly === true ? { restrictsOnly: true } : {}),
  };
}

interface Subject {
  readonly selects?: (endpoint: Endpoint) => Truth;
  readonly directions?: readonly Direction[];
  readonly restrictsOnly?: boolean;
}

function subjectOf(object: KubernetesObject, group: string): Subject {
  switch (group) {
    case 'cilium.io':
      return selecting(ciliumSubject(object));
    case 'k8s.ovn.org':
    case 'network.openshift.io':
      return { directions: ['egress'], restrictsOnly: true };
    default:
      return {};
  }
}

type Reads = (endpoint: Endpoint) => boolean;

function selecting(reads: Reads | undefined): Subject {
  if (reads === undefined) return {};
  return { selects: endpoint => (endpoint.kind === 'pod' && reads(endpoint) ? 'yes' : 'no') };
}

/** Only plain label keys can be read; keys with other sources (`reserved:`, namespace labels) leave the subject open. */
function ciliumSubject(object: KubernetesObject): Reads | undefined {
  if (at(object.body, 'specs') !== undefined) return undefined;
  const given = at(object.body, 'spec', 'endpointSelector');
  if (!isObject(given)) return undefined;
  const plain = JSON.parse(JSON.stringify(given).replace(/"(?:k8s|any):/g, '"')) as JsonValue;
  const selector = selectorOf(plain);
  if (selector === undefined || selector.requirements.some(item => item.key.startsWith('io.')))
    return undefined;
  const namespace = object.meta.namespace;
  return endpoint =>
    (namespace === undefined || endpoint.namespace === namespace) && matchesLabels(selector, endpoint.labels);
}

function selectorOf(value: JsonValue | undefined): LabelSelector | undefined {
  if (!isObject(value)) return undefined;
  const selector = parseLabelSelector(value);
  return selector.ok ? selector.value : undefined;
}
