// Pods and the workloads they belong to: the topmost controller, or (np-guard) the owner a pod names.
// Controllers without a live pod get one made from their template, so that intent alone can be judged.
import type { ClusterId, PodId, WorkloadId } from '../base/brand.ts';
import type { JsonValue } from '../base/json.ts';
import { compareBy, compareText } from '../base/order.ts';
import { groupOf, type KubernetesObject, type OwnerReference } from './object.ts';
import { readPodSpec } from './pod-spec.ts';
import { at, labelsAt, listAt, numberAt, textAt } from './read.ts';
import type { Labels, Pod, Workload } from './snapshot.ts';

/** Pods and workloads of one cluster, both sorted by id. */
export interface PodsAndWorkloads {
  readonly pods: readonly Pod[];
  readonly workloads: readonly Workload[];
}

interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** Builds pods and workloads from identified objects. */
export function buildWorkloads(
  cluster: ClusterId,
  objects: readonly KubernetesObject[],
  options: { readonly directOwner: boolean },
): PodsAndWorkloads {
  const controllers = new Map<string, KubernetesObject>();
  for (const object of objects) {
    if (templateOf(object) !== undefined) controllers.set(keyOf(object.meta.namespace, object), object);
  }
  const pods = objects
    .filter(object => object.kind === 'Pod' && groupOf(object.apiVersion) === '')
    .map(object => podOf(object, controllers, options.directOwner));
  const withPods = new Set(pods.filter(pod => pod.live).map(pod => pod.workload));
  const templates = [...controllers.values()]
    .filter(object => options.directOwner || isTopmost(object, controllers))
    .filter(object => !withPods.has(workloadId(object.meta.namespace, ownerOf(object))))
    .map(object => podOfTemplate(object));
  const all = [...pods, ...templates].sort(compareBy(pod => pod.id));
  return { pods: all, workloads: collectWorkloads(cluster, all, controllers) };
}

/** The path to the pod template of a controller kind; undefined for other kinds. */
function templateOf(object: KubernetesObject): JsonValue | undefined {
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'ReplicationController':
    case 'DeploymentConfig':
    case 'Rollout':
    case 'VirtualMachine':
      return at(object.body, 'spec', 'template');
    case 'CronJob':
      return at(object.body, 'spec', 'jobTemplate', 'spec', 'template');
    default:
      return undefined;
  }
}

function podOf(
  object: KubernetesObject,
  controllers: ReadonlyMap<string, KubernetesObject>,
  directOwner: boolean,
): Pod {
  const namespace = object.meta.namespace ?? 'default';
  const spec = readPodSpec(at(object.body, 'spec'));
  const direct = controllingOwner(object);
  const owner =
    direct === undefined
      ? { kind: 'Pod', name: object.meta.name }
      : directOwner
        ? { kind: direct.kind === '' ? 'Pod' : direct.kind, name: direct.name }
        : topmost(namespace, direct, object, controllers);
  const phase = textAt(object.body, 'status', 'phase');
  const hostIp = textAt(object.body, 'status', 'hostIP');
  const ips = podIps(object.body);
  return {
    id: `${namespace}/${object.meta.name}` as PodId,
    namespace,
    name: object.meta.name,
    labels: object.meta.labels,
    workload: workloadId(namespace, owner),
    ...spec,
    ...(phase === undefined ? {} : { phase }),
    ips,
    ...(hostIp === undefined ? {} : { hostIp }),
    live: isLive(object, ips, hostIp, directOwner),
    synthetic: false,
    annotations: object.meta.annotations,
    source: object.source,
  };
}

function podOfTemplate(object: KubernetesObject): Pod {
  const namespace = object.meta.namespace ?? 'default';
  const template = templateOf(object);
  const workload = workloadId(namespace, ownerOf(object));
  return {
    id: workload as string as PodId,
    namespace,
    name: object.meta.name,
    labels: labelsAt(template, 'metadata', 'labels'),
    workload,
    ...readPodSpec(at(template, 'spec')),
    ips: [],
    live: !isFinishedJob(object),
    synthetic: true,
    annotations: labelsAt(template, 'metadata', 'annotations'),
    source: object.source,
  };
}

function podIps(body: JsonValue): readonly string[] {
  const listed = listAt(body, 'status', 'podIPs').map(item => textAt(item, 'ip'));
  const ips = [...listed, textAt(body, 'status', 'podIP')].filter(ip => ip !== undefined && ip !== '');
  return [...new Set(ips as string[])];
}

function isLive(
  object: KubernetesObject,
  ips: readonly string[],
  hostIp: string | undefined,
  directOwner: boolean,
): boolean {
  const phase = textAt(object.body, 'status', 'phase');
  const reported = phase !== undefined || hostIp !== undefined || ips.length > 0;
  if (!reported) return true;
  if (directOwner) return hostIp !== undefined && ips.length > 0;
  return phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Completed' && ips.length > 0;
}

function isFinishedJob(object: KubernetesObject): boolean {
  return (
    object.kind === 'Job' &&
    listAt(object.body, 'status', 'conditions').some(
      item =>
        ['Complete', 'Failed'].includes(textAt(item, 'type') ?? '') && textAt(item, 'status') === 'True',
    )
  );
}

/** The owner that controls a pod or controller; a Node (mirror pods) is none. */
function controllingOwner(object: KubernetesObject): OwnerReference | undefined {
  const owners = object.meta.owners.filter(owner => owner.kind !== 'Node');
  return owners.find(owner => owner.controller) ?? (owners.length === 1 ? owners[0] : undefined);
}

function isTopmost(object: KubernetesObject, controllers: ReadonlyMap<string, KubernetesObject>): boolean {
  const top = topmost(object.meta.namespace ?? 'default', ownerOf(object), undefined, controllers);
  return top.kind === object.kind && top.name === object.meta.name;
}

/** Follows ReplicaSets, Jobs and replication controllers upwards; a Deployment's own owner is not followed. */
function topmost(
  namespace: string,
  from: Owner,
  pod: KubernetesObject | undefined,
  controllers: ReadonlyMap<string, KubernetesObject>,
): Owner {
  if (!['ReplicaSet', 'Job', 'ReplicationController'].includes(from.kind))
    return { kind: from.kind === '' ? 'Pod' : from.kind, name: from.name };
  const exported = controllers.get(keyOf(namespace, { kind: from.kind, meta: from }));
  if (exported !== undefined) {
    const above = controllingOwner(exported);
    return above === undefined ? from : { kind: above.kind, name: above.name };
  }
  return derivedOwner(namespace, from, pod, controllers) ?? from;
}

/** The owner of a controller that was not exported, told from the name it gave its pods. */
function derivedOwner(
  namespace: string,
  from: Owner,
  pod: KubernetesObject | undefined,
  controllers: ReadonlyMap<string, KubernetesObject>,
): Owner | undefined {
  const hash = pod?.meta.labels['pod-template-hash'];
  if (from.kind === 'ReplicaSet' && hash !== undefined && from.name.endsWith(`-${hash}`)) {
    const name = from.name.slice(0, -hash.length - 1);
    const isRollout = controllers.has(keyOf(namespace, { kind: 'Rollout', meta: { name } }));
    return { kind: isRollout ? 'Rollout' : 'Deployment', name };
  }
  const scheduled = from.kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(from.name)?.[1] : undefined;
  if (
    scheduled !== undefined &&
    controllers.has(keyOf(namespace, { kind: 'CronJob', meta: { name: scheduled } }))
  )
    return { kind: 'CronJob', name: scheduled };
  return undefined;
}

function collectWorkloads(
  cluster: ClusterId,
  pods: readonly Pod[],
  controllers: ReadonlyMap<string, KubernetesObject>,
): readonly Workload[] {
  const byWorkload = new Map<WorkloadId, Pod[]>();
  for (const pod of pods) {
    const list = byWorkload.get(pod.workload);
    if (list === undefined) byWorkload.set(pod.workload, [pod]);
    else list.push(pod);
  }
  return [...byWorkload]
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([id, members]) => workloadOf(cluster, id, members, controllers));
}

function workloadOf(
  cluster: ClusterId,
  id: WorkloadId,
  members: readonly Pod[],
  controllers: ReadonlyMap<string, KubernetesObject>,
): Workload {
  const [, namespace = '', name = '', kind = ''] = /^([^/]*)\/(.*)\[([^\]]*)\]$/.exec(id) ?? [];
  const controller = controllers.get(keyOf(namespace, { kind, meta: { name } }));
  const first = members[0] as Pod;
  const judged = members.some(pod => pod.live) ? members.filter(pod => pod.live) : members;
  const replicas = controller === undefined ? undefined : numberAt(controller.body, 'spec', 'replicas');
  return {
    id,
    cluster,
    namespace,
    name,
    kind,
    labels: commonLabels(judged),
    ...(controller === undefined
      ? {}
      : { templateLabels: labelsAt(templateOf(controller), 'metadata', 'labels') }),
    pods: members.map(pod => pod.id),
    serviceAccount: first.serviceAccount,
    hostNetwork: judged.some(pod => pod.hostNetwork),
    ...(replicas === undefined ? {} : { replicas }),
    source: controller?.source ?? first.source,
  };
}

function commonLabels(pods: readonly Pod[]): Labels {
  const [first, ...others] = pods;
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([key, value]) =>
      others.every(pod => Object.hasOwn(pod.labels, key) && pod.labels[key] === value),
    ),
  );
}

function ownerOf(object: KubernetesObject): Owner {
  return { kind: object.kind, name: object.meta.name };
}

function workloadId(namespace: string | undefined, owner: Owner): WorkloadId {
  return `${namespace ?? 'default'}/${owner.name}[${owner.kind}]` as WorkloadId;
}

function keyOf(
  namespace: string | undefined,
  named: { readonly kind: string; readonly meta: { readonly name: string } },
): string {
  return `${namespace ?? 'default'}/${named.meta.name}[${named.kind}]`;
}
