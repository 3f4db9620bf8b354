// What a cluster would be with proposed objects applied over its export: an object of the same kind, namespace and name is
// replaced, any other is added; staged policies among them, and those already waiting, are put in force. Nothing is stored.
import type { KubernetesObject } from '../model/object.ts';
import { groupOf } from '../model/object.ts';
import { listedGroup } from '../model/policy-kinds.ts';
import { buildSnapshot } from '../model/build-snapshot.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { previewStaged } from '../policy/calico/staged.ts';
import type { EngineProfile } from '../policy/compiled.ts';

/** The snapshot as it would be; what was collected, and so what can be said of it, stays as it is. */
export function propose(
  snapshot: ClusterSnapshot,
  objects: readonly KubernetesObject[],
  profile: EngineProfile,
): ClusterSnapshot {
  const proposed = objects.map(object => ({ ...object, cluster: snapshot.cluster }));
  const replaced = new Set(proposed.map(keyOf));
  const input = {
    cluster: snapshot.cluster,
    basis: snapshot.clusterBasis,
    objects: [...snapshot.objects.filter(object => !replaced.has(keyOf(object))), ...proposed],
  };
  const built = buildSnapshot(input, { directOwner: profile.directOwner }).snapshot;
  return previewStaged({ ...built, collection: snapshot.collection });
}

/** The policies as they would be, where nothing but policies is proposed; staged ones that wait already may go on waiting. */
export function proposedPolicies(
  snapshot: ClusterSnapshot,
  policies: readonly KubernetesObject[],
  waiting: 'in-force' | 'still-waiting',
): readonly KubernetesObject[] {
  const replaced = new Set(policies.map(keyOf));
  const kept = snapshot.policies.filter(
    object => !replaced.has(keyOf(object)) && (waiting === 'in-force' || !isStaged(object)),
  );
  return previewStaged({ ...snapshot, policies: [...kept, ...policies], objects: [] }).policies;
}

function isStaged(object: KubernetesObject): boolean {
  return (
    object.kind.startsWith('Staged') &&
    listedGroup(groupOf(object.apiVersion), object.kind) === 'projectcalico.org'
  );
}

function keyOf(object: KubernetesObject): string {
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  return [group, object.kind, object.meta.namespace ?? '', object.meta.name].join('|');
}
