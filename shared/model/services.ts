// Services and the pods behind them: EndpointSlices and Endpoints where exported (they are the truth), else the selector.
// Pods that are not ready count too: what may answer in a minute matters to an assessor.
import type { PodId } from '../base/brand.ts';
import type { JsonValue } from '../base/json.ts';
import { compareBy, sortedUnique } from '../base/order.ts';
import { groupOf, type KubernetesObject } from './object.ts';
import { readProtocol } from './pod-spec.ts';
import { at, labelsAt, listAt, numberAt, objectAt, textAt, textsAt } from './read.ts';
import type { Labels, Pod, Service, ServicePort } from './snapshot.ts';

/** Builds the services of one cluster, sorted by namespace and name. */
export function buildServices(
  objects: readonly KubernetesObject[],
  pods: readonly Pod[],
): readonly Service[] {
  const backing = backingPods(objects, pods);
  return objects
    .filter(object => object.kind === 'Service' && groupOf(object.apiVersion) === '')
    .map(object => serviceOf(object, pods, backing))
    .sort(
      compareBy(
        service => service.namespace,
        service => service.name,
      ),
    );
}

function serviceOf(
  object: KubernetesObject,
  pods: readonly Pod[],
  backing: ReadonlyMap<string, ReadonlySet<PodId>>,
): Service {
  const namespace = object.meta.namespace ?? 'default';
  const spec = at(object.body, 'spec');
  const selector = objectAt(spec, 'selector') === undefined ? undefined : labelsAt(spec, 'selector');
  const listed = backing.get(`${namespace}/${object.meta.name}`);
  const traffic = textAt(spec, 'externalTrafficPolicy');
  return {
    namespace,
    name: object.meta.name,
    type: textAt(spec, 'type') ?? 'ClusterIP',
    ...(selector === undefined ? {} : { selector }),
    ports: listAt(spec, 'ports').flatMap(readServicePort),
    clusterIps: sortedUnique(
      [...textsAt(spec, 'clusterIPs'), textAt(spec, 'clusterIP') ?? ''].filter(
        ip => ip !== '' && ip !== 'None',
      ),
    ),
    externalIps: sortedUnique(textsAt(spec, 'externalIPs')),
    loadBalancer: sortedUnique(
      listAt(object.body, 'status', 'loadBalancer', 'ingress').flatMap(item =>
        [textAt(item, 'ip'), textAt(item, 'hostname')].filter(text => text !== undefined),
      ),
    ),
    ...(traffic === undefined ? {} : { externalTrafficPolicy: traffic }),
    pods: sortedUnique(listed ?? selectedPods(pods, namespace, selector)) as PodId[],
    source: object.source,
  };
}

function selectedPods(
  pods: readonly Pod[],
  namespace: string,
  selector: Labels | undefined,
): readonly PodId[] {
  const wanted = Object.entries(selector ?? {});
  if (wanted.length === 0) return [];
  return pods
    .filter(pod => pod.live && pod.namespace === namespace)
    .filter(pod =>
      wanted.every(([key, value]) => Object.hasOwn(pod.labels, key) && pod.labels[key] === value),
    )
    .map(pod => pod.id);
}

function readServicePort(item: JsonValue): readonly ServicePort[] {
  const port = numberAt(item, 'port');
  const protocol = readProtocol(at(item, 'protocol'));
  if (port === undefined || protocol === undefined) return [];
  const name = textAt(item, 'name');
  const target = numberAt(item, 'targetPort') ?? textAt(item, 'targetPort');
  const nodePort = numberAt(item, 'nodePort');
  const appProtocol = textAt(item, 'appProtocol');
  return [
    {
      port,
      protocol,
      ...(name === undefined ? {} : { name }),
      ...(target === undefined || target === '' ? {} : { targetPort: target }),
      ...(nodePort === undefined ? {} : { nodePort }),
      ...(appProtocol === undefined ? {} : { appProtocol }),
    },
  ];
}

function backingPods(
  objects: readonly KubernetesObject[],
  pods: readonly Pod[],
): ReadonlyMap<string, ReadonlySet<PodId>> {
  const live = new Map(pods.filter(pod => pod.live).map(pod => [pod.id as string, pod.id]));
  const byIp = new Map(
    pods.filter(pod => pod.live && !pod.hostNetwork).flatMap(pod => pod.ips.map(ip => [ip, pod.id] as const)),
  );
  const backing = new Map<string, Set<PodId>>();
  for (const object of objects) {
    const service = serviceBehind(object);
    if (service === undefined) continue;
    const members = backing.get(service) ?? new Set<PodId>();
    for (const { name, ips } of backendsOf(object)) {
      const named = live.get(`${object.meta.namespace ?? 'default'}/${name ?? ''}`);
      const found = named === undefined ? ips.flatMap(ip => byIp.get(ip) ?? []) : [named];
      for (const id of found) members.add(id);
    }
    if (members.size > 0) backing.set(service, members);
  }
  return backing;
}

function serviceBehind(object: KubernetesObject): string | undefined {
  const namespace = object.meta.namespace ?? 'default';
  if (object.kind === 'Endpoints' && groupOf(object.apiVersion) === '')
    return `${namespace}/${object.meta.name}`;
  const service = object.meta.labels['kubernetes.io/service-name'];
  return object.kind === 'EndpointSlice' && service !== undefined ? `${namespace}/${service}` : undefined;
}

function backendsOf(
  object: KubernetesObject,
): readonly { readonly name: string | undefined; readonly ips: readonly string[] }[] {
  if (object.kind === 'EndpointSlice') {
    return listAt(object.body, 'endpoints').map(item => ({
      name: textAt(item, 'targetRef', 'kind') === 'Pod' ? textAt(item, 'targetRef', 'name') : undefined,
      ips: textsAt(item, 'addresses'),
    }));
  }
  return listAt(object.body, 'subsets')
    .flatMap(subset => [...listAt(subset, 'addresses'), ...listAt(subset, 'notReadyAddresses')])
    .map(item => ({
      name: textAt(item, 'targetRef', 'kind') === 'Pod' ? textAt(item, 'targetRef', 'name') : undefined,
      ips: [textAt(item, 'ip') ?? ''],
    }));
}
