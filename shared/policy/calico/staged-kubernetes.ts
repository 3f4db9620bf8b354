// A StagedKubernetesNetworkPolicy as a policy that is shown and never decides: whom it would select, in which directions.
// Its rules are compiled by the Kubernetes dialect once staged.ts has put it in force for a preview.
import { isObject, type JsonValue } from '../../base/json.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { CompiledPolicy } from '../compiled.ts';
import { matchesSelector, type Selector } from './selector.ts';

/** Compiles the outline of a staged Kubernetes policy. */
export function compileStagedKubernetes(object: KubernetesObject): CompiledPolicy {
  const namespace = object.meta.namespace ?? 'default';
  const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
  const selector = podSelector(spec['podSelector']);
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
      const label = (key: string): string | undefined =>
        Object.hasOwn(endpoint.labels, key) ? endpoint.labels[key] : undefined;
      return isHere && matchesSelector(selector, label) ? 'yes' : 'no';
    },
  };
}

// A Kubernetes label selector in Calico's terms: NotIn holds when the label is missing in both grammars.
function podSelector(value: JsonValue | undefined): Selector {
  if (!isObject(value)) return { kind: 'all' };
  const labels = isObject(value['matchLabels']) ? Object.entries(value['matchLabels']) : [];
  const operands: Selector[] = labels.map(([label, text]) => ({
    kind: 'compare',
    label,
    operator: '==',
    value: typeof text === 'string' ? text : '',
  }));
  for (const expression of itemsOf(value['matchExpressions'])) {
    const { key, operator, values } = isObject(expression) ? expression : {};
    const label = typeof key === 'string' ? key : '';
    const texts = itemsOf(values).filter(text => typeof text === 'string');
    const has: Selector = { kind: 'has', label };
    if (operator === 'In') operands.push({ kind: 'set', label, operator: 'in', values: texts });
    else if (operator === 'NotIn') operands.push({ kind: 'set', label, operator: 'not in', values: texts });
    else operands.push(operator === 'DoesNotExist' ? { kind: 'not', operand: has } : has);
  }
  return { kind: 'and', operands };
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
