// Sidecar resources and the outbound mode of the mesh: they narrow what a proxy is told about, and are no boundary
// (policy-semantics section 5). They are named with the verdicts of the pods they are for, and never decide.
import { compareBy } from '../../base/order.ts';
import { groupOf, nameOf, type KubernetesObject } from '../../model/object.ts';
import { at, labelsAt, listAt, numberAt, objectAt, textAt, textsAt } from '../../model/read.ts';
import type { ClusterSnapshot, Labels } from '../../model/snapshot.ts';
import type { Endpoint, Truth, WeakControl } from '../compiled.ts';
import { isMember } from './mesh-membership.ts';
import { rootNamespace } from './settings.ts';

/** The weak controls of a mesh, sorted by name. */
export function sidecars(snapshot: ClusterSnapshot): readonly WeakControl[] {
  const all = snapshot.objects.filter(isSidecar).map(readSidecar);
  const root = rootNamespace(snapshot);
  const known = new WeakMap<Endpoint, readonly Sidecar[]>();
  const applying: Applying = end => {
    const found = known.get(end) ?? sidecarsOf(end, all, root);
    known.set(end, found);
    return found;
  };
  return [...all.flatMap(sidecar => controlsOf(sidecar, applying)), ...outboundMode(snapshot, applying)].sort(
    compareBy(
      control => control.id,
      control => control.direction,
      control => control.source.file,
      control => control.source.line,
    ),
  );
}

interface Sidecar {
  readonly object: KubernetesObject;
  readonly labels: Labels;
  readonly hosts: readonly string[];
  readonly mode?: string;
  readonly ports: readonly string[];
}

type Applying = (end: Endpoint) => readonly Sidecar[];

function isSidecar(object: KubernetesObject): boolean {
  return object.kind === 'Sidecar' && groupOf(object.apiVersion) === 'networking.istio.io';
}

function readSidecar(object: KubernetesObject): Sidecar {
  const mode = textAt(object.body, 'spec', 'outboundTrafficPolicy', 'mode');
  return {
    object,
    labels: labelsAt(object.body, 'spec', 'workloadSelector', 'labels'),
    hosts: listAt(object.body, 'spec', 'egress').flatMap(item => textsAt(item, 'hosts')),
    ...(mode === undefined ? {} : { mode }),
    ports: listAt(object.body, 'spec', 'ingress').map(item => {
      const port = at(item, 'port');
      return `port ${numberAt(port, 'number') ?? '?'} ${textAt(port, 'protocol') ?? ''}`.trim();
    }),
  };
}

/** The one that selects a workload, else that of its namespace, else that of the root; several of one kind all may. */
function sidecarsOf(end: Endpoint, all: readonly Sidecar[], root: string): readonly Sidecar[] {
  if (end.kind !== 'pod' || end.mesh?.how !== 'sidecar') return [];
  const near = all.filter(({ object }) => object.meta.namespace === end.namespace);
  const selecting = near.filter(({ labels }) => hasLabels(labels) && isFor(labels, end));
  if (selecting.length > 0) return selecting;
  const whole = near.filter(({ labels }) => !hasLabels(labels));
  if (whole.length > 0) return whole;
  return all.filter(({ object, labels }) => object.meta.namespace === root && !hasLabels(labels));
}

function hasLabels(labels: Labels): boolean {
  return Object.keys(labels).length > 0;
}

function isFor(labels: Labels, end: Endpoint): boolean {
  return Object.entries(labels).every(([key, value]) => end.labels[key] === value);
}

const NO_BOUNDARY = 'that is configuration, not a boundary, and counts for nothing here';

function controlsOf(sidecar: Sidecar, applying: Applying): readonly WeakControl[] {
  const { object, hosts, mode, ports } = sidecar;
  const id = nameOf(object);
  const selects = (end: Endpoint): Truth => (applying(end).includes(sidecar) ? isMember(end) : 'no');
  const told = [
    ...(hosts.length === 0 ? [] : [`hosts ${hosts.join(', ')}`]),
    ...(mode === undefined ? [] : [`outbound mode ${mode}`]),
  ].join('; ');
  const control = (direction: WeakControl['direction'], text: string): WeakControl => ({
    id,
    direction,
    text: `${id} ${text}: ${NO_BOUNDARY}`,
    source: object.source,
    selects,
  });
  const out = `narrows what its workloads are told about (${told === '' ? 'nothing named' : told})`;
  const into = `declares ways in to its workloads (${ports.join(', ')})`;
  return [
    ...(told === '' && ports.length > 0 ? [] : [control('egress', out)]),
    ...(ports.length === 0 ? [] : [control('ingress', into)]),
  ];
}

/** REGISTRY_ONLY for the whole mesh, but for workloads whose Sidecar says otherwise. */
function outboundMode(snapshot: ClusterSnapshot, applying: Applying): readonly WeakControl[] {
  const map = snapshot.objects.find(
    object =>
      object.kind === 'ConfigMap' && object.meta.name === 'istio' && object.meta.namespace === 'istio-system',
  );
  const mesh = map === undefined ? undefined : textAt(objectAt(map.body, 'data'), 'mesh');
  if (map === undefined || mesh === undefined || !/mode:\s*["']?REGISTRY_ONLY/.test(mesh)) return [];
  return [
    {
      id: nameOf(map),
      direction: 'egress',
      text: `the mesh sends only to hosts of its registry (REGISTRY_ONLY): ${NO_BOUNDARY}`,
      source: map.source,
      selects: end =>
        end.mesh?.how !== 'sidecar' || applying(end).some(({ mode }) => mode !== undefined)
          ? 'no'
          : isMember(end),
    },
  ];
}
