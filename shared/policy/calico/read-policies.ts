// Reads the Calico policies of a cluster, each once although exports may hold it twice: through projectcalico.org/v3 and
// through the CRD behind it, or in two manifests. Two different texts under one name are not guessed between.
import { canonicalJson } from '../../base/json.ts';
import { compareBy, compareText } from '../../base/order.ts';
import { printSpan } from '../../base/source.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { isCalico } from './address-set.ts';
import type { CalicoPolicy } from './policy-object.ts';
import { isUnsupported, POLICY_KINDS, readPolicy } from './read-policy.ts';
import { withoutTier } from './tier.ts';

/** An object that was not read, and why. */
export interface PolicyFault {
  readonly object: KubernetesObject;
  /** Other texts under its name, where they differ. */
  readonly others?: readonly KubernetesObject[];
  readonly reason: string;
  /** Not understood, rather than not valid. */
  readonly isUnsupported: boolean;
}

/** Reads every policy, enforced and staged, in a total order. */
export function readPolicies(snapshot: ClusterSnapshot): {
  readonly policies: readonly CalicoPolicy[];
  readonly faults: readonly PolicyFault[];
} {
  const policies: CalicoPolicy[] = [];
  const faults: PolicyFault[] = [];
  for (const [object, ...others] of namesakes(snapshot)) {
    const other = others.find(some => specOf(some) !== specOf(object));
    if (other !== undefined) {
      const reason = `defined twice with different content, also at ${printSpan(other.source)}: which one is in force cannot be told`;
      faults.push({ object, others, reason, isUnsupported: true });
      continue;
    }
    const result = readPolicy(object);
    if (result.ok) policies.push(result.value);
    else
      faults.push({ object, reason: result.problem.message, isUnsupported: isUnsupported(result.problem) });
  }
  return { policies, faults };
}

// Objects of one name, the API form alone where both groups were exported.
function namesakes(
  snapshot: ClusterSnapshot,
): readonly (readonly [KubernetesObject, ...KubernetesObject[]])[] {
  const byName = new Map<string, [KubernetesObject, ...KubernetesObject[]]>();
  const objects = snapshot.policies
    .filter(object => isCalico(object) && POLICY_KINDS.has(object.kind))
    .sort(
      compareBy(
        object => (object.apiVersion.startsWith('crd.') ? 1 : 0),
        object => object.source.file,
        object => object.source.line,
      ),
    );
  for (const object of objects) {
    const key = keyOf(object);
    const before = byName.get(key);
    if (before === undefined) byName.set(key, [object]);
    else if (before[0].apiVersion === object.apiVersion) before.push(object);
  }
  return [...byName.entries()].sort((a, b) => compareText(a[0], b[0])).map(([, some]) => some);
}

function keyOf(object: KubernetesObject): string {
  const spec = object.body['spec'] as Readonly<Record<string, unknown>> | undefined;
  const tier = typeof spec?.['tier'] === 'string' && spec['tier'] !== '' ? spec['tier'] : 'default';
  return [object.kind, object.meta.namespace ?? '', tier, withoutTier(object, tier)].join('|');
}

function specOf(object: KubernetesObject): string {
  return canonicalJson(object.body['spec'] ?? {});
}
