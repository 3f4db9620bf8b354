// Reads one Calico policy object (projectcalico.org/v3, or the same spec under crd.projectcalico.org/v1).
// What the API would not have taken is refused, what is not understood is unsupported: both are named, none guessed.
import { isObject, type JsonObject } from '../../base/json.ts';
import { ProblemError, type Problem, type Result } from '../../base/result.ts';
import { spanOf, type KubernetesObject } from '../../model/object.ts';
import type { Direction } from '../compiled.ts';
import {
  flagAt,
  listAt,
  numberAt,
  objectAt,
  onlyKnown,
  refuse,
  textAt,
  textsAt,
  UNSUPPORTED,
} from './fields.ts';
import type { CalicoPolicy, CalicoRule, HostStage, StagedAction } from './policy-object.ts';
import { readEntity, readHttp, readIcmp, readProtocol } from './read-rule.ts';
import { allOf, type Selector } from './selector.ts';
import {
  ACCOUNT_PREFIX,
  inNamespaces,
  NAMESPACE_LABEL,
  NAMESPACE_PREFIX,
  prefixed,
  selectorAt,
} from './effective-selector.ts';

/** Kinds that carry Calico rules, and the enforced kind each stands for. */
export const POLICY_KINDS: ReadonlyMap<string, 'NetworkPolicy' | 'GlobalNetworkPolicy'> = new Map([
  ['NetworkPolicy', 'NetworkPolicy'],
  ['GlobalNetworkPolicy', 'GlobalNetworkPolicy'],
  ['StagedNetworkPolicy', 'NetworkPolicy'],
  ['StagedGlobalNetworkPolicy', 'GlobalNetworkPolicy'],
]);

/** Reads one policy, or says why not: code `policy.calico.refused` or `policy.calico.unsupported`. */
export function readPolicy(object: KubernetesObject): Result<CalicoPolicy> {
  return attempt(object, () => {
    const spec = objectAt(object.body, 'spec', '') ?? {};
    const isGlobal = POLICY_KINDS.get(object.kind) === 'GlobalNetworkPolicy';
    const stagedAction = object.kind.startsWith('Staged') ? readStagedAction(spec) : undefined;
    onlyKnown(spec, isGlobal ? GLOBAL_FIELDS : NAMESPACED_FIELDS, '/spec');
    const namespace = isGlobal ? undefined : (object.meta.namespace ?? 'default');
    const rules = {
      ingress: readRules(object, spec, 'ingress', namespace),
      egress: readRules(object, spec, 'egress', namespace),
    };
    const types = readTypes(spec, rules.ingress.length, rules.egress.length);
    const order = numberAt(spec, 'order', '/spec');
    return {
      object,
      ...identityOf(object, isGlobal, namespace),
      isGlobal,
      ...(stagedAction === undefined ? {} : { stagedAction }),
      ...(namespace === undefined ? {} : { namespace }),
      tier: textAt(spec, 'tier', '/spec') ?? 'default',
      ...(order === undefined ? {} : { order }),
      selector: readSelection(spec, namespace),
      types,
      rules,
      hostStage: checkedStage(spec, types.egress),
      forwarded: flagAt(spec, 'applyOnForward'),
    };
  });
}

/** The rules of a Profile: what host endpoints fall to that list it. */
export function readProfileRules(
  object: KubernetesObject,
): Result<Readonly<Record<Direction, readonly CalicoRule[]>>> {
  return attempt(object, () => {
    const spec = objectAt(object.body, 'spec', '') ?? {};
    const read = (direction: Direction): readonly CalicoRule[] =>
      readRules(object, spec, direction, undefined);
    return { ingress: read('ingress'), egress: read('egress') };
  });
}

/** What can be told of a policy that could not be read whole. */
export interface PolicyOutline {
  readonly selector?: Selector;
  readonly directions?: readonly Direction[];
  readonly hostStage: HostStage;
  readonly forwarded: boolean;
}

/** Reads whom and which directions a policy could touch, each as far as it is sound. */
export function readOutline(object: KubernetesObject): PolicyOutline {
  const spec = isObject(object.body['spec']) ? object.body['spec'] : {};
  const isGlobal = POLICY_KINDS.get(object.kind) === 'GlobalNetworkPolicy';
  const selector = attempt(object, () =>
    readSelection(spec, isGlobal ? undefined : (object.meta.namespace ?? 'default')),
  );
  const types = attempt(object, () =>
    readTypes(spec, listAt(spec, 'ingress', '/spec').length, listAt(spec, 'egress', '/spec').length),
  );
  return {
    ...(selector.ok ? { selector: selector.value } : {}),
    ...(types.ok ? { directions: DIRECTIONS.filter(direction => types.value[direction]) } : {}),
    hostStage: readHostStage(spec),
    forwarded: flagAt(spec, 'applyOnForward'),
  };
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
const SHARED_FIELDS = [
  'tier',
  'order',
  'selector',
  'serviceAccountSelector',
  'types',
  'ingress',
  'egress',
  'performanceHints',
  'stagedAction',
];
const NAMESPACED_FIELDS = new Set(SHARED_FIELDS);
const GLOBAL_FIELDS = new Set([
  ...SHARED_FIELDS,
  'namespaceSelector',
  'doNotTrack',
  'preDNAT',
  'applyOnForward',
]);
const RULE_FIELDS = new Set([
  'action',
  'ipVersion',
  'protocol',
  'notProtocol',
  'icmp',
  'notICMP',
  'source',
  'destination',
  'http',
  'metadata',
]);
const ACTIONS: ReadonlyMap<string, CalicoRule['action']> = new Map([
  ['Allow', 'allow'],
  ['Deny', 'deny'],
  ['Pass', 'pass'],
  ['Log', 'log'],
  // The forms of the backing store, met in exports of it.
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['pass', 'pass'],
  ['next-tier', 'pass'],
  ['log', 'log'],
]);

function attempt<T>(object: KubernetesObject, read: () => T): Result<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const problem: Problem = { ...error.problem, file: object.source.file, line: object.source.line };
    return { ok: false, problem };
  }
}

function identityOf(
  object: KubernetesObject,
  isGlobal: boolean,
  namespace: string | undefined,
): { kind: string; name: string; id: string } {
  const { name } = object.meta;
  const kind = object.kind === 'NetworkPolicy' ? 'NetworkPolicy.projectcalico.org' : object.kind;
  return { kind: object.kind, name, id: `${kind} ${isGlobal ? name : `${namespace ?? ''}/${name}`}` };
}

function readStagedAction(spec: JsonObject): StagedAction {
  const text = textAt(spec, 'stagedAction', '/spec') ?? 'Set';
  if (text === 'Set' || text === 'Delete' || text === 'Learn' || text === 'Ignore') return text;
  return refuse('/spec/stagedAction', `${JSON.stringify(text)} is not Set, Delete, Learn or Ignore`);
}

function readHostStage(spec: JsonObject): HostStage {
  if (flagAt(spec, 'doNotTrack')) return 'untracked';
  return flagAt(spec, 'preDNAT') ? 'pre-dnat' : 'normal';
}

function checkedStage(spec: JsonObject, hasEgress: boolean): HostStage {
  const stage = readHostStage(spec);
  if (stage === 'untracked' && flagAt(spec, 'preDNAT')) refuse('/spec', 'may not be doNotTrack and preDNAT');
  if (stage !== 'normal' && !flagAt(spec, 'applyOnForward'))
    refuse('/spec/applyOnForward', 'must be true beside doNotTrack or preDNAT');
  if (stage === 'pre-dnat' && hasEgress) refuse('/spec/egress', 'a preDNAT policy has no egress');
  return stage;
}

// `all()` in any part means "has a namespace" as soon as a namespace or account selector is present (calico.md 3.4).
function readSelection(spec: JsonObject, namespace: string | undefined): Selector {
  const own = selectorAt(spec, 'selector', '/spec');
  const spaces = namespace === undefined ? selectorAt(spec, 'namespaceSelector', '/spec') : undefined;
  const accounts = selectorAt(spec, 'serviceAccountSelector', '/spec');
  for (const selector of [own, spaces, accounts]) {
    if (selector?.kind === 'global') refuse('/spec', '`global()` is legal in a rule only');
  }
  const parts: Selector[] = own === undefined ? [] : [own];
  if (spaces !== undefined) parts.push(prefixed(spaces, NAMESPACE_PREFIX));
  if (accounts !== undefined) parts.push(prefixed(accounts, ACCOUNT_PREFIX));
  const merged = spaces === undefined && accounts === undefined ? allOf(parts) : inNamespaces(allOf(parts));
  if (namespace === undefined) return merged;
  const here: Selector = { kind: 'compare', label: NAMESPACE_LABEL, operator: '==', value: namespace };
  return merged.kind === 'all' ? here : allOf([here, merged]);
}

function readTypes(
  spec: JsonObject,
  ingressRules: number,
  egressRules: number,
): Readonly<Record<Direction, boolean>> {
  const types = textsAt(spec, 'types', '/spec');
  if (types.length === 0) {
    const egress = egressRules > 0;
    return { ingress: ingressRules > 0 || !egress, egress };
  }
  for (const type of types) {
    if (!/^(in|e)gress$/i.test(type))
      refuse('/spec/types', `${JSON.stringify(type)} is not Ingress or Egress`);
  }
  const has = (direction: string): boolean => types.some(type => type.toLowerCase() === direction);
  return { ingress: has('ingress'), egress: has('egress') };
}

function readRules(
  object: KubernetesObject,
  spec: JsonObject,
  direction: Direction,
  namespace: string | undefined,
): readonly CalicoRule[] {
  return listAt(spec, direction, '/spec').map((item, index) => {
    const pointer = `/spec/${direction}/${index}`;
    if (!isObject(item)) return refuse(pointer, 'is not a rule');
    onlyKnown(item, RULE_FIELDS, pointer);
    return { index, ...readRule(namespace, direction, item, pointer), span: spanOf(object, pointer) };
  });
}

function readRule(
  namespace: string | undefined,
  direction: Direction,
  rule: JsonObject,
  pointer: string,
): Omit<CalicoRule, 'index' | 'span'> {
  const written = textAt(rule, 'action', pointer) ?? '';
  const action =
    ACTIONS.get(written) ?? refuse(`${pointer}/action`, `${JSON.stringify(written)} is no action`);
  const version = numberAt(rule, 'ipVersion', pointer);
  if (version !== undefined && version !== 4 && version !== 6)
    refuse(`${pointer}/ipVersion`, 'is not 4 or 6');
  const protocol = readProtocol(rule, 'protocol', pointer);
  const notProtocol = readProtocol(rule, 'notProtocol', pointer);
  const icmp = readIcmp(rule, protocol, pointer);
  const http = readHttp(rule, { direction, action }, pointer);
  const context = { namespace, protocol, rulePointer: pointer, direction, action };
  return {
    action,
    ...(version === 4 || version === 6 ? { ipVersion: version } : {}),
    ...(protocol === undefined ? {} : { protocol }),
    ...(notProtocol === undefined ? {} : { notProtocol }),
    ...(icmp === undefined ? {} : { icmp }),
    ...(http === undefined ? {} : { http }),
    source: readEntity(rule, 'source', context),
    destination: readEntity(rule, 'destination', context),
  };
}

/** Whether a problem means "not understood" rather than "not valid". */
export function isUnsupported(problem: Problem): boolean {
  return problem.code === UNSUPPORTED;
}
