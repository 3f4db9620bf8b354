// AdminNetworkPolicy, BaselineAdminNetworkPolicy (both shapes of v1alpha1) and ClusterNetworkPolicy (v1alpha2) read and
// validated into one plain form (policy-semantics section 3). What the API would refuse is a problem; a peer or port of
// a newer schema is kept as unknown, so that its rule can fail closed.
import { parseAddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { parseLabelSelector, type LabelSelector } from '../../base/label-selector.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import { groupOf, type KubernetesObject } from '../../model/object.ts';
import { readProtocol } from '../../model/pod-spec.ts';
import type { Protocol } from '../../model/snapshot.ts';
import type { Direction } from '../compiled.ts';
import type { PeerFacts } from '../kubernetes/parse.ts';

/** A policy of the admin or the baseline tier. */
export interface AdminPolicyFacts {
  readonly tier: 'Admin' | 'Baseline';
  /** 0 to 1000, the lower number first. */
  readonly priority: number;
  readonly subject: AdminSubject;
  readonly ingress: readonly AdminRuleFacts[];
  readonly egress: readonly AdminRuleFacts[];
}

/** Pods of namespaces, or pods by both selectors. */
export interface AdminSubject {
  readonly namespaces: LabelSelector;
  readonly pods?: LabelSelector;
}

/** One rule; absent ports mean every port and protocol. */
export interface AdminRuleFacts {
  readonly name?: string;
  readonly action: 'allow' | 'deny' | 'pass';
  readonly peers: readonly AdminPeer[];
  readonly ports?: readonly AdminPort[];
  /** A field of a newer schema that was met: the rule fails closed. */
  readonly unknownField?: string;
}

/** Whom a rule is about. */
export type AdminPeer =
  | PeerFacts
  /** The oldest shape: namespaces that have the same values as the subject's for some keys, or not all the same. */
  | {
      readonly kind: 'relative';
      readonly field: string;
      readonly keys: readonly string[];
      readonly same: boolean;
      readonly pods?: LabelSelector;
    }
  | { readonly kind: 'nodes'; readonly field: string; readonly nodes: LabelSelector }
  | { readonly kind: 'domains'; readonly field: string; readonly names: readonly string[] };

/** Ports by number, or by name whatever the protocol. */
export type AdminPort =
  | { readonly kind: 'range'; readonly protocol: Protocol; readonly from: number; readonly to: number }
  | { readonly kind: 'named'; readonly name: string };

/** Whether an object is of the network policy API's own group. */
export function isAdminPolicy(object: KubernetesObject): boolean {
  return groupOf(object.apiVersion) === 'policy.networking.k8s.io' && Object.hasOwn(TIERS, object.kind);
}

const TIERS: Readonly<Record<string, 'Admin' | 'Baseline' | 'stated'>> = {
  AdminNetworkPolicy: 'Admin',
  BaselineAdminNetworkPolicy: 'Baseline',
  ClusterNetworkPolicy: 'stated',
};

/** Reads a policy; np-guard takes named ports beside addresses, which the API refuses, and lets them match nothing there. */
export function readAdminPolicy(
  object: KubernetesObject,
  options: { readonly namedPortsAnywhere: boolean },
): Result<AdminPolicyFacts> {
  const spec = object.body['spec'];
  if (!isObject(spec)) return refuse('spec must be an object');
  const tier = readTier(object, spec);
  if (!tier.ok) return tier;
  const priority = readPriority(object, spec);
  if (!priority.ok) return priority;
  const subject = readAdminSubject(spec['subject']);
  if (!subject.ok) return subject;
  const ingress = readRules(object, spec, 'ingress', options.namedPortsAnywhere);
  if (!ingress.ok) return ingress;
  const egress = readRules(object, spec, 'egress', options.namedPortsAnywhere);
  if (!egress.ok) return egress;
  return ok({
    tier: tier.value,
    priority: priority.value,
    subject: subject.value,
    ingress: ingress.value,
    egress: egress.value,
  });
}

function readTier(object: KubernetesObject, spec: JsonObject): Result<'Admin' | 'Baseline'> {
  const tier = TIERS[object.kind];
  if (object.kind === 'BaselineAdminNetworkPolicy' && object.meta.name !== 'default')
    return refuse('a BaselineAdminNetworkPolicy must be named default');
  if (tier !== 'stated') return ok(tier ?? 'Admin');
  const stated = spec['tier'];
  return stated === 'Admin' || stated === 'Baseline'
    ? ok(stated)
    : refuse('spec.tier must be Admin or Baseline');
}

function readPriority(object: KubernetesObject, spec: JsonObject): Result<number> {
  if (object.kind === 'BaselineAdminNetworkPolicy') return ok(0);
  const priority = spec['priority'];
  if (typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= 1000)
    return ok(priority);
  return refuse('spec.priority must be a whole number from 0 to 1000');
}

/** Reads `subject`: exactly one of `namespaces` and `pods`. */
export function readAdminSubject(value: JsonValue | undefined): Result<AdminSubject> {
  if (!isObject(value)) return refuse('spec.subject must be given');
  const given = Object.keys(value).filter(key => (value[key] ?? undefined) !== undefined);
  if (given.length !== 1) return refuse('spec.subject must have exactly one of namespaces and pods');
  if (given[0] === 'namespaces') {
    const namespaces = selector(value['namespaces'], 'spec.subject.namespaces');
    return namespaces.ok ? ok({ namespaces: namespaces.value }) : namespaces;
  }
  const pods = value['pods'];
  if (given[0] !== 'pods' || !isObject(pods))
    return refuse(`spec.subject.${given[0] ?? ''} is not understood`);
  const namespaces = selector(pods['namespaceSelector'], 'spec.subject.pods.namespaceSelector');
  if (!namespaces.ok) return namespaces;
  const chosen = selector(pods['podSelector'], 'spec.subject.pods.podSelector');
  return chosen.ok ? ok({ namespaces: namespaces.value, pods: chosen.value }) : chosen;
}

function readRules(
  object: KubernetesObject,
  spec: JsonObject,
  direction: Direction,
  namedPortsAnywhere: boolean,
): Result<readonly AdminRuleFacts[]> {
  const given = listOf(spec, direction, 'spec');
  if (!given.ok) return given;
  const most = object.kind === 'ClusterNetworkPolicy' ? 25 : 100;
  if (given.value.length > most) return refuse(`spec.${direction} has more than ${most} rules`);
  const rules: AdminRuleFacts[] = [];
  for (const [index, item] of given.value.entries()) {
    const rule = readRule(object, item, direction, `spec.${direction}[${index}]`);
    if (!rule.ok) return rule;
    const wrong = wrongTogether(rule.value, namedPortsAnywhere);
    if (wrong !== undefined) return refuse(`spec.${direction}[${index}]: ${wrong}`);
    rules.push(rule.value);
  }
  return ok(rules);
}

function readRule(
  object: KubernetesObject,
  item: JsonValue,
  direction: Direction,
  place: string,
): Result<AdminRuleFacts> {
  if (!isObject(item)) return refuse(`${place} must be an object`);
  const action = readAction(object, item['action']);
  if (action === undefined)
    return refuse(`${place}.action ${JSON.stringify(item['action'] ?? '')} is not allowed here`);
  const key = direction === 'ingress' ? 'from' : 'to';
  const given = listOf(item, key, place);
  if (!given.ok) return given;
  if (given.value.length === 0) return refuse(`${place}.${key} must name at least one peer`);
  const isCluster = object.kind === 'ClusterNetworkPolicy';
  const peers = readEach(given.value, (peer, index) => readPeer(peer, direction, `${key}[${index}]`, place));
  if (!peers.ok) return peers;
  const ports = readPorts(item, isCluster, place);
  if (!ports.ok) return ports;
  const unknown = [...peers.value, ...(ports.value ?? [])].find(isUnknown)?.unknown;
  return ok({
    ...(typeof item['name'] === 'string' ? { name: item['name'] } : {}),
    action,
    peers: peers.value.flatMap(peer => (isUnknown(peer) ? [] : peer)),
    ...(ports.value === undefined
      ? {}
      : { ports: ports.value.flatMap(port => (isUnknown(port) ? [] : port)) }),
    ...(unknown === undefined ? {} : { unknownField: unknown }),
  });
}

const ACTIONS: Readonly<Record<string, AdminRuleFacts['action']>> = { Deny: 'deny', Pass: 'pass' };

function readAction(
  object: KubernetesObject,
  value: JsonValue | undefined,
): AdminRuleFacts['action'] | undefined {
  if (typeof value !== 'string') return undefined;
  if (value === (object.kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow')) return 'allow';
  if (value === 'Pass' && object.kind === 'BaselineAdminNetworkPolicy') return undefined;
  return Object.hasOwn(ACTIONS, value) ? ACTIONS[value] : undefined;
}

/** Something of a newer schema. */
interface Unknown {
  readonly unknown: string;
}

function isUnknown(value: readonly unknown[] | Unknown): value is Unknown {
  return 'unknown' in value;
}

type ReadPeers = readonly AdminPeer[] | Unknown;

function readPeer(item: JsonValue, direction: Direction, field: string, place: string): Result<ReadPeers> {
  const where = `${place}.${field}`;
  if (!isObject(item)) return refuse(`${where} must be an object`);
  const given = Object.keys(item).filter(key => (item[key] ?? undefined) !== undefined);
  const [key, ...more] = given;
  if (more.length > 0) return refuse(`${where} must have exactly one kind of peer`);
  switch (key) {
    case 'namespaces':
      return readNamespaces(item['namespaces'], undefined, `${field}.namespaces`, where);
    case 'pods':
      return readPods(item['pods'], `${field}.pods`, where);
    case 'nodes':
    case 'networks':
    case 'domainNames':
      if (direction === 'ingress') return refuse(`${where}: ${key} is for egress alone`);
      return key === 'nodes' ? readNodes(item['nodes'], field, where) : readList(item, key, field, where);
    default:
      return ok({ unknown: `${field}${key === undefined ? '' : `.${key}`}` });
  }
}

function readNamespaces(
  value: JsonValue | undefined,
  pods: LabelSelector | undefined,
  field: string,
  where: string,
): Result<readonly AdminPeer[]> {
  if (value !== undefined && value !== null && !isObject(value))
    return refuse(`${where}: namespaces must be an object`);
  const given = value ?? {};
  const rest = pods === undefined ? {} : { pods };
  for (const [key, same] of [
    ['sameLabels', true],
    ['notSameLabels', false],
  ] as const) {
    const keys = given[key] ?? undefined;
    if (keys === undefined) continue;
    if (!Array.isArray(keys)) return refuse(`${where}.${key} must be a list of label keys`);
    const words = (keys as readonly JsonValue[]).filter(word => typeof word === 'string');
    if (words.length === 0) return refuse(`${where}.${key} must name a label key`);
    return ok([{ kind: 'relative', field, keys: words, same, ...rest }]);
  }
  const namespaces = selector(given['namespaceSelector'] ?? given, where);
  return namespaces.ok ? ok([{ kind: 'pods', field, namespaces: namespaces.value, ...rest }]) : namespaces;
}

function readPods(value: JsonValue | undefined, field: string, where: string): Result<readonly AdminPeer[]> {
  if (!isObject(value)) return refuse(`${where}.pods must be an object`);
  const pods = selector(value['podSelector'], `${where}.pods.podSelector`);
  if (!pods.ok) return pods;
  if ((value['namespaces'] ?? undefined) !== undefined)
    return readNamespaces(value['namespaces'], pods.value, field, where);
  const namespaces = selector(value['namespaceSelector'], `${where}.pods.namespaceSelector`);
  if (!namespaces.ok) return namespaces;
  return ok([{ kind: 'pods', field, namespaces: namespaces.value, pods: pods.value }]);
}

function readNodes(value: JsonValue | undefined, field: string, where: string): Result<readonly AdminPeer[]> {
  const nodes = selector(value, `${where}.nodes`);
  return nodes.ok ? ok([{ kind: 'nodes', field: `${field}.nodes`, nodes: nodes.value }]) : nodes;
}

function readList(item: JsonObject, key: string, field: string, where: string): Result<readonly AdminPeer[]> {
  const words = listOf(item, key, where);
  if (!words.ok) return words;
  const texts = words.value.filter(word => typeof word === 'string');
  if (texts.length === 0 || texts.length !== words.value.length)
    return refuse(`${where}.${key} must be a list of texts, at least one`);
  if (key === 'domainNames') return ok([{ kind: 'domains', field: `${field}.domainNames`, names: texts }]);
  const ranges = texts.map(text => ({ text, range: parseAddressRange(text) }));
  const bad = ranges.find(({ text, range }) => range === undefined || !text.includes('/'));
  if (bad !== undefined) return refuse(`${where}.networks: ${bad.text} is not a CIDR`);
  return ok([
    {
      kind: 'block',
      field: `${field}.networks`,
      ranges: ranges.flatMap(({ range }) => range ?? []),
      text: texts.join(', '),
    },
  ]);
}

type ReadPort = readonly AdminPort[] | Unknown;

function readPorts(
  rule: JsonObject,
  isCluster: boolean,
  place: string,
): Result<readonly ReadPort[] | undefined> {
  const key = isCluster ? 'protocols' : 'ports';
  if ((rule[key] ?? undefined) === undefined) return ok(undefined);
  const given = listOf(rule, key, place);
  if (!given.ok) return given;
  if (given.value.length === 0) return ok(undefined);
  return readEach(given.value, (item, index) =>
    isCluster
      ? readProtocolItem(item, `${place}.protocols[${index}]`)
      : readPort(item, `${place}.ports[${index}]`),
  );
}

function readPort(item: JsonValue, where: string): Result<ReadPort> {
  if (!isObject(item)) return refuse(`${where} must be an object`);
  const given = Object.keys(item).filter(key => (item[key] ?? undefined) !== undefined);
  if (given.length !== 1)
    return refuse(`${where} must have exactly one of portNumber, portRange and namedPort`);
  const body = item[given[0] ?? ''];
  switch (given[0]) {
    case 'namedPort':
      return typeof body === 'string'
        ? ok([{ kind: 'named', name: body }])
        : refuse(`${where}.namedPort must be a name`);
    case 'portNumber':
      return isObject(body)
        ? readRange(body['protocol'], body['port'], body['port'], where)
        : refuse(`${where}.portNumber must be an object`);
    case 'portRange':
      if (!isObject(body)) return refuse(`${where}.portRange must be an object`);
      return isRising(body)
        ? readRange(body['protocol'], body['start'], body['end'], where)
        : refuse(`${where}.portRange: start must be below end`);
    default:
      return ok({ unknown: where });
  }
}

function readProtocolItem(item: JsonValue, where: string): Result<ReadPort> {
  if (!isObject(item)) return refuse(`${where} must be an object`);
  const given = Object.keys(item).filter(key => (item[key] ?? undefined) !== undefined);
  if (given.length > 1) return refuse(`${where} must have exactly one protocol`);
  const key = given[0] ?? '';
  const body = item[key];
  if (key === 'destinationNamedPort')
    return typeof body === 'string'
      ? ok([{ kind: 'named', name: body }])
      : refuse(`${where}.${key} must be a name`);
  if (key !== 'tcp' && key !== 'udp' && key !== 'sctp') return ok({ unknown: where });
  const port = isObject(body) ? body['destinationPort'] : undefined;
  if (!isObject(port)) return refuse(`${where}.${key}.destinationPort must be given`);
  const range = port['range'];
  if (!isObject(range)) return readRange(key.toUpperCase(), port['number'], port['number'], where);
  return isRising(range)
    ? readRange(key.toUpperCase(), range['start'], range['end'], where)
    : refuse(`${where}.${key}.destinationPort.range: start must be below end`);
}

function isRising(range: JsonObject): boolean {
  const { start, end } = range;
  return typeof start === 'number' && typeof end === 'number' && start < end;
}

function readRange(
  protocol: JsonValue | undefined,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  where: string,
): Result<readonly AdminPort[]> {
  const word = protocol === undefined || protocol === null ? 'TCP' : readProtocol(protocol);
  if (word !== 'TCP' && word !== 'UDP' && word !== 'SCTP')
    return refuse(`${where}: protocol must be TCP, UDP or SCTP`);
  if (!isPort(from) || !isPort(to)) return refuse(`${where}: a port is a whole number from 1 to 65535`);
  return ok([{ kind: 'range', protocol: word, from, to }]);
}

function isPort(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** What each alone allows and both together do not. */
function wrongTogether(
  { peers, ports, action }: AdminRuleFacts,
  namedPortsAnywhere: boolean,
): string | undefined {
  const kinds = new Set(peers.map(peer => peer.kind));
  if (kinds.has('domains') && action !== 'allow') return 'domainNames are for rules that allow';
  const named = ports?.some(port => port.kind === 'named') === true && !namedPortsAnywhere;
  return named && (['nodes', 'block', 'domains'] as const).some(kind => kinds.has(kind))
    ? 'a named port cannot be looked up at nodes, networks or domainNames'
    : undefined;
}

function readEach<T>(
  items: readonly JsonValue[],
  read: (item: JsonValue, index: number) => Result<T>,
): Result<readonly T[]> {
  const values: T[] = [];
  for (const [index, item] of items.entries()) {
    const value = read(item, index);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}

function listOf(body: JsonObject, key: string, place: string): Result<readonly JsonValue[]> {
  const given = body[key] ?? [];
  return Array.isArray(given) ? ok(given as readonly JsonValue[]) : refuse(`${place}.${key} must be a list`);
}

function selector(value: JsonValue | undefined, place: string): Result<LabelSelector> {
  const read = parseLabelSelector(value);
  return read.ok ? read : refuse(`${place}: ${read.problem.message}`);
}

function refuse(message: string): Result<never> {
  return failed('policy.kubernetes.invalid', message);
}
