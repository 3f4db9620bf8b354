// Ways in from outside, resolved to Service backends: Ingress of every API version, OpenShift Route, Gateway API routes.
// A Route's port names the target port of the pods; an Ingress's the port of the Service (policy-semantics section 6).
import type { JsonValue } from '../base/json.ts';
import { compareBy, sortedUnique } from '../base/order.ts';
import { groupOf, type KubernetesObject } from './object.ts';
import { at, listAt, numberAt, textAt, textsAt } from './read.ts';
import type { Entry, EntryBackend } from './snapshot.ts';

const GATEWAY_ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const;

/** Builds the entries of one cluster, sorted by kind, namespace and name. */
export function buildEntries(objects: readonly KubernetesObject[]): readonly Entry[] {
  return objects.flatMap(entryOf).sort(
    compareBy(
      entry => entry.kind,
      entry => entry.namespace,
      entry => entry.name,
    ),
  );
}

function entryOf(object: KubernetesObject): readonly Entry[] {
  const group = groupOf(object.apiVersion);
  const gateway = GATEWAY_ROUTES.find(kind => kind === object.kind);
  if (object.kind === 'Ingress' && (group === 'networking.k8s.io' || group === 'extensions'))
    return [entry(object, 'Ingress', ingressHosts(object), ingressBackends(object))];
  if (object.kind === 'Route' && group === 'route.openshift.io')
    return [entry(object, 'Route', [textAt(object.body, 'spec', 'host') ?? ''], routeBackends(object))];
  if (gateway !== undefined && group === 'gateway.networking.k8s.io')
    return [entry(object, gateway, textsAt(object.body, 'spec', 'hostnames'), gatewayBackends(object))];
  return [];
}

function entry(
  object: KubernetesObject,
  kind: Entry['kind'],
  hosts: readonly string[],
  backends: readonly EntryBackend[],
): Entry {
  return {
    kind,
    namespace: object.meta.namespace ?? 'default',
    name: object.meta.name,
    hosts: sortedUnique(hosts.filter(host => host !== '')),
    backends,
    source: object.source,
  };
}

function ingressHosts(object: KubernetesObject): readonly string[] {
  return listAt(object.body, 'spec', 'rules').map(rule => textAt(rule, 'host') ?? '');
}

function ingressBackends(object: KubernetesObject): readonly EntryBackend[] {
  const spec = at(object.body, 'spec');
  const found = [
    at(spec, 'defaultBackend') ?? at(spec, 'backend'),
    ...listAt(spec, 'rules').flatMap(rule => listAt(rule, 'http', 'paths').map(path => at(path, 'backend'))),
  ];
  return found.flatMap(backend => {
    const service = textAt(backend, 'service', 'name') ?? textAt(backend, 'serviceName');
    const port =
      numberAt(backend, 'service', 'port', 'number') ??
      textAt(backend, 'service', 'port', 'name') ??
      portOf(at(backend, 'servicePort'));
    return service === undefined ? [] : [backendOf(object, service, port)];
  });
}

function routeBackends(object: KubernetesObject): readonly EntryBackend[] {
  const spec = at(object.body, 'spec');
  const port = portOf(at(spec, 'port', 'targetPort'));
  return [at(spec, 'to'), ...listAt(spec, 'alternateBackends')].flatMap(backend => {
    const service = textAt(backend, 'name');
    if (service === undefined || (textAt(backend, 'kind') ?? 'Service') !== 'Service') return [];
    return [{ ...backendOf(object, service, port), ...(port === undefined ? {} : { targetPort: true }) }];
  });
}

function gatewayBackends(object: KubernetesObject): readonly EntryBackend[] {
  return listAt(object.body, 'spec', 'rules').flatMap(rule =>
    listAt(rule, 'backendRefs').flatMap(backend => {
      const service = textAt(backend, 'name');
      if (service === undefined || (textAt(backend, 'kind') ?? 'Service') !== 'Service') return [];
      const made = backendOf(object, service, numberAt(backend, 'port'));
      return [{ ...made, namespace: textAt(backend, 'namespace') ?? made.namespace }];
    }),
  );
}

function backendOf(
  object: KubernetesObject,
  service: string,
  port: number | string | undefined,
): EntryBackend {
  return { service, namespace: object.meta.namespace ?? 'default', ...(port === undefined ? {} : { port }) };
}

function portOf(value: JsonValue | undefined): number | string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
}
