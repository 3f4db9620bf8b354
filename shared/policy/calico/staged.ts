// Preview of staged policies (calico.md 3.10): the cluster as it would be if they were enforced. Set puts its spec over the
// policy of the same name, Delete takes that one away, Learn and Ignore say nothing. Staged policies themselves never decide.
import { isObject, type JsonObject } from '../../base/json.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { isCalico } from './address-set.ts';
import { withoutTier } from './tier.ts';

/** The snapshot with its staged policies in force; its other objects are the same. */
export function previewStaged(snapshot: ClusterSnapshot): ClusterSnapshot {
  return { ...snapshot, policies: enforce(snapshot.policies), objects: enforce(snapshot.objects) };
}

/** Whether any policy of the snapshot is staged. */
export function hasStaged(snapshot: ClusterSnapshot): boolean {
  return snapshot.policies.some(object => isCalico(object) && ENFORCED.has(object.kind));
}

const ENFORCED: ReadonlyMap<string, string> = new Map([
  ['StagedNetworkPolicy', 'NetworkPolicy'],
  ['StagedGlobalNetworkPolicy', 'GlobalNetworkPolicy'],
  ['StagedKubernetesNetworkPolicy', 'NetworkPolicy'],
]);

function enforce(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const staged = objects.filter(object => isCalico(object) && ENFORCED.has(object.kind));
  const gone = new Set<string>();
  const set: KubernetesObject[] = [];
  for (const object of staged) {
    const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
    const action = spec['stagedAction'] ?? 'Set';
    if (action !== 'Set' && action !== 'Delete') continue;
    const enforced = asEnforced(object, spec);
    gone.add(keyOf(enforced));
    if (action === 'Set') set.push(enforced);
  }
  const rest = objects.filter(object => !staged.includes(object) && !gone.has(keyOf(object)));
  return [...rest, ...set];
}

function asEnforced(object: KubernetesObject, spec: JsonObject): KubernetesObject {
  const kind = ENFORCED.get(object.kind) ?? object.kind;
  const isKubernetes = object.kind === 'StagedKubernetesNetworkPolicy';
  const apiVersion = isKubernetes ? 'networking.k8s.io/v1' : object.apiVersion;
  const { stagedAction: _, ...kept } = spec;
  return { ...object, apiVersion, kind, body: { ...object.body, apiVersion, kind, spec: kept } };
}

// Both API groups of Calico name the same policy, with or without the prefix of its tier.
function keyOf(object: KubernetesObject): string {
  const group = object.apiVersion.replace(/^crd\./, '').replace(/\/.*/, '');
  const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
  const tier = typeof spec['tier'] === 'string' && spec['tier'] !== '' ? spec['tier'] : 'default';
  const place = isCalico(object) ? `${tier}|${withoutTier(object, tier)}` : object.meta.name;
  return [group, object.kind, object.meta.namespace ?? '', place].join('|');
}
