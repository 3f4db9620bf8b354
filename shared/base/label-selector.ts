// metav1.LabelSelector: validation and evaluation as the API server does it (policy-semantics section 1).
// An invalid selector is a problem for the caller to refuse, never a selector that matches nothing.
import { isObject, type JsonValue } from './json.ts';
import { compareText } from './order.ts';
import { failed, ok, type Result } from './result.ts';

/** One requirement on one label key. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
  /** Written under `matchExpressions`. */
  readonly expression?: true;
}

/** A valid selector: all requirements hold; none at all selects everything. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
}

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** Reads a selector; absent, null and `{}` select everything. */
export function parseLabelSelector(value: JsonValue | undefined): Result<LabelSelector> {
  if (value === undefined || value === null) return ok({ requirements: [] });
  if (!isObject(value)) return refuse('a label selector must be an object');
  const requirements: LabelRequirement[] = [];
  const labels = value['matchLabels'] ?? {};
  const expressions = value['matchExpressions'] ?? [];
  if (!isObject(labels)) return refuse('matchLabels must be an object');
  if (!Array.isArray(expressions)) return refuse('matchExpressions must be a list');
  for (const key of Object.keys(labels).sort(compareText)) {
    const wanted = labels[key];
    if (typeof wanted !== 'string') return refuse(`matchLabels.${key} must be a text`);
    requirements.push({ key, operator: 'In', values: [wanted] });
  }
  for (const expression of expressions as readonly JsonValue[]) {
    const requirement = parseExpression(expression);
    if (!requirement.ok) return requirement;
    requirements.push(requirement.value);
  }
  for (const requirement of requirements) {
    const reason = flawOf(requirement);
    if (reason !== undefined) return refuse(reason);
  }
  return ok({ requirements });
}

/** Whether a set of labels satisfies every requirement. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.requirements.every(requirement => holds(requirement, labels));
}

/** The first requirement that fails, in words; undefined when the labels match. */
export function mismatchOf(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  const failing = selector.requirements.find(requirement => !holds(requirement, labels));
  if (failing === undefined) return undefined;
  const found = ownLabel(labels, failing.key);
  return `${printRequirement(failing)} does not hold: ${found === undefined ? `no label ${failing.key}` : `${failing.key}=${found}`}`;
}

/** The selector as kubectl writes it; `everything` when it has no requirement. */
export function printLabelSelector(selector: LabelSelector): string {
  if (selector.requirements.length === 0) return 'everything';
  return selector.requirements.map(printRequirement).join(',');
}

function printRequirement({ key, operator, values }: LabelRequirement): string {
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

function holds(
  { key, operator, values }: LabelRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const found = ownLabel(labels, key);
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
  }
}

function ownLabel(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function parseExpression(value: JsonValue): Result<LabelRequirement> {
  if (!isObject(value)) return refuse('a match expression must be an object');
  const key = value['key'];
  const operator = OPERATORS.find(known => known === value['operator']);
  const values = value['values'] ?? [];
  if (typeof key !== 'string') return refuse('a match expression needs a key');
  if (operator === undefined)
    return refuse(
      `match expression on ${key}: unknown operator ${JSON.stringify(value['operator'] ?? null)}`,
    );
  if (!Array.isArray(values) || !values.every(item => typeof item === 'string'))
    return refuse(`match expression on ${key}: values must be a list of texts`);
  return ok({ key, operator, values, expression: true });
}

function flawOf({ key, operator, values }: LabelRequirement): string | undefined {
  const slash = key.lastIndexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  if (prefix !== undefined && (prefix.length > 253 || !PREFIX.test(prefix)))
    return `label key ${key} has a malformed prefix`;
  if (!NAME.test(key.slice(slash + 1))) return `label key ${JSON.stringify(key)} is malformed`;
  const listed = operator === 'In' || operator === 'NotIn';
  if (listed && values.length === 0) return `operator ${operator} on ${key} needs values`;
  if (!listed && values.length > 0) return `operator ${operator} on ${key} takes no values`;
  const bad = values.find(value => value !== '' && !NAME.test(value));
  return bad === undefined ? undefined : `label value ${JSON.stringify(bad)} of ${key} is malformed`;
}

function refuse(message: string): Result<never> {
  return failed('base.label-selector', message);
}
