// A StagedKubernetesNetworkPolicy as a policy that is shown and never decides: whom it would select, in which directions.
// Its rules are compiled by the Kubernetes dialect once staged.ts has put it in force for a preview.
import { isObject, type JsonValue } from '../../base/json.ts';
import { matchesLabels, parseLabelSelector } from '../../base/label-selector.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { CompiledPolicy } from '../compiled.ts';

/** Compiles the outline of a staged Kubernetes policy. */
export function compileStagedKubernetes(object: KubernetesObject): CompiledPolicy {
  const namespace = object.meta.namespace ?? 'default';
  const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
  const selector = parseLabelSelector(spec['podSelector']);
  const types = itemsOf(spec['policyTypes']);
  return {
    id: `${object.kind} ${namespace}/${object.meta.name}`,
    kind: object.kind,
    namespace,
    name: object.meta.name,
    tier: 'default',
    order: 1000,
    staged: true,
    ingress: types.length === 0 || types.includes('Ingress'),
    egress: types.length === 0 ? itemsOf(spec['egress']).length > 0 : types.includes('Egress'),
    ingressRules: [],
    egressRules: [],
    source: object.source,
    selects: endpoint => {
      const isHere = endpoint.kind === 'pod' && !endpoint.hostNetwork && endpoint.namespace === namespace;
      if (!isHere) return 'no';
      if (!selector.ok) return 'unknown';
      return matchesLabels(selector.value, endpoint.labels) ? 'yes' : 'no';
    },
  };
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
