// AuthorizationPolicy and PeerAuthentication read and validated (policy-semantics section 5). Conditions that a proxy can
// only judge on a request are kept by name: they leave a rule open.
import { parseAddressRange, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { groupOf, type KubernetesObject } from '../../model/object.ts';
import type { Labels } from '../../model/snapshot.ts';

/** A policy for the proxies of some workloads. */
export interface AuthorizationFacts {
  readonly action: 'ALLOW' | 'DENY' | 'CUSTOM' | 'AUDIT';
  readonly scope: Scope;
  readonly rules: readonly AuthorizationRule[];
  /** Annotated as a dry run: reported by the proxy, not enforced. */
  readonly dryRun: boolean;
}

/** Labels of the workloads meant; `targets` names gateways or services instead. */
export interface Scope {
  readonly labels: Labels;
  readonly targets: readonly { readonly kind: string; readonly name: string }[];
}

/** Sources AND operations AND conditions; an absent list asks nothing. */
export interface AuthorizationRule {
  readonly from?: readonly (readonly Condition[])[];
  readonly to?: readonly (readonly Condition[])[];
  readonly when: readonly Condition[];
}

/** One attribute against a list of values: one of them, or with `not` none of them. */
export interface Condition {
  readonly field: string;
  readonly attribute: Attribute;
  readonly not: boolean;
  readonly values: readonly string[];
  readonly ranges: readonly AddressRange[];
}

/** `request` needs a request of HTTP; `connection` is known to the proxy, not to the files, as is any unknown field. */
export type Attribute =
  | 'principal'
  | 'namespace'
  | 'serviceAccount'
  | 'source.ip'
  | 'destination.ip'
  | 'port'
  | 'connection'
  | 'request';

/** How a workload takes connections: for all its ports, and for single ones. */
export interface PeerAuthenticationFacts {
  readonly labels: Labels;
  readonly mode: Mode;
  readonly ports: ReadonlyMap<number, Mode>;
}

/** `UNSET` inherits. */
export type Mode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** Whether an object is of the mesh's security group. */
export function isMeshPolicy(
  object: KubernetesObject,
  kind: 'AuthorizationPolicy' | 'PeerAuthentication',
): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === 'security.istio.io';
}

/** Reads an AuthorizationPolicy. */
export function readAuthorization(object: KubernetesObject): Result<AuthorizationFacts> {
  const spec = object.body['spec'] ?? {};
  if (!isObject(spec)) return refuse('spec must be an object');
  const action = spec['action'] ?? 'ALLOW';
  if (action !== 'ALLOW' && action !== 'DENY' && action !== 'CUSTOM' && action !== 'AUDIT')
    return refuse(`spec.action ${JSON.stringify(action)} is unknown`);
  const scope = readScope(spec);
  if (!scope.ok) return scope;
  const given = listOf(spec, 'rules', 'spec');
  if (!given.ok) return given;
  const rules: AuthorizationRule[] = [];
  for (const [index, item] of given.value.entries()) {
    const rule = readRule(item, `spec.rules[${index}]`);
    if (!rule.ok) return rule;
    rules.push(qualified(rule.value, object.meta.namespace ?? ''));
  }
  const dryRun = object.meta.annotations['istio.io/dry-run'] === 'true';
  return ok({ action, scope: scope.value, rules, dryRun });
}

/** Reads a PeerAuthentication. */
export function readPeerAuthentication(object: KubernetesObject): Result<PeerAuthenticationFacts> {
  const spec = object.body['spec'] ?? {};
  if (!isObject(spec)) return refuse('spec must be an object');
  const scope = readScope(spec);
  if (!scope.ok) return scope;
  const mode = readMode(spec['mtls']);
  if (mode === undefined) return refuse('spec.mtls.mode is unknown');
  const ports = new Map<number, Mode>();
  const given = spec['portLevelMtls'] ?? {};
  if (!isObject(given)) return refuse('spec.portLevelMtls must be an object');
  for (const key of Object.keys(given)) {
    const own = readMode(given[key]);
    if (own === undefined || !/^\d{1,5}$/.test(key))
      return refuse(`spec.portLevelMtls.${key} is not understood`);
    ports.set(Number(key), own);
  }
  const { labels } = scope.value;
  if (ports.size > 0 && Object.keys(labels).length === 0)
    return refuse('spec.portLevelMtls needs a selector');
  return ok({ labels, mode, ports });
}

function readMode(value: JsonValue | undefined): Mode | undefined {
  if (value === undefined || value === null) return 'UNSET';
  const mode = isObject(value) ? (value['mode'] ?? 'UNSET') : undefined;
  return mode === 'UNSET' || mode === 'DISABLE' || mode === 'PERMISSIVE' || mode === 'STRICT'
    ? mode
    : undefined;
}

function readScope(spec: JsonObject): Result<Scope> {
  const selector = spec['selector'] ?? {};
  const labels = isObject(selector) ? (selector['matchLabels'] ?? {}) : undefined;
  if (!isObject(labels) || Object.values(labels).some(value => typeof value !== 'string'))
    return refuse('spec.selector.matchLabels must be labels');
  const one = spec['targetRef'] ?? undefined;
  const many = listOf(spec, 'targetRefs', 'spec');
  if (!many.ok) return many;
  const targets = [...(one === undefined ? [] : [one]), ...many.value].map(target => ({
    kind: textIn(target, 'kind'),
    name: textIn(target, 'name'),
  }));
  return ok({ labels: labels as Labels, targets });
}

function readRule(item: JsonValue, place: string): Result<AuthorizationRule> {
  const rule = item ?? {};
  if (!isObject(rule)) return refuse(`${place} must be an object`);
  const from = readItems(rule, 'from', 'source', place, SOURCES);
  if (!from.ok) return from;
  const to = readItems(rule, 'to', 'operation', place, OPERATIONS);
  if (!to.ok) return to;
  const when = readWhen(rule, place);
  if (!when.ok) return when;
  return ok({
    ...(from.value.length === 0 ? {} : { from: from.value }),
    ...(to.value.length === 0 ? {} : { to: to.value }),
    when: when.value,
  });
}

/** Accounts without a namespace are of the policy's own. */
function qualified(rule: AuthorizationRule, namespace: string): AuthorizationRule {
  const one = (condition: Condition): Condition =>
    condition.attribute === 'serviceAccount'
      ? {
          ...condition,
          values: condition.values.map(value => (value.includes('/') ? value : `${namespace}/${value}`)),
        }
      : condition;
  return {
    ...rule,
    ...(rule.from === undefined ? {} : { from: rule.from.map(item => item.map(one)) }),
    when: rule.when.map(one),
  };
}

type Attributes = Readonly<Record<string, Attribute>>;

const SOURCES: Attributes = {
  principals: 'principal',
  namespaces: 'namespace',
  serviceAccounts: 'serviceAccount',
  ipBlocks: 'source.ip',
  remoteIpBlocks: 'connection',
  requestPrincipals: 'request',
};
const OPERATIONS: Attributes = { ports: 'port', hosts: 'request', methods: 'request', paths: 'request' };
const CONDITIONS: Attributes = {
  'source.ip': 'source.ip',
  'destination.ip': 'destination.ip',
  'source.namespace': 'namespace',
  'source.principal': 'principal',
  'source.serviceAccount': 'serviceAccount',
  'destination.port': 'port',
};

function readItems(
  rule: JsonObject,
  list: 'from' | 'to',
  key: 'source' | 'operation',
  place: string,
  attributes: Attributes,
): Result<readonly (readonly Condition[])[]> {
  const given = listOf(rule, list, place);
  if (!given.ok) return given;
  const items: (readonly Condition[])[] = [];
  for (const [index, item] of given.value.entries()) {
    const body = isObject(item) ? item[key] : undefined;
    if (!isObject(body)) return refuse(`${place}.${list}[${index}].${key} must be given`);
    const conditions: Condition[] = [];
    for (const name of Object.keys(body)) {
      const plain = name.startsWith('not') ? name.charAt(3).toLowerCase() + name.slice(4) : name;
      const attribute = Object.hasOwn(attributes, plain) ? attributes[plain] : undefined;
      const field = `${list}[${index}].${key}.${name}`;
      const condition = readCondition(body, name, field, attribute ?? 'connection', name !== plain, place);
      if (!condition.ok) return condition;
      conditions.push(...condition.value);
    }
    items.push(conditions);
  }
  return ok(items);
}

function readWhen(rule: JsonObject, place: string): Result<readonly Condition[]> {
  const given = listOf(rule, 'when', place);
  if (!given.ok) return given;
  const conditions: Condition[] = [];
  for (const [index, item] of given.value.entries()) {
    const key = textIn(item, 'key');
    if (!isObject(item) || key === '') return refuse(`${place}.when[${index}].key must be given`);
    const named = Object.hasOwn(CONDITIONS, key) ? CONDITIONS[key] : undefined;
    const attribute = named ?? (key.startsWith('request.') ? 'request' : 'connection');
    for (const [name, not] of [
      ['values', false],
      ['notValues', true],
    ] as const) {
      const condition = readCondition(item, name, `when[${index}].${name}`, attribute, not, place);
      if (!condition.ok) return condition;
      conditions.push(...condition.value);
    }
  }
  return ok(conditions);
}

function readCondition(
  body: JsonObject,
  name: string,
  field: string,
  attribute: Attribute,
  not: boolean,
  place: string,
): Result<readonly Condition[]> {
  const given = listOf(body, name, place);
  if (!given.ok) return given;
  if (given.value.length === 0) return ok([]);
  const values = given.value.map(value => (typeof value === 'number' ? String(value) : value));
  if (!values.every(value => typeof value === 'string'))
    return refuse(`${place}.${field} must be a list of texts`);
  const isAddress = attribute === 'source.ip' || attribute === 'destination.ip';
  const ranges = isAddress ? values.map(value => parseAddressRange(value)) : [];
  const wrong = values.find((value, at) =>
    isAddress ? ranges[at] === undefined : attribute === 'port' && !/^\d{1,5}$/.test(value),
  );
  if (wrong !== undefined) return refuse(`${place}.${field}: ${wrong} is not understood`);
  return ok([{ field, attribute, not, values, ranges: ranges.flatMap(range => range ?? []) }]);
}

function listOf(body: JsonObject, key: string, place: string): Result<readonly JsonValue[]> {
  const given = body[key] ?? [];
  return Array.isArray(given) ? ok(given as readonly JsonValue[]) : refuse(`${place}.${key} must be a list`);
}

function textIn(value: JsonValue | undefined, key: string): string {
  const text = isObject(value) ? value[key] : undefined;
  return typeof text === 'string' ? text : '';
}

function refuse(message: string): Result<never> {
  return failed('policy.kubernetes.invalid', message);
}
