// Cilium's endpoint selectors: a label selector whose keys carry a source (`k8s:app`, `any:app`, `reserved:host`).
// Namespace, service account and cluster are labels too. Follows policy-semantics section 4; answers are three-valued.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { parseLabelSelector, type LabelRequirement } from '../../base/label-selector.ts';
import { failed, ok, type Result } from '../../base/result.ts';

/** What a key of a selector speaks of. */
export type KeyScope =
  'label' | 'namespace' | 'namespace-label' | 'account' | 'cluster' | 'reserved' | 'foreign';

/** One requirement, with what its key speaks of. */
export interface Requirement {
  readonly scope: KeyScope;
  /** Key without its source and, for namespace labels, without Cilium's prefix. */
  readonly key: string;
  readonly operator: LabelRequirement['operator'];
  readonly values: readonly string[];
  readonly text: string;
  /** Written as `k8s:` in `matchLabels`: there a CiliumNetworkPolicy replaces a namespace by its own. */
  readonly isReplaceable: boolean;
}

/** A selector as written. */
export interface CiliumSelector {
  readonly requirements: readonly Requirement[];
  readonly text: string;
}

/** The key under which Cilium shows a pod's namespace. */
const NAMESPACE_KEY = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
const SCOPES: Readonly<Record<string, KeyScope>> = {
  [NAMESPACE_KEY]: 'namespace',
  'io.cilium.k8s.policy.serviceaccount': 'account',
  'io.cilium.k8s.policy.cluster': 'cluster',
};

/** Reads a selector; `{}` selects everything in scope. */
export function parseCiliumSelector(value: JsonValue | undefined): Result<CiliumSelector> {
  if (!isObject(value)) return refuse('a selector must be an object');
  const labels = value['matchLabels'] ?? {};
  const expressions = value['matchExpressions'] ?? [];
  if (!isObject(labels)) return refuse('matchLabels must be an object');
  if (!Array.isArray(expressions)) return refuse('matchExpressions must be a list');
  const requirements: Requirement[] = [];
  for (const key of Object.keys(labels).sort()) {
    const read = parseRequirement({ key, operator: 'In', values: [labels[key] ?? null] }, true);
    if (!read.ok) return read;
    requirements.push(read.value);
  }
  for (const expression of expressions as readonly JsonValue[]) {
    if (!isObject(expression)) return refuse('a match expression must be an object');
    const read = parseRequirement(expression, false);
    if (!read.ok) return read;
    requirements.push(read.value);
  }
  const text = requirements.length === 0 ? 'everything' : requirements.map(item => item.text).join(',');
  return ok({ requirements, text });
}

/** Whether a selector names a key of one scope. */
export function hasScope(selector: CiliumSelector, scope: KeyScope): boolean {
  return selector.requirements.some(item => item.scope === scope);
}

function parseRequirement(expression: JsonObject, isLabel: boolean): Result<Requirement> {
  const written = expression['key'];
  if (typeof written !== 'string') return refuse('a match expression needs a key');
  const colon = written.indexOf(':');
  const origin = colon < 0 ? '' : written.slice(0, colon);
  const plain = written.slice(colon + 1);
  const scope = scopeOf(origin, plain);
  const key = scope === 'namespace-label' ? plain.slice(NAMESPACE_LABELS.length) : plain;
  if (scope === 'foreign') return foreign(expression, written);
  const read = parseLabelSelector({ matchExpressions: [{ ...expression, key }] });
  if (!read.ok) return refuse(read.problem.message);
  const [first] = read.value.requirements;
  if (first === undefined) return refuse(`match expression on ${written} is empty`);
  const { operator, values } = first;
  const isReplaceable = isLabel && origin === 'k8s' && scope === 'namespace';
  return ok({
    scope,
    key,
    operator,
    values,
    text: printRequirement(written, operator, values),
    isReplaceable,
  });
}

/** Keys of other sources (`cidr:10.0.0.0/8`) are no label keys; pods never have them. */
function foreign(expression: JsonObject, written: string): Result<Requirement> {
  const read = parseLabelSelector({ matchExpressions: [{ ...expression, key: 'key' }] });
  if (!read.ok) return refuse(`match expression on ${written}: ${read.problem.message}`);
  const operator = read.value.requirements[0]?.operator ?? 'Exists';
  return ok({
    scope: 'foreign',
    key: written,
    operator,
    values: [],
    text: printRequirement(written, operator, []),
    isReplaceable: false,
  });
}

function scopeOf(origin: string, key: string): KeyScope {
  if (origin === 'reserved') return 'reserved';
  if (origin !== '' && origin !== 'k8s' && origin !== 'any') return 'foreign';
  if (key.startsWith(NAMESPACE_LABELS)) return 'namespace-label';
  return Object.hasOwn(SCOPES, key) ? (SCOPES[key] ?? 'label') : 'label';
}

function printRequirement(
  key: string,
  operator: LabelRequirement['operator'],
  values: readonly string[],
): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0] ?? ''}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0] ?? ''}` : `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}

function refuse(message: string): Result<never> {
  return failed('policy.cilium.selector', message);
}
