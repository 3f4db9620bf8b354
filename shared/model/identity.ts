// One object once: the same object found in several files, or in several versions, becomes one.
// The later resourceVersion wins; without versions a difference is said aloud, naming both places.
import { canonicalJson, isObject } from '../base/json.ts';
import { compareBy, compareText } from '../base/order.ts';
import { printSpan } from '../base/source.ts';
import { groupOf, nameOf, type KubernetesObject } from './object.ts';
import { listedGroup, policyKindOf } from './policy-kinds.ts';
import { at, textAt } from './read.ts';

/** A fact about the model worth telling. */
export interface ModelDiagnostic {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly file: string;
  readonly line?: number;
}

const NAMESPACED = new Set(
  (
    'Pod Service Endpoints EndpointSlice ServiceAccount ConfigMap Secret PersistentVolumeClaim ReplicationController ' +
    'Deployment ReplicaSet StatefulSet DaemonSet Job CronJob Ingress Role RoleBinding Route HTTPRoute GRPCRoute TLSRoute ' +
    'TCPRoute UDPRoute Gateway ReferenceGrant PodDisruptionBudget HorizontalPodAutoscaler DeploymentConfig Rollout ' +
    'VirtualMachine VirtualMachineInstance ResourceQuota LimitRange Event'
  ).split(' '),
);

/**
 * The objects in a total order, namespaces filled in, each once. `isOneCluster`: it is sure that they are of one cluster,
 * so that of two objects of one name with different UIDs the later one is the earlier one made anew.
 */
export function identifyObjects(
  found: readonly KubernetesObject[],
  isOneCluster: boolean,
): {
  readonly objects: readonly KubernetesObject[];
  readonly diagnostics: readonly ModelDiagnostic[];
} {
  const namespaced = servedNamespaced(found);
  const groups = new Map<string, KubernetesObject[]>();
  const filled = found.map(object => withNamespace(object, namespaced)).sort(compareObjects);
  for (const object of filled) {
    const key = identityOf(object);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [object]);
    else group.push(object);
  }
  const diagnostics: ModelDiagnostic[] = [];
  const objects = [...groups.values()].flatMap(group => chooseAmong(group, isOneCluster, diagnostics));
  return { objects: objects.sort(compareObjects), diagnostics };
}

const compareObjects = compareBy<KubernetesObject>(
  object => object.apiVersion,
  object => object.kind,
  object => object.meta.namespace ?? '',
  object => object.meta.name,
  object => object.source.file,
  object => object.source.line,
  object => canonicalJson(object.body),
);

function identityOf(object: KubernetesObject): string {
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  return JSON.stringify([group, object.kind, object.meta.namespace ?? '', object.meta.name]);
}

function servedNamespaced(found: readonly KubernetesObject[]): ReadonlySet<string> {
  const served = new Set<string>();
  for (const object of found) {
    if (object.kind !== 'CustomResourceDefinition' || textAt(object.body, 'spec', 'scope') !== 'Namespaced')
      continue;
    served.add(
      `${textAt(object.body, 'spec', 'names', 'kind') ?? ''}.${textAt(object.body, 'spec', 'group') ?? ''}`,
    );
  }
  return served;
}

function withNamespace(object: KubernetesObject, served: ReadonlySet<string>): KubernetesObject {
  if (object.meta.namespace !== undefined && object.meta.namespace !== '') return object;
  const isNamespaced =
    policyKindOf(object)?.namespaced ??
    (NAMESPACED.has(object.kind) || served.has(`${object.kind}.${groupOf(object.apiVersion)}`));
  if (!isNamespaced && object.kind !== 'NetworkPolicy') return object;
  return { ...object, meta: { ...object.meta, namespace: 'default' } };
}

/** One of each; of policies that nothing can choose between all stay, and what they decide is left open. */
function chooseAmong(
  group: readonly KubernetesObject[],
  isOneCluster: boolean,
  diagnostics: ModelDiagnostic[],
): readonly KubernetesObject[] {
  const compare = (a: KubernetesObject, b: KubernetesObject): ReturnType<typeof compareVersions> =>
    isOneCluster || !areTwo(a, b) ? compareVersions(a, b) : undefined;
  let chosen = group[0] as KubernetesObject;
  const rivals: KubernetesObject[] = [];
  for (const other of group.slice(1)) {
    const newer = compare(chosen, other);
    if (newer === undefined && (areTwo(chosen, other) || contentOf(chosen) !== contentOf(other))) {
      diagnostics.push(conflict(chosen, other));
      rivals.push(other);
    }
    if (newer === 'other') chosen = other;
  }
  const unlike = rivals.filter(other => compare(chosen, other) === undefined);
  return staysOpen(chosen) ? [chosen, ...unlike] : [chosen];
}

/** Two objects of one name: made anew, or of two clusters. */
function areTwo(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.meta.uid !== undefined && b.meta.uid !== undefined && a.meta.uid !== b.meta.uid;
}

/** Policies, and what Calico's policies refer to: tiers, sets of networks, host endpoints, profiles. */
function staysOpen(object: KubernetesObject): boolean {
  const kind = policyKindOf(object);
  return kind?.decides === true || kind?.group === 'projectcalico.org';
}

function compareVersions(a: KubernetesObject, b: KubernetesObject): 'chosen' | 'other' | undefined {
  const x = a.meta.resourceVersion;
  const y = b.meta.resourceVersion;
  if (x === undefined || y === undefined) {
    if (a.fromManifest === b.fromManifest) return undefined;
    return a.fromManifest ? 'other' : 'chosen';
  }
  if (!/^\d+$/.test(x) || !/^\d+$/.test(y)) return x === y ? 'chosen' : undefined;
  const order = x.length - y.length || compareText(x, y);
  if (order === 0) return contentOf(a) === contentOf(b) ? 'chosen' : undefined;
  return order > 0 ? 'chosen' : 'other';
}

function contentOf(object: KubernetesObject): string {
  const body: Record<string, unknown> = { ...object.body };
  delete body['apiVersion'];
  delete body['status'];
  body['metadata'] = isObject(at(object.body, 'metadata'))
    ? { labels: object.meta.labels, owners: object.meta.owners }
    : undefined;
  return canonicalJson(body);
}

function conflict(chosen: KubernetesObject, other: KubernetesObject): ModelDiagnostic {
  return {
    code: 'model.duplicate-object',
    severity: 'warning',
    message: areTwo(chosen, other)
      ? `${nameOf(chosen)} is given twice with different UIDs, perhaps from two clusters: ${useOf(chosen, other)}`
      : `${nameOf(chosen)} is given twice with different content and no version tells which is later: ${useOf(chosen, other)}`,
    file: other.source.file,
    line: other.source.line,
  };
}

function useOf(chosen: KubernetesObject, other: KubernetesObject): string {
  const [one, two] = [printSpan(chosen.source), printSpan(other.source)];
  return staysOpen(chosen)
    ? `neither ${one} nor ${two} is applied, and what either could touch stays open`
    : `${one} is used, ${two} is not`;
}
