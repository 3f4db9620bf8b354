// The networks of a cluster beside its pod network: user-defined primary ones (OVN-Kubernetes) and secondary attachments
// (Multus), read from their objects and from what pods and virtual machines ask for (policy-semantics section 7).
import type { PodId } from '../../base/brand.ts';
import { isObject, type JsonValue } from '../../base/json.ts';
import { matchesLabels, parseLabelSelector } from '../../base/label-selector.ts';
import { compareBy, sortedUnique } from '../../base/order.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { groupOf, type KubernetesObject } from '../../model/object.ts';
import { at, listAt, textAt, textsAt } from '../../model/read.ts';
import type { ClusterSnapshot, Pod } from '../../model/snapshot.ts';
import { NAMESPACE_NAME } from '../pod-pattern.ts';

/** A primary network of namespaces that asked for one; their pods talk to no other primary network. */
export interface PrimaryNetwork {
  readonly object: KubernetesObject;
  /** Namespaces by name, sorted. */
  readonly namespaces: readonly string[];
  /** Namespaces that are meant, and that lack the label without which they do not join. */
  readonly unlabelled: readonly string[];
}

/** A secondary network by the name of its attachment definitions, with its pods' addresses there. */
export interface SecondaryNetwork {
  readonly name: string;
  readonly members: ReadonlyMap<PodId, readonly string[]>;
}

/** Objects of user-defined networks, whichever operator's group they are written in. */
export function isUserNetwork(object: KubernetesObject): boolean {
  const group = groupOf(object.apiVersion);
  return (
    (group === 'k8s.ovn.org' || group === 'nmstate.io') &&
    (object.kind === 'UserDefinedNetwork' || object.kind === 'ClusterUserDefinedNetwork')
  );
}

/** Whether an object is a policy of secondary networks. */
export function isMultiNetworkPolicy(object: KubernetesObject): boolean {
  return object.kind === 'MultiNetworkPolicy' && groupOf(object.apiVersion) === 'k8s.cni.cncf.io';
}

const PRIMARY_LABEL = 'k8s.ovn.org/primary-user-defined-network';

/** Reads one user-defined network; undefined where it is a secondary one. */
export function readPrimaryNetwork(
  object: KubernetesObject,
  namespaces: ClusterSnapshot['namespaces'],
): Result<PrimaryNetwork | undefined> {
  const isCluster = object.kind === 'ClusterUserDefinedNetwork';
  const where = isCluster ? 'spec.network' : 'spec';
  const spec = isCluster ? at(object.body, 'spec', 'network') : object.body['spec'];
  if (!isObject(spec)) return refuse(`${where} must be an object`);
  const topology = textAt(spec, 'topology') ?? '';
  const field = LAYERS[topology];
  if (field === undefined) return refuse(`${where}.topology must be Layer2, Layer3 or Localnet`);
  if (field !== 'localnet' && textAt(spec, field, 'role') !== 'Primary') return ok(undefined);
  if (field === 'localnet') return ok(undefined);
  if (object.meta.name === 'default') return refuse('a user-defined network cannot be named default');
  const selected = isCluster
    ? selectedBy(at(object.body, 'spec', 'namespaceSelector'), namespaces)
    : ok(namespaces.filter(namespace => namespace.name === (object.meta.namespace ?? 'default')));
  if (!selected.ok) return selected;
  const joins = (namespace: (typeof namespaces)[number]): boolean =>
    Object.hasOwn(namespace.labels, PRIMARY_LABEL);
  return ok({
    object,
    namespaces: selected.value.filter(joins).map(namespace => namespace.name),
    unlabelled: selected.value.filter(namespace => !joins(namespace)).map(namespace => namespace.name),
  });
}

const LAYERS: Readonly<Record<string, 'layer2' | 'layer3' | 'localnet'>> = {
  Layer2: 'layer2',
  Layer3: 'layer3',
  Localnet: 'localnet',
};

function selectedBy(
  value: JsonValue | undefined,
  namespaces: ClusterSnapshot['namespaces'],
): Result<ClusterSnapshot['namespaces']> {
  const selector = parseLabelSelector(value);
  if (!selector.ok) return refuse(`spec.namespaceSelector: ${selector.problem.message}`);
  return ok(
    namespaces.filter(namespace =>
      matchesLabels(selector.value, { [NAMESPACE_NAME]: namespace.name, ...namespace.labels }),
    ),
  );
}

/**
 * The secondary networks that pods and virtual machines are attached to. Definitions of one name count as one network,
 * in whatever namespaces they stand: which wires they lead to is not in an export.
 */
export function secondaryNetworks(snapshot: ClusterSnapshot): readonly SecondaryNetwork[] {
  const machines = new Map(
    snapshot.objects
      .filter(object => object.kind === 'VirtualMachine')
      .map(object => [`${object.meta.namespace ?? 'default'}/${object.meta.name}[VirtualMachine]`, object]),
  );
  const found = new Map<string, Map<PodId, readonly string[]>>();
  for (const pod of snapshot.pods.filter(one => one.live)) {
    for (const attachment of attachmentsOf(pod, machines.get(pod.workload))) {
      const members = found.get(attachment.network) ?? new Map<PodId, readonly string[]>();
      members.set(pod.id, sortedUnique([...(members.get(pod.id) ?? []), ...attachment.ips]));
      found.set(attachment.network, members);
    }
  }
  return [...found].map(([name, members]) => ({ name, members })).sort(compareBy(network => network.name));
}

interface Attachment {
  readonly network: string;
  readonly ips: readonly string[];
}

function attachmentsOf(pod: Pod, machine: KubernetesObject | undefined): readonly Attachment[] {
  const asked = askedFor(pod.annotations['k8s.v1.cni.cncf.io/networks'] ?? '');
  const given = reported(pod.annotations['k8s.v1.cni.cncf.io/network-status'] ?? '');
  const ofMachine =
    machine === undefined
      ? []
      : listAt(machine.body, 'spec', 'template', 'spec', 'networks').flatMap(item => {
          const name = textAt(item, 'multus', 'networkName');
          return name === undefined ? [] : [{ network: bareName(name), ips: [] }];
        });
  return [...asked, ...given, ...ofMachine];
}

/** `[namespace/]name[@interface]`, several with commas; or a JSON list. */
function askedFor(text: string): readonly Attachment[] {
  const list = jsonList(text);
  if (list === undefined)
    return text
      .split(',')
      .map(word => bareName(word.trim()))
      .filter(network => network !== '')
      .map(network => ({ network, ips: [] }));
  return list.flatMap(item => {
    const name = textAt(item, 'name');
    return name === undefined
      ? []
      : [{ network: bareName(name), ips: textsAt(item, 'ips').map(bareAddress) }];
  });
}

/** What the agent reports of a running pod; its default network is not an attachment. */
function reported(text: string): readonly Attachment[] {
  return (jsonList(text) ?? []).flatMap(item => {
    const name = textAt(item, 'name');
    if (name === undefined || at(item, 'default') === true || !name.includes('/')) return [];
    return [{ network: bareName(name), ips: textsAt(item, 'ips').map(bareAddress) }];
  });
}

function jsonList(text: string): readonly JsonValue[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function bareName(name: string): string {
  return name.replace(/^.*\//, '').replace(/@.*$/, '');
}

function bareAddress(address: string): string {
  return address.replace(/\/\d+$/, '');
}

/** The names of the secondary networks that a policy is for. */
export function networksOfPolicy(policy: KubernetesObject): readonly string[] {
  const text = policy.meta.annotations['k8s.v1.cni.cncf.io/policy-for'] ?? '';
  return text
    .split(',')
    .map(word => bareName(word.trim()))
    .filter(name => name !== '');
}

function refuse(message: string): Result<never> {
  return failed('policy.network.invalid', message);
}
