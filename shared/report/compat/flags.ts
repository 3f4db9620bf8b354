// Flags of endpoints, namespaces and services as the retired compliance reporter gave them (calico.md 1.3), for one moment:
// an endpoint has every flag of any policy that selects it; host-network pods count, finished pods do not.
import { compareBy, compareText, sortedUnique } from '../../base/order.ts';
import { isObject } from '../../base/json.ts';
import { ensure } from '../../base/assert.ts';
import type { ClusterSnapshot, Pod } from '../../model/snapshot.ts';
import { isCalico } from '../../policy/calico/address-set.ts';
import {
  knownOwners,
  ownLabels,
  podLabels,
  selectorTruth,
  type KnownOwners,
} from '../../policy/calico/labels.ts';
import { parseSelector } from '../../policy/calico/selector.ts';
import { flagPolicies, type CompatFlags, type FlaggedPolicy, type LabelledEnd } from './policy-flags.ts';

/** An endpoint in scope. */
export interface CompatEndpoint extends CompatFlags {
  /** `Pod.v1(ns/name)` or `HostEndpoint(name)`. */
  readonly printed: string;
  readonly kind: 'Pod' | 'HostEndpoint';
  readonly namespace?: string;
  readonly name: string;
  /** `generateName*` of a pod that a controller made: its name in aggregated flow logs. */
  readonly aggregate?: string;
  readonly serviceAccount?: string;
  readonly envoyEnabled: boolean;
  /** Sorted, without duplicates. */
  readonly appliedPolicies: readonly string[];
  readonly services: readonly string[];
}

/** A namespace or service with in-scope endpoints: exposure by any of them, protection by all. */
export interface CompatGroup extends CompatFlags {
  readonly printed: string;
  readonly envoyEnabled: boolean;
}

/** Endpoints in scope; `selector` is a Calico selector that the caller has checked with `parseSelector`. */
export function compatEndpoints(snapshot: ClusterSnapshot, selector = ''): readonly CompatEndpoint[] {
  const parsed = parseSelector(selector);
  const scope = ensure(parsed.ok ? parsed.value : undefined, 'callers check the endpoint selector first');
  const policies = flagPolicies(snapshot);
  const known = knownOwners(snapshot);
  const aggregates = aggregateNames(snapshot);
  const endpoints: CompatEndpoint[] = [];
  for (const pod of snapshot.pods) {
    if (isFinished(pod)) continue;
    const end = labelled(pod, snapshot, known);
    if (selectorTruth(scope, end.labels) === 'yes')
      endpoints.push(flagPod(pod, end, snapshot, policies, aggregates));
  }
  for (const object of snapshot.policies.filter(some => some.kind === 'HostEndpoint' && isCalico(some))) {
    const labels = ownLabels(object.meta.labels);
    const end: LabelledEnd = { kind: 'HostEndpoint', labels, ownLabels: object.meta.labels };
    if (selectorTruth(scope, labels) !== 'yes') continue;
    const { name } = object.meta;
    endpoints.push({
      printed: `HostEndpoint(${name})`,
      kind: 'HostEndpoint',
      name,
      ...applied(policies, end),
      envoyEnabled: false,
      services: [],
    });
  }
  return endpoints.sort(compareBy(endpoint => endpoint.printed));
}

/** Namespaces of endpoints in scope. */
export function compatNamespaces(endpoints: readonly CompatEndpoint[]): readonly CompatGroup[] {
  const names = sortedUnique(
    endpoints.map(endpoint => endpoint.namespace).filter(name => name !== undefined),
  );
  return names.map(name => ({
    printed: `Namespace.v1(${name})`,
    ...group(endpoints.filter(endpoint => endpoint.namespace === name)),
  }));
}

/** Services that lead to endpoints in scope. */
export function compatServices(endpoints: readonly CompatEndpoint[]): readonly CompatGroup[] {
  return sortedUnique(endpoints.flatMap(endpoint => endpoint.services)).map(printed => ({
    printed,
    ...group(endpoints.filter(endpoint => endpoint.services.includes(printed))),
  }));
}

const FLAGS = [
  'ingressProtected',
  'egressProtected',
  'ingressFromInternet',
  'egressToInternet',
  'ingressFromOtherNamespace',
  'egressToOtherNamespace',
] as const;

function isFinished(pod: Pod): boolean {
  return /^(Succeeded|Failed|Completed)$/.test(pod.phase ?? '') || (pod.synthetic && !pod.live);
}

function labelled(pod: Pod, snapshot: ClusterSnapshot, known: KnownOwners): LabelledEnd {
  const namespace = snapshot.namespaces.find(some => some.name === pod.namespace);
  const account = snapshot.serviceAccounts.find(
    some => some.namespace === pod.namespace && some.name === pod.serviceAccount,
  );
  const labels = podLabels(
    {
      id: pod.id,
      kind: 'pod',
      namespace: pod.namespace,
      labels: pod.labels,
      namespaceLabels: namespace?.labels ?? {},
      serviceAccount: pod.serviceAccount,
      serviceAccountLabels: account?.labels ?? {},
      ips: [],
      ports: [],
      hostNetwork: pod.hostNetwork,
    },
    known,
  );
  return { kind: 'Pod', namespace: pod.namespace, labels, ownLabels: pod.labels };
}

function flagPod(
  pod: Pod,
  end: LabelledEnd,
  snapshot: ClusterSnapshot,
  policies: readonly FlaggedPolicy[],
  aggregates: ReadonlyMap<string, string>,
): CompatEndpoint {
  const aggregate = aggregates.get(pod.id);
  const services = snapshot.services.filter(service => service.pods.includes(pod.id));
  return {
    printed: `Pod.v1(${pod.namespace}/${pod.name})`,
    kind: 'Pod',
    namespace: pod.namespace,
    name: pod.name,
    ...(aggregate === undefined ? {} : { aggregate }),
    serviceAccount: `${pod.namespace}/${pod.serviceAccount}`,
    ...applied(policies, end),
    envoyEnabled: isEnvoyEnabled(pod),
    services: sortedUnique(services.map(service => `Service.v1(${service.namespace}/${service.name})`)),
  };
}

function applied(
  policies: readonly FlaggedPolicy[],
  end: LabelledEnd,
): CompatFlags & { readonly appliedPolicies: readonly string[] } {
  const selecting = policies.filter(policy => policy.selects(end));
  return {
    ...flags(flag => selecting.some(policy => policy[flag])),
    appliedPolicies: sortedUnique(selecting.map(policy => policy.printed)),
  };
}

function flags(of: (flag: (typeof FLAGS)[number]) => boolean): CompatFlags {
  return {
    ingressProtected: of('ingressProtected'),
    egressProtected: of('egressProtected'),
    ingressFromInternet: of('ingressFromInternet'),
    egressToInternet: of('egressToInternet'),
    ingressFromOtherNamespace: of('ingressFromOtherNamespace'),
    egressToOtherNamespace: of('egressToOtherNamespace'),
  };
}

function group(endpoints: readonly CompatEndpoint[]): Omit<CompatGroup, 'printed'> {
  const all = flags(flag => {
    const has = (endpoint: CompatEndpoint): boolean => endpoint[flag];
    return flag.endsWith('Protected') ? endpoints.every(has) : endpoints.some(has);
  });
  return { ...all, envoyEnabled: endpoints.every(endpoint => endpoint.envoyEnabled) };
}

// Classic sidecar injection only: newer Istio (proxyv2 as init image, CNI, native sidecars, ambient) gave false, and so do we here.
function isEnvoyEnabled(pod: Pod): boolean {
  const has = (isInit: boolean, form: RegExp): boolean =>
    pod.containers.some(container => (container.role === 'main') !== isInit && form.test(container.image));
  const status = pod.annotations['sidecar.istio.io/status'];
  return status !== undefined && has(true, /\/istio\/proxy_init:/) && has(false, /\/istio\/proxy/);
}

// `metadata.generateName` where exported, else the pod's name without the part its controller added.
function aggregateNames(snapshot: ClusterSnapshot): ReadonlyMap<string, string> {
  const generated = new Map<string, string>();
  for (const object of snapshot.objects.filter(some => some.kind === 'Pod')) {
    const metadata = object.body['metadata'];
    const name = isObject(metadata) ? metadata['generateName'] : undefined;
    if (typeof name === 'string')
      generated.set(`${object.meta.namespace ?? 'default'}/${object.meta.name}`, name);
  }
  const names = new Map<string, string>();
  for (const pod of [...snapshot.pods].sort((a, b) => compareText(a.id, b.id))) {
    const isBare = pod.workload.endsWith('[Pod]') || pod.synthetic;
    const derived = isBare ? undefined : pod.name.replace(/[^-]*$/, '');
    const prefix = generated.get(pod.id) ?? derived;
    if (prefix !== undefined && prefix !== '') names.set(pod.id, `${prefix}*`);
  }
  return names;
}
