// Sidecar resources and the outbound mode of the mesh: they narrow what a proxy is told about, and are no boundary
// (policy-semantics section 5). They are named with the verdicts of the pods they are for, and never decide.
import { compareBy } from '../../base/order.ts';
import { groupOf, nameOf, type KubernetesObject } from '../../model/object.ts';
import { labelsAt, objectAt, textAt, textsAt, listAt } from '../../model/read.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Endpoint, Truth, WeakControl } from '../compiled.ts';
import { isMember } from './mesh-membership.ts';
import { rootNamespace } from './settings.ts';

/** The weak controls of a mesh, sorted by name. */
export function sidecars(snapshot: ClusterSnapshot): readonly WeakControl[] {
  const root = rootNamespace(snapshot);
  const found = snapshot.objects.filter(isSidecar).map(object => readSidecar(object, root));
  const outbound = outboundMode(snapshot);
  return [...found, ...(outbound === undefined ? [] : [outbound])].sort(compareBy(control => control.id));
}

function isSidecar(object: KubernetesObject): boolean {
  return object.kind === 'Sidecar' && groupOf(object.apiVersion) === 'networking.istio.io';
}

function readSidecar(object: KubernetesObject, root: string): WeakControl {
  const labels = labelsAt(object.body, 'spec', 'workloadSelector', 'labels');
  const hosts = listAt(object.body, 'spec', 'egress').flatMap(item => textsAt(item, 'hosts'));
  const mode = textAt(object.body, 'spec', 'outboundTrafficPolicy', 'mode');
  const told = [
    ...(hosts.length === 0 ? [] : [`hosts ${hosts.join(', ')}`]),
    ...(mode === undefined ? [] : [`outbound mode ${mode}`]),
  ].join('; ');
  const { namespace } = object.meta;
  const selects = (end: Endpoint): Truth => {
    if (end.kind !== 'pod' || (namespace !== root && namespace !== end.namespace)) return 'no';
    return Object.entries(labels).every(([key, value]) => end.labels[key] === value) ? isMember(end) : 'no';
  };
  return {
    id: nameOf(object),
    text: `${nameOf(object)} narrows what its workloads are told about (${told === '' ? 'nothing named' : told}): that is configuration, not a boundary, and counts for nothing here`,
    source: object.source,
    selects,
  };
}

/** REGISTRY_ONLY for the whole mesh. */
function outboundMode(snapshot: ClusterSnapshot): WeakControl | undefined {
  const map = snapshot.objects.find(
    object =>
      object.kind === 'ConfigMap' && object.meta.name === 'istio' && object.meta.namespace === 'istio-system',
  );
  const mesh = map === undefined ? undefined : textAt(objectAt(map.body, 'data'), 'mesh');
  if (map === undefined || mesh === undefined || !/mode:\s*["']?REGISTRY_ONLY/.test(mesh)) return undefined;
  return {
    id: nameOf(map),
    text: 'the mesh sends only to hosts of its registry (REGISTRY_ONLY): that is configuration, not a boundary, and counts for nothing here',
    source: map.source,
    selects: isMember,
  };
}
